"""Where a page leads: to other pages of this server, in its language, and out to other resources."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from glutakg.rdf import PREFIXES, compress

__all__ = ["Links", "address", "path_of"]


_OWN = {PREFIXES["gkd"]: "/data/", PREFIXES["gk"]: "/ontology/"}
_ONTOLOGY = PREFIXES["gk"].rstrip("/")
_WEB_ADDRESS = re.compile(r"https?://[^\x00-\x20\\]+")


def address(path: str, root: str = "", /, **fields: str | Sequence[str] | None) -> str:
    """Return the address of a page of this server.

    Args:
        path: of the page, not yet encoded.
        root: the path under which the server is seen, without a slash at its end.
        fields: parameters by name, with one value or several; None leaves one out. They may have any name.

    >>> address("/why", s="gkd:taurine", lang="nl", o=None)
    '/why?s=gkd%3Ataurine&lang=nl'
    >>> address("/sparql", "/kg", root="x")
    '/kg/sparql?root=x'
    """
    given = {name: value for name, value in fields.items() if value is not None}
    # a path may begin with one slash only: two would name another server
    path = "/" + quote(path.lstrip("/"), safe="/:@!$&()*+,;=~")
    return f"{root}{path}{'?' if given else ''}{urlencode(given, doseq=True)}"


def path_of(iri: str) -> str | None:
    """Return the path of the page of a term of this project; None for any other term.

    >>> path_of("https://w3id.org/glutakg/data/taurine")
    '/data/taurine'
    >>> path_of("http://purl.obolibrary.org/obo/CHEBI_15891")
    """
    if iri == _ONTOLOGY:
        return "/ontology"
    for namespace, path in _OWN.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return path + iri.removeprefix(namespace)
    return None


@dataclass(frozen=True, slots=True)
class Links:
    """Gives the addresses that a page links to, none of which leads to anything but a page of the web.

    Attributes:
        lang: of the page, which links keep.
        root: the path under which the server is seen, without a slash at its end.
        base: the address under which the server is known, where its settings name one, without such a slash.
    """

    lang: str
    root: str = ""
    base: str = ""

    def to(self, path: str, /, **fields: str | None) -> str:
        """Return the address of another page."""
        return address(path, self.root, **fields, lang=self.lang)

    def to_term(self, iri: str, /, **fields: str) -> str:
        """Return the address of the page of a term, its own path where it has one.

        >>> Links("en").to_term("https://w3id.org/glutakg/data/taurine")
        '/data/taurine?lang=en'
        """
        path = path_of(iri)
        return self.to(path, **fields) if path else self.to("/term", iri=iri, **fields)

    def to_why(self, subject: str, predicate: str, object: str) -> str:
        """Return the address of the page that says why a triple holds."""
        return self.to("/why", s=compress(subject), p=compress(predicate), o=compress(object))

    def in_language(self, lang: str, path: str, fields: Mapping[str, str | Sequence[str]]) -> str:
        """Return the address of a page in a language."""
        return address(path, self.root, **{**fields, "lang": lang})

    def whole(self, path: str, fields: Mapping[str, str | Sequence[str]]) -> str:
        """Return the address of a page with the server in it, which others cite and search engines keep."""
        return self.base + address(path, **{**fields, "lang": self.lang})

    def file(self, path: str, /, **fields: str | None) -> str:
        """Return the address of what has no language: a file, a form's goal, a catalogue query."""
        return address(path, self.root, **fields)

    def is_outside(self, iri: str) -> bool:
        """Return whether an IRI is the address of a resource elsewhere that a page may lead to."""
        return _WEB_ADDRESS.fullmatch(iri) is not None

    def outside(self, iri: str) -> str:
        """Return the address of a resource elsewhere.

        Raises:
            ValueError: it is no web address.
        """
        if not self.is_outside(iri):
            raise ValueError(f"{iri[:80]!r} is no address that a page may lead to.")
        return iri
