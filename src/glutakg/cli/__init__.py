"""The `glutakg` command."""
