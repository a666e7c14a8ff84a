"""Runs the server: opens the port, starts the workers, and ends all of them however it is stopped."""

import asyncio
import signal
import socket
import sys
from contextlib import ExitStack, closing, suppress
from typing import Any

from glutakg.cache import default_cache_dir
from glutakg.dataset import Catalogue, catalogue
from glutakg.errors import StoreError
from glutakg.server.app import Server
from glutakg.server.http.address import Proxies
from glutakg.server.http.connection import Connection, Connections
from glutakg.server.http.metrics import Metrics
from glutakg.server.reception import Reception
from glutakg.server.settings import MAX_CONNECTIONS, Settings
from glutakg.server.workers.messages import OpenShapes
from glutakg.server.workers.passing import AttendingTerms
from glutakg.server.workers.pool import Pool
from glutakg.store import Message, Nursery, OpenEndpoint, OpenFiles, OpenFolder
from glutakg.text import printable

__all__ = ["run"]


_EVALUATOR = "glutakg.server.workers.evaluator"
_SECONDS_FOR_RUNNING = 5.0
_BACKLOG = 1_024
_VALIDATION_MB = 512


def run(settings: Settings, *, host: str = "127.0.0.1", port: int = 7878) -> None:
    """Serve until the process gets SIGTERM or SIGINT.

    Args:
        settings: how to answer.
        host: address to listen on.
        port: port to listen on; 0 lets the system choose one.

    Raises:
        StoreError: the port cannot be used, or the store cannot be opened.
    """
    if sys.platform == "win32":
        raise StoreError("The server needs pipes that Windows does not have; run it on Linux or macOS.")
    _allow_many_connections()
    with ExitStack() as stack:
        nursery = None
        if sys.platform == "linux":  # before all that workers must not see
            copied = _what_to_open(settings) if settings.in_memory else None
            nursery = stack.enter_context(closing(Nursery(_EVALUATOR, copied)))
        listener = stack.enter_context(_listening(host, port))
        runner = stack.enter_context(asyncio.Runner(loop_factory=_loop_factory()))
        runner.run(_serve(settings, listener, nursery))


async def _serve(settings: Settings, listener: socket.socket, nursery: Nursery | None) -> None:
    host, port = listener.getsockname()[:2]
    listening = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    terms = _terms(settings, listening) if settings.front == "sockets" and _can_pass() else None
    metrics, queries = Metrics(), catalogue()
    server = _make_server(settings, metrics, queries, terms, nursery)
    server.address.listening = listening
    connections = Connections(server.app, Proxies(settings.proxies))
    loop, stop, hurry = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lambda: (hurry if stop.is_set() else stop).set())
    reception = None
    if terms is not None:
        reception = Reception(
            listener,
            server.pool,
            connections,
            settings=settings,
            terms=terms,
            queries=queries,
            metrics=metrics,
        )
    try:
        await _until_ready(server.pool, stop)
        if stop.is_set():
            return
        _note(f"listening on {server.address.listening}/sparql")
        if reception is not None:
            reception.start()
        else:
            accepting = await loop.create_server(
                lambda: Connection(connections), sock=listener, backlog=_BACKLOG
            )
        await stop.wait()
        # what runs may finish; after some seconds it gets 503
        deadline = loop.call_later(_SECONDS_FOR_RUNNING, lambda: loop.create_task(server.pool.close()))
        if reception is not None:
            await reception.close()
        else:
            accepting.close()
        await connections.close(_SECONDS_FOR_RUNNING + 2, hurry)
        deadline.cancel()
    finally:
        await server.close()


async def _until_ready(pool: Pool, stop: asyncio.Event) -> None:
    """Wait for the first worker, or for a signal to stop."""
    starting, stopping = asyncio.ensure_future(pool.start()), asyncio.ensure_future(stop.wait())
    await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if starting.done():
        starting.result()
    else:
        starting.cancel()


def _can_pass() -> bool:
    """Tell whether it is known what a worker that has ended has left of a connection."""
    from glutakg.server.workers.traffic import is_counted  # for which other systems lack the means

    if not is_counted():
        _note("this system does not count what goes over a connection, so the front answers all requests")
        return False
    return True


def _terms(settings: Settings, listening: str) -> AttendingTerms:
    return AttendingTerms(
        "",
        listening,
        settings.base_url,
        settings.cors,
        sorted({host.name for host in settings.allow_service}),
        timeout=settings.timeout,
        max_rows=settings.max_rows,
        max_bytes=settings.max_bytes,
        proxies=settings.proxies,
    )


def _make_server(
    settings: Settings,
    metrics: Metrics,
    queries: Catalogue,
    terms: AttendingTerms | None,
    nursery: Nursery | None,
) -> Server:
    pool = Pool(
        _EVALUATOR,
        _what_to_open(settings),
        lanes=settings.workers,
        quick_lanes=2 * settings.workers,
        memory_mb=settings.memory_mb,
        count_end=metrics.worker_ended,
        count_replay=metrics.replayed,
        note=_note,
        descriptors=0 if settings.endpoint is None else 1,
        attendants=settings.workers,
        terms=terms,
        nursery=nursery,
        spare=2 if nursery is None or terms is None else 1,
    )
    validators = Pool(
        "glutakg.server.workers.validator",
        OpenShapes(),
        lanes=1,
        quick_lanes=1,
        memory_mb=max(settings.memory_mb, _VALIDATION_MB),
        count_end=metrics.worker_ended,
        note=_note,
        quick_seconds=settings.timeout + 1,
        spare=-1,
    )
    return Server(pool, validators, settings, queries, metrics)


def _what_to_open(settings: Settings) -> Message:
    if settings.endpoint is not None:
        assert settings.endpoint_host is not None
        return OpenEndpoint(
            settings.endpoint,
            settings.endpoint_host.name,
            settings.endpoint_host.addresses,
            seconds=settings.timeout + _SECONDS_FOR_RUNNING,  # the pool is quicker to end it
            max_bytes=settings.max_bytes,
        )
    if settings.store is not None:
        return OpenFolder(str(settings.store.absolute()), in_memory=settings.in_memory)
    return OpenFiles(str(default_cache_dir()), in_memory=settings.in_memory)


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise StoreError(
            f"The server cannot listen on {host}, port {port} ({reason}); choose others by --host and --port."
        ) from error


def _allow_many_connections() -> None:
    """Raise the number of files and sockets that this process may have open to what the system allows."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * MAX_CONNECTIONS + 512
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            highest = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (highest, hard))


def _loop_factory() -> Any:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _note(note: str) -> None:
    print(f"glutakg: note: {printable(note)}", file=sys.stderr, flush=True)
