"""The address under which clients see the server."""

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from glutakg.server.http.exchange import Exchange

__all__ = ["PublicAddress", "address_of"]


_HOST = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?")


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
