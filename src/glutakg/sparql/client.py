"""Asks another SPARQL endpoint by form POST, at addresses that were resolved once and no others."""

import socket
import ssl
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache
from http.client import (
    BadStatusLine,
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    IncompleteRead,
    RemoteDisconnected,
)
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from glutakg.errors import EndpointError
from glutakg.languages import N_
from glutakg.sparql.hosts import Host

__all__ = ["AnswerTooLarge", "HostConnection", "HttpClient", "tls_context"]


_PIECE_BYTES = 262_144
_KEPT_IN_PATHS = "%/:=&?~+!$,;'@()*[]"


class AnswerTooLarge(EndpointError):
    """Another endpoint answered with more than is read."""


@cache
def tls_context() -> ssl.SSLContext:
    """Return how certificates are checked; read once, since a worker may open no files later."""
    return ssl.create_default_context()


class HttpClient:
    """A connection to one endpoint, which is made when first needed and kept."""

    def __init__(self, url: str, host: Host, *, headers: Iterable[tuple[str, str]] = ()) -> None:
        """Take the address of the endpoint and its host, resolved.

        Args:
            url: http or https.
            host: whose addresses are connected to.
            headers: header fields to send besides those of every question.
        """
        parts = urlsplit(url)
        self._url = url
        self._path = quote(parts.path or "/", safe=_KEPT_IN_PATHS)
        if parts.query:
            self._path += f"?{quote(parts.query, safe=_KEPT_IN_PATHS)}"
        self._headers = dict(headers)
        self._connection = HostConnection(parts.scheme == "https", parts.hostname or "", parts.port, host)

    def ask(
        self, fields: Sequence[tuple[str, str]], *, accept: str, seconds: float, max_bytes: int
    ) -> tuple[str, bytes]:
        """Return the media type and the whole body of the answer to a query.

        Args:
            fields: of the form: `query`, and what else the SPARQL protocol knows.
            accept: media types that can be read.
            seconds: within which the answer must be there whole.
            max_bytes: that are read.

        Raises:
            AnswerTooLarge: the answer is longer.
            EndpointError: there was no answer, or not with status 200.
        """
        late = threading.Event()

        def end() -> None:
            late.set()
            self._connection.shut_down()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            try:
                answer = self._post(fields, accept, seconds, max_bytes)
            except (HTTPException, ConnectionError):
                if not self._connection.was_kept or late.is_set():
                    raise
                self._connection.close()  # the other side had closed the kept connection
                answer = self._post(fields, accept, seconds, max_bytes)
            if late.is_set():  # an answer that ends with the connection may look whole
                raise TimeoutError
            return answer
        except (OSError, HTTPException, ValueError) as error:
            self._connection.close()
            is_late = late.is_set() or isinstance(error, TimeoutError)
            raise EndpointError(self._told(error, seconds if is_late else None)) from None
        except EndpointError:
            self._connection.close()
            raise
        finally:
            timer.cancel()

    def _told(self, error: Exception, late_after: float | None) -> str:
        """Return what is said of a fault on the way, or of an answer that did not come in time."""
        if late_after is not None:
            return N_(
                "The endpoint <{url}> did not answer within {limit:g} s.", url=self._url, limit=late_after
            )
        if isinstance(error, IncompleteRead):
            return N_("The answer of <{url}> was cut: the connection ended before it.", url=self._url)
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        if isinstance(error, BadStatusLine) and not isinstance(error, RemoteDisconnected):
            reason = N_("what answers there is not HTTP")
        return N_("The endpoint <{url}> cannot be asked ({reason}).", url=self._url, reason=reason)

    def _post(
        self, fields: Sequence[tuple[str, str]], accept: str, seconds: float, max_bytes: int
    ) -> tuple[str, bytes]:
        connection = self._connection
        connection.limit(seconds)
        connection.request(
            "POST",
            self._path,
            body=urlencode(fields).encode(),
            headers={
                "Accept": accept,
                "Accept-Encoding": "identity",
                "Content-Type": "application/x-www-form-urlencoded",
                "User-Agent": "glutakg",
                **self._headers,
            },
        )
        with connection.getresponse() as response:  # which may hold the connection open
            if response.status != 200:
                moved = response.getheader("Location") if 300 <= response.status < 400 else None
                hint = N_("; it redirects, which is not followed") if moved else ""
                raise EndpointError(
                    N_(
                        "The endpoint <{url}> answered with the status {status}{hint}.",
                        url=self._url,
                        status=response.status,
                        hint=hint,
                    )
                )
            if (response.getheader("Content-Encoding") or "identity").lower() != "identity":
                raise EndpointError(
                    N_("The endpoint <{url}> compressed its answer, which was not asked for.", url=self._url)
                )
            body = self._read(response, max_bytes)
            connection.was_kept = not response.will_close
            return (response.getheader("Content-Type") or "").partition(";")[0].strip().lower(), body

    def _read(self, response: HTTPResponse, max_bytes: int) -> bytes:
        body = bytearray()
        while piece := response.read(_PIECE_BYTES):
            body += piece
            if len(body) > max_bytes:
                raise AnswerTooLarge(
                    N_(
                        "The answer of <{url}> is longer than {max_bytes:,} bytes; ask for less there.",
                        url=self._url,
                        max_bytes=max_bytes,
                    )
                )
        if response.length:  # bytes that were promised and did not come
            raise IncompleteRead(bytes(body), response.length)
        return bytes(body)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class HostConnection(HTTPConnection):
    """A connection to the addresses of a host that were resolved, and to no others."""

    def __init__(self, is_tls: bool, name: str, port: int | None, host: Host) -> None:
        """Take how to connect, the name that is sent and checked, and the host with its addresses."""
        super().__init__(name, port or (443 if is_tls else 80))
        self.default_port = 443 if is_tls else 80
        self._is_tls = is_tls
        self._addresses = host.addresses
        self._open: socket.socket | None = None
        self.was_kept = False

    def limit(self, seconds: float) -> None:
        """Wait for nothing longer than this."""
        self.timeout = seconds
        if self.sock is not None:
            self.sock.settimeout(seconds)

    def connect(self) -> None:
        """Connect to the first address that takes the connection."""
        fault = OSError("it has no address")
        for address in self._addresses:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            connecting = socket.socket(family, socket.SOCK_STREAM)
            try:
                connecting.settimeout(self.timeout)
                connecting.connect((address, self.port))
                connecting.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._open = connecting
                self.sock: Any = connecting
                if self._is_tls:
                    self._open = self.sock = tls_context().wrap_socket(connecting, server_hostname=self.host)
                return
            except OSError as error:
                connecting.close()
                self.sock = None
                fault = error
        raise fault

    def shut_down(self) -> None:
        """Break off what is waited for, from another thread."""
        if self._open is not None:
            with suppress(OSError):
                socket.socket.shutdown(self._open, socket.SHUT_RDWR)  # not TLS's own, which may wait

    def close(self) -> None:
        """Close, so that the next question makes a new connection."""
        self.was_kept = False
        super().close()
