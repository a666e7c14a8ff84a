"""The processes that evaluate, validate and make pages, and the line in which requests wait for them."""
