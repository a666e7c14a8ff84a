"""What a page is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from glutakg.server.pages.links import Links
from glutakg.store import Message

__all__ = ["PageRequest"]


@dataclass(eq=False, repr=False)
class PageRequest(Message):
    """What a page is asked for.

    Attributes:
        page: which one, such as term.
        path: of the page on the server.
        parameters: its fields, by name.
        format: html, or one in which the page can be had besides.
        lang: en or nl.
        root: the path under which the server is seen, without a slash at its end.
        address: the address under which the server is seen, without a slash at its end.
        base: the same, where the settings of the server name it.
        version: of the data.
        gzip: whether the page may be compressed.
    """

    may_be_heavy: ClassVar[bool] = False  # a page is the server's own work, and its worker keeps what it read

    page: str
    path: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    format: str = "html"
    lang: str = "en"
    root: str = ""
    address: str = ""
    base: str = ""
    version: str = ""
    gzip: bool = False

    @property
    def links(self) -> Links:
        """What makes the links of the page."""
        return Links(self.lang, self.root, self.base)

    @property
    def topic(self) -> str:
        """The page with its parameters."""
        return f"{self.path} {self.parameters}"
