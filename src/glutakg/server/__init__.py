"""The SPARQL endpoint: a front process that speaks HTTP, and worker processes that evaluate.

The front never parses or evaluates a query, so that no query can end it. Arrows: problems, settings →
negotiation, protocol, metrics, outgoing → services, pool → answers, description → app → run; evaluator and
validator run in processes of their own, with remote_store and service_clauses.
"""
