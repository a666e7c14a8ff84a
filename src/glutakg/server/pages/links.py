"""Where a page leads: to other pages of this server, in its language, and out to other resources."""

from dataclasses import dataclass

from glutakg.rdf import PREFIXES, compress
from glutakg.server.pages.html import Html, Node, address, element

__all__ = ["Links", "path_of"]


_OWN = {PREFIXES["gkd"]: "/data/", PREFIXES["gk"]: "/ontology/"}
_ONTOLOGY = PREFIXES["gk"].rstrip("/")
_DOI, _PUBMED = PREFIXES["doi"], PREFIXES["pubmed"]


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
    """Makes the links of a page.

    Attributes:
        lang: of the page, which links keep.
        root: the path under which the server is seen, without a slash at its end.
    """

    lang: str
    root: str = ""

    def to(self, path: str, /, **fields: str | None) -> str:
        """Return the address of another page."""
        return address(path, root=self.root, **fields, lang=self.lang)

    def to_term(self, iri: str, /, **fields: str) -> str:
        """Return the address of the page of a term, its own path where it has one."""
        path = path_of(iri)
        return self.to(path, **fields) if path else self.to("/term", iri=iri, **fields)

    def term(self, iri: str, label: object = None) -> Html:
        """Return a link to the page of a term, by its label or else its CURIE.

        >>> print(Links("en").term("https://w3id.org/glutakg/data/taurine", "taurine"))
        <a href="/data/taurine?lang=en">taurine</a>
        """
        return element("a", str(label or compress(iri)), href=self.to_term(iri))

    def why(self, subject: str, predicate: str, object: str, text: str) -> Html:
        """Return a link to why a triple holds, which the text around it must name for who cannot see it."""
        href = self.to("/why", s=compress(subject), p=compress(predicate), o=compress(object))
        label = f"{text}: {compress(subject)} {compress(predicate)} {compress(object)}"
        return element("a", text, href=href, class_="why", aria_label=label)

    def outside(self, iri: str, text: Node = None) -> Html:
        """Return a link to a resource elsewhere; what is no web address stays text."""
        shown = text or compress(iri)
        if not iri.startswith(("http://", "https://")):
            return element("span", shown)
        return element("a", shown, href=iri, rel="noreferrer external")

    def publication(self, iri: str, label: object, *, doi: str | None, pmid: str | None) -> Html:
        """Return a link to the page of a publication, and links to its records elsewhere."""
        records = []
        if doi:
            records.append([" ", self.outside(_DOI + doi, f"doi:{doi}")])
        if pmid:
            records.append([" ", self.outside(f"{_PUBMED}{pmid}", f"PMID {pmid}")])
        return element("span", self.term(iri, label), element("span", records, class_="small"))
