"""The SPARQL endpoint: a front process that speaks HTTP, and worker processes that evaluate.

The front never parses or evaluates a query, so that no query can end it.
"""
