"""Addresses: the one under which clients see the server, and theirs, which proxies tell."""

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from glutakg.server.http.exchange import Exchange

__all__ = ["FORWARDED_FIELDS", "Proxies", "PublicAddress", "address_of"]


_HOST = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?")

_PORT = re.compile(r"\[(.*)\](?::[0-9]*)?|([0-9.]+):[0-9]*")

FORWARDED_FIELDS = (b"x-forwarded-for", b"x-forwarded-proto")
"""The header fields by which a proxy tells who asks, and how."""


class Proxies:
    """The proxies that are believed who has asked them.

    >>> proxies = Proxies(["127.0.0.1", "192.0.2.0/24"])
    >>> proxies.origin("127.0.0.1", [(b"x-forwarded-for", b"198.51.100.7, 192.0.2.1")])
    ('198.51.100.7', 'http')
    >>> proxies.origin("198.51.100.7", [(b"x-forwarded-for", b"192.0.2.9")])
    ('198.51.100.7', 'http')
    """

    def __init__(self, networks: Iterable[str]) -> None:
        """Take their addresses, or networks of them."""
        self._networks = [ip_network(each, strict=False) for each in networks]

    def __contains__(self, host: str) -> bool:
        try:
            address = ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in self._networks)

    def origin(self, peer: str, fields: Iterable[tuple[bytes, bytes]]) -> tuple[str, str]:
        """Return who asks, and by `http` or `https`: as a proxy says, if one is believed, else as it is.

        Args:
            peer: the other end of the connection.
            fields: the header fields of the request, of which that of the last proxy stands last.
        """
        told = [(name, value) for name, value in fields if name in FORWARDED_FIELDS]
        client, scheme = peer, "http"
        if not told or peer not in self:
            return client, scheme
        for name, value in reversed(told):
            if name == b"x-forwarded-proto" and value.lower() in (b"http", b"https"):
                scheme = value.lower().decode()
                break
        hosts = b",".join(value for name, value in told if name == b"x-forwarded-for").decode("latin-1")
        for each in reversed(hosts.split(",")):
            found = _PORT.fullmatch(each.strip())
            client = (found[1] or found[2]) if found else each.strip() or client
            if client not in self:
                break
        return client, scheme


class PublicAddress:
    """Where the server is seen: as its settings say, else as the client says, else where it listens."""

    def __init__(self, base_url: str | None) -> None:
        """Take the address of the settings, without a slash at its end."""
        self._base_url = base_url
        self.listening = "http://localhost"
        """Where the server listens, for clients that send no host."""

    @property
    def path(self) -> str:
        """The path under which the server is seen, without a slash at its end."""
        return urlsplit(self._base_url or "").path.rstrip("/")

    def of(self, exchange: "Exchange") -> str:
        """Return the address of the server as the client knows it, without a slash at its end."""
        return address_of(
            self._base_url, exchange.header("host"), self.listening, scheme=exchange.scope["scheme"]
        )


@lru_cache(maxsize=256)
def address_of(base_url: str | None, host: str | None, listening: str, *, scheme: str = "http") -> str:
    """Return the address of a server as a client knows it, without a slash at its end.

    Args:
        base_url: the address of its settings.
        host: the header field of the request.
        listening: where it listens.
        scheme: that of the connection.

    >>> address_of(None, "a.example:8", "http://localhost"), address_of(None, "a/b", "http://localhost")
    ('http://a.example:8', 'http://localhost')
    """
    if base_url:
        return base_url
    return f"{scheme}://{host}" if host and _HOST.fullmatch(host) else listening
