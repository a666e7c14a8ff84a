"""The address under which clients see the server."""

import re
from urllib.parse import urlsplit

from glutakg.server.http.exchange import Exchange

__all__ = ["PublicAddress"]


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

    def of(self, exchange: Exchange) -> str:
        """Return the address of the server as the client knows it, without a slash at its end."""
        if self._base_url:
            return self._base_url
        host = exchange.header("host") or ""
        return f"{exchange.scope['scheme']}://{host}" if _HOST.fullmatch(host) else self.listening
