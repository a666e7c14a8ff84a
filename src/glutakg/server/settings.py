"""What the one who starts the server decides, and the limits that nobody needs to."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from glutakg.sparql import Host

__all__ = [
    "BODY_SECONDS",
    "HEADER_SECONDS",
    "KEEP_ALIVE_SECONDS",
    "MAX_BODY_BYTES",
    "MAX_CALLS",
    "MAX_CONNECTIONS",
    "MAX_FIELDS",
    "MAX_GRAPHS",
    "MAX_HEADER_BYTES",
    "MAX_QUERY_LENGTH",
    "MAX_SERVICE_BYTES",
    "MAX_URL_BYTES",
    "MAX_VALUE_LENGTH",
    "MAX_WAITING",
    "MAX_WAITING_LONG",
    "POLITE_SECONDS",
    "QUICK_SECONDS",
    "SENDING_SECONDS",
    "WAITING_SECONDS",
    "Settings",
    "default_front",
    "default_workers",
]


MAX_QUERY_LENGTH = 200_000
"""Characters of a query."""

MAX_VALUE_LENGTH = 1_000
"""Characters of the value of a parameter."""

MAX_BODY_BYTES = 1_000_000
"""Bytes of a request's body, as they are sent."""

MAX_URL_BYTES = 60_000
"""Bytes of an address."""

MAX_HEADER_BYTES = 64_000
"""Bytes of all header fields of a request."""

MAX_FIELDS = 200
"""Fields of a form or an address."""

MAX_GRAPHS = 100
"""Graphs that a request may name."""

MAX_CONNECTIONS = 2_000
"""Connections that are open at once."""

MAX_WAITING = 512
"""Requests that wait for a worker; one client has at most half of the places."""

MAX_WAITING_LONG = 32
"""Long-running queries that wait for a worker; one client has at most half of the places."""

MAX_CALLS = 8
"""Questions to other endpoints (SERVICE) at once; one client has at most half of them."""

MAX_SERVICE_BYTES = 16_000_000
"""Bytes of the answer of another endpoint to a SERVICE clause."""

QUICK_SECONDS = 0.1
"""A query that takes longer is one of the long-running ones, which have lanes of their own."""

POLITE_SECONDS = 1.0
"""A query that takes longer goes on at a low priority; a page does not."""

WAITING_SECONDS = 30.0
"""Time that a query may wait for a worker."""

HEADER_SECONDS = 10.0
"""Time that a client may take to send the head of a request."""

KEEP_ALIVE_SECONDS = 15
"""Time that a connection stays open over which nothing more is asked."""

BODY_SECONDS = 20.0
"""Time that a client may take to send the body of a request."""

SENDING_SECONDS = 60.0
"""Time that a client may take to accept each piece of an answer."""


def default_workers() -> int:
    """Return how many long-running queries run at once by default: one for each processor, at most eight."""
    return max(1, min(8, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2))


def default_front() -> str:
    """Return `sockets` where connections can be passed to workers, else `plain`."""
    return "sockets" if sys.platform == "linux" else "plain"


@dataclass(frozen=True, slots=True)
class Settings:
    """How the server answers.

    Attributes:
        workers: long-running queries that run at once; twice as many quick ones run besides.
        timeout: seconds that a query may run.
        memory_mb: megabytes that a query may take beyond what the opened store takes.
        max_rows: rows or triples of an answer.
        max_bytes: bytes of an answer before it is compressed.
        cache_mb: megabytes of finished answers that are kept; 0 keeps none.
        store: folder of another store than the shipped one.
        in_memory: whether the store is copied into memory.
        endpoint: address of a SPARQL endpoint on another server that is asked instead of a store.
        endpoint_host: its host, resolved.
        allow_service: hosts that SERVICE may ask, resolved.
        base_url: address under which others see the server, without a slash at its end.
        cors: origins whose pages may ask; `*` for all.
        proxies: addresses and networks of proxies that are believed who has asked them.
        front: `plain` has the front read and answer all requests, `sockets` passes connections to workers.
    """

    workers: int = field(default_factory=default_workers)
    timeout: float = 30.0
    memory_mb: int = 512
    max_rows: int = 1_000_000
    max_bytes: int = 64_000_000
    cache_mb: int = 64
    store: Path | None = None
    in_memory: bool = False
    endpoint: str | None = None
    endpoint_host: "Host | None" = None
    allow_service: "tuple[Host, ...]" = ()
    base_url: str | None = None
    cors: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    front: str = field(default_factory=default_front)
