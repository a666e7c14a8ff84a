"""A store on another server, asked as the embedded one is; it keeps the data, and the limits stay ours."""

import re
from collections.abc import Collection
from typing import NoReturn

from glutakg.errors import EndpointError
from glutakg.languages import N_
from glutakg.sparql import Host, resolve_host
from glutakg.store.client import MAX_MB, StoreClient
from glutakg.store.messages import Fault, OpenEndpoint, Rights
from glutakg.store.process import MAX_TIMEOUT, WorkerEnded

__all__ = ["RemoteStore", "endpoint_host", "open_remote_store"]


_ADDRESS = re.compile(r"https?://([^\s<>\"{}|\\^`?#/@]+)(?:[/?][^\s<>\"{}|\\^`#]*)?")


def open_remote_store(
    url: str,
    *,
    memory_limit_mb: int = 1024,
    timeout: float = 30.0,
    allow_service: Collection[str] = (),
) -> "RemoteStore":
    """Return a store whose data lie behind a SPARQL 1.1 endpoint.

    A worker process asks the endpoint and reads its answers, so that no answer can take more time or memory
    than allowed, or end this process. The first question waits until the endpoint has answered once.

    Its default graph is what a query without GRAPH sees. Where that is not the graph wanted, the address
    names others, as the protocol does: `https://host/sparql?default-graph-uri=IRI&named-graph-uri=IRI`.

    Args:
        url: address of the endpoint; `GLUTAKG_ENDPOINT_USER` and `GLUTAKG_ENDPOINT_PASSWORD` hold the name
            and the password that it asks for.
        memory_limit_mb: megabytes that reading an answer may take.
        timeout: seconds that a query may run, at most a day.
        allow_service: hosts that SERVICE may name; the endpoint calls them.

    Raises:
        EndpointError: this is no address, or there is no such host.
        ParameterError: the timeout is no number of seconds.
        StoreError: the worker process cannot be started.
    """
    return RemoteStore(
        url,
        endpoint_host(url),
        memory_limit_mb=memory_limit_mb,
        timeout=timeout,
        allow_service=allow_service,
    )


def endpoint_host(url: str) -> Host:
    """Return the host of the address of an endpoint, resolved; it may lie in a private network.

    Raises:
        EndpointError: this is no address of an endpoint, or there is no such host.

    >>> endpoint_host("http://127.0.0.1:7878/sparql")
    Host(name='127.0.0.1:7878', addresses=('127.0.0.1',))
    """
    match = _ADDRESS.fullmatch(url)
    if match is None:
        raise EndpointError(  # not repeated, since a password may stand in it
            N_(
                "This is not the address of an endpoint; give an address such as https://example.org/sparql, "
                "without a name and a password in it."
            )
        )
    return resolve_host(match[1], only_public=False)


class RemoteStore(StoreClient):
    """A store behind a SPARQL endpoint. `open_remote_store` makes one."""

    _rewrites = False

    def __init__(
        self,
        url: str,
        host: Host,
        *,
        memory_limit_mb: int,
        timeout: float,
        allow_service: Collection[str],
    ) -> None:
        """Start the worker process; see `open_remote_store` for the arguments."""
        self._url = url
        super().__init__(
            OpenEndpoint(
                url,
                host.name,
                host.addresses,
                seconds=MAX_TIMEOUT,  # the worker is ended earlier, when the time of a query is over
                max_bytes=MAX_MB * 1_000_000,
            ),
            rights=Rights(memory_limit_mb, descriptors=1),
            timeout=timeout,
            allow_service=allow_service,
            seconds_to_open=timeout,
        )

    @property
    def location(self) -> str:
        """The address of the endpoint."""
        return self._url

    def _raise_not_opened(self, ended: WorkerEnded) -> NoReturn:
        if ended.fault is Fault.TIMEOUT:
            raise EndpointError(
                N_(
                    "The endpoint <{url}> did not answer within {limit:g} s.",
                    url=self._url,
                    limit=self._seconds_to_open,
                )
            ) from None
        super()._raise_not_opened(ended)
