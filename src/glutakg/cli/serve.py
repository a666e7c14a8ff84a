"""The command that serves the endpoint: serve."""

import re
import sys
from collections.abc import Sequence
from ipaddress import ip_network
from pathlib import Path

import click

from glutakg.cli.options import ENDPOINT_HELP, example, timeout_option
from glutakg.errors import MissingExtraError

__all__ = []


@click.command(
    short_help="Serve a SPARQL endpoint.",
    epilog=example(
        "glutakg serve",
        "glutakg serve --host 0.0.0.0 --base-url https://example.org/kg --cors '*'",
    ),
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=7878,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Long-running queries that run at once, and twice as many quick ones; by default one per processor.",
)
@timeout_option
@click.option(
    "--memory",
    type=click.IntRange(16, 1_000_000),
    default=512,
    show_default=True,
    metavar="MB",
    help="Memory that a query may take.",
)
@click.option(
    "--max-rows",
    type=click.IntRange(1),
    default=1_000_000,
    show_default=True,
    metavar="N",
    help="Rows or triples of an answer.",
)
@click.option(
    "--max-bytes",
    type=click.IntRange(1_000),
    default=64_000_000,
    show_default=True,
    metavar="N",
    help="Bytes of an answer.",
)
@click.option(
    "--cache",
    type=click.IntRange(0, 100_000),
    default=64,
    show_default=True,
    metavar="MB",
    help="Finished answers that are kept; 0 keeps none.",
)
@click.option(
    "--store",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Serve this store, written by Oxigraph, instead of the shipped one.",
)
@click.option(
    "--in-memory",
    is_flag=True,
    help="Copy the data into memory first; look-ups then take half the time.",
)
@click.option(
    "--endpoint",
    metavar="URL",
    help=ENDPOINT_HELP,
)
@click.option(
    "--allow-service",
    multiple=True,
    metavar="HOST",
    help="Let SERVICE ask this public host (HOST or HOST:PORT), resolved once. Repeat for more.",
)
@click.option("--base-url", metavar="URL", help="Address under which others see the server.")
@click.option(
    "--cors",
    multiple=True,
    metavar="ORIGIN",
    help="Let pages of this origin ask, or with * of all. Repeat for more.",
)
@click.option(
    "--proxy",
    multiple=True,
    default=["127.0.0.1", "::1"],
    show_default=True,
    metavar="ADDRESS",
    help="Believe X-Forwarded-For and X-Forwarded-Proto of this address or network. Repeat for more.",
)
@click.option(
    "--front",
    type=click.Choice(["plain", "sockets"]),
    show_default="sockets on Linux for data that are here",
    help="Who answers look-ups: the front, or workers that it passes connections to.",
)
def serve(
    host: str,
    port: int,
    workers: int | None,
    timeout: float,
    memory: int,
    max_rows: int,
    max_bytes: int,
    cache: int,
    store: Path | None,
    in_memory: bool,
    endpoint: str | None,
    allow_service: Sequence[str],
    base_url: str | None,
    cors: Sequence[str],
    proxy: Sequence[str],
    front: str | None,
) -> None:
    """Serve a read-only SPARQL 1.1 endpoint at /sparql, with limits, so that it can be exposed.

    Also at /queries the catalogue, at /validate the shapes, at /.well-known/void what the graph holds, at
    /imports, /health, /metrics and /openapi.json what runs a server needs. SIGTERM and Ctrl-C end it.
    """
    try:
        from glutakg.server.run import run
    except ModuleNotFoundError as error:
        raise MissingExtraError("The server", library=error.name, extra="server") from error
    from glutakg.server.settings import Settings, default_front, default_workers
    from glutakg.sparql import resolve_host
    from glutakg.store import endpoint_host

    if store is not None and endpoint is not None:
        raise click.UsageError("Give --store or --endpoint, not both.")
    if in_memory and endpoint is not None:
        raise click.UsageError("Leave out --in-memory: what another server holds stays there.")
    if front == "sockets" and (endpoint is not None or sys.platform != "linux"):
        raise click.UsageError("Leave out --front sockets: it needs Linux, and data that are here.")
    settings = Settings(
        workers=workers or default_workers(),
        timeout=timeout,
        memory_mb=memory,
        max_rows=max_rows,
        max_bytes=max_bytes,
        cache_mb=cache,
        store=store,
        in_memory=in_memory,
        endpoint=endpoint,
        endpoint_host=endpoint_host(endpoint) if endpoint is not None else None,
        allow_service=tuple(resolve_host(each) for each in allow_service),
        base_url=_checked_base_url(base_url),
        cors=tuple(_checked_origin(origin) for origin in cors),
        proxies=tuple(_checked_network(each) for each in proxy),
        front=front or ("plain" if endpoint is not None else default_front()),
    )
    run(settings, host=host, port=port)


def _checked_base_url(url: str | None) -> str | None:
    """Return an address without a slash at its end; it must be http or https and hold nothing odd."""
    if url is None:
        return None
    if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`?#/]+(?:/[^\s<>\"{}|\\^`?#]*)?", url):
        raise click.BadParameter(
            "give an address such as https://example.org/glutakg", param_hint="--base-url"
        )
    return url.rstrip("/")


def _checked_network(address: str) -> str:
    try:
        return str(ip_network(address, strict=False))
    except ValueError as error:
        raise click.BadParameter(
            "give an address or a network such as 10.0.0.0/8", param_hint="--proxy"
        ) from error


def _checked_origin(origin: str) -> str:
    if origin != "*" and not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+", origin):
        raise click.BadParameter("give an origin such as https://example.org, or *", param_hint="--cors")
    return origin
