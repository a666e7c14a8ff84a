"""Asks another SPARQL endpoint by form POST, at addresses that were looked up once and no others."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from glutakg.errors import EndpointError

__all__ = ["AnswerTooLarge", "Host", "Outgoing", "looked_up", "tls"]


_PIECE_BYTES = 262_144
_KEPT_IN_PATHS = "%/:=&?~+!$,;'@()*[]"


@dataclass(frozen=True, slots=True)
class Host:
    """A host, and the addresses that its name had when it was looked up.

    Attributes:
        name: `host` or `host:port`, as SERVICE may name it.
        addresses: IPv4 and IPv6 addresses, best first.
    """

    name: str
    addresses: tuple[str, ...]


class AnswerTooLarge(EndpointError):
    """Another endpoint answered with more than is read."""


def looked_up(name: str, *, only_public: bool = True) -> Host:
    """Return a host with its addresses of now, which are used from now on whatever its name comes to mean.

    Args:
        name: `host` or `host:port`; an IPv6 address stands in square brackets.
        only_public: whether to refuse a host that has an address of a private network or of this machine.

    Raises:
        EndpointError: there is no such host, or it has an address that is refused.

    >>> looked_up("127.0.0.1:8080", only_public=False)
    Host(name='127.0.0.1:8080', addresses=('127.0.0.1',))
    >>> looked_up("localhost")
    Traceback (most recent call last):
    ...
    glutakg.errors.EndpointError: localhost has the address ..., which is not public; SERVICE asks none such.
    """
    try:
        parts = urlsplit(f"//{name}")
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or name not in (parts.netloc, host) or parts.username is not None:
        raise EndpointError(f"{name[:200]!r} is no host; give its name alone, or with a port: host:port.")
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise EndpointError(f"The host {host[:200]} is not known ({reason}).") from None
    addresses = tuple(dict.fromkeys(str(each[4][0]) for each in found))
    for address in addresses:
        if only_public and not _is_public(address):
            raise EndpointError(
                f"{name} has the address {address}, which is not public; SERVICE asks none such."
            )
    return Host(name, addresses)


def _is_public(address: str) -> bool:
    """Tell whether an address is one of the public Internet, also where it wraps one of another kind."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if inner is not None:
            return False
        if found in _TRANSLATED:
            found = ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)
    return found.is_global and not found.is_multicast


_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


@cache
def tls() -> ssl.SSLContext:
    """Return how certificates are checked; read once, since a worker may open no files later."""
    return ssl.create_default_context()


class Outgoing:
    """A connection to one endpoint, which is made when first needed and kept."""

    def __init__(self, url: str, host: Host, *, headers: Iterable[tuple[str, str]] = ()) -> None:
        """Take the address of the endpoint and its host, looked up.

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
        self._connection = _Connection(parts.scheme == "https", parts.hostname or "", parts.port, host)

    def ask(
        self, fields: Sequence[tuple[str, str]], *, accept: str, seconds: float, most_bytes: int
    ) -> tuple[str, bytes]:
        """Return the media type and the whole body of the answer to a query.

        Args:
            fields: of the form: `query`, and what else the SPARQL protocol knows.
            accept: media types that can be read.
            seconds: within which the answer must be there whole.
            most_bytes: that are read.

        Raises:
            AnswerTooLarge: the answer is longer.
            EndpointError: there was no answer, or not with status 200.
        """
        late = threading.Event()

        def end() -> None:
            late.set()
            self._connection.end()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            try:
                return self._asked(fields, accept, seconds, most_bytes)
            except (HTTPException, ConnectionError):
                if not self._connection.was_kept or late.is_set():
                    raise
                self._connection.close()  # the other side had closed the kept connection
                return self._asked(fields, accept, seconds, most_bytes)
        except (OSError, HTTPException, ValueError) as error:
            self._connection.close()
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            is_late = late.is_set() or isinstance(error, TimeoutError)
            why = f"did not answer within {seconds:g} s" if is_late else f"cannot be asked ({reason})"
            raise EndpointError(f"The endpoint <{self._url}> {why}.") from None
        except EndpointError:
            self._connection.close()
            raise
        finally:
            timer.cancel()

    def _asked(
        self, fields: Sequence[tuple[str, str]], accept: str, seconds: float, most_bytes: int
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
        response = connection.getresponse()
        if response.status != 200:
            moved = response.getheader("Location") if 300 <= response.status < 400 else None
            hint = "; it redirects, which is not followed" if moved else ""
            raise EndpointError(
                f"The endpoint <{self._url}> answered with the status {response.status}{hint}."
            )
        if (response.getheader("Content-Encoding") or "identity").lower() != "identity":
            raise EndpointError(f"The endpoint <{self._url}> compressed its answer, which was not asked for.")
        body = self._body(response, most_bytes)
        connection.was_kept = not response.will_close
        return (response.getheader("Content-Type") or "").partition(";")[0].strip().lower(), body

    def _body(self, response: HTTPResponse, most_bytes: int) -> bytes:
        body = bytearray()
        while piece := response.read(_PIECE_BYTES):
            body += piece
            if len(body) > most_bytes:
                raise AnswerTooLarge(
                    f"The answer of <{self._url}> is longer than {most_bytes:,} bytes; ask for less there."
                )
        if response.length:  # bytes that were promised and did not come
            raise IncompleteRead(bytes(body), response.length)
        return bytes(body)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class _Connection(HTTPConnection):
    """A connection to the addresses of a host that were looked up, and to no others."""

    def __init__(self, is_tls: bool, name: str, port: int | None, host: Host) -> None:
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
                    self._open = self.sock = tls().wrap_socket(connecting, server_hostname=self.host)
                return
            except OSError as error:
                connecting.close()
                self.sock = None
                fault = error
        raise fault

    def end(self) -> None:
        """Break off what is waited for, from another thread."""
        if self._open is not None:
            with suppress(OSError):
                socket.socket.shutdown(self._open, socket.SHUT_RDWR)  # not TLS's own, which may wait

    def close(self) -> None:
        """Close, so that the next question makes a new connection."""
        self.was_kept = False
        super().close()
