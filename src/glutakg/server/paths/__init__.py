"""The paths of the server, by subject: each takes a request and gives the answer."""
