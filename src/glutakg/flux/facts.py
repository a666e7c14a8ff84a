"""Triples by subject and predicate, and what is often asked of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

import pyoxigraph as ox

from glutakg.dataset import ShippedFile, quads
from glutakg.flux.network import Link
from glutakg.rdf import PREFIXES, local_name

__all__ = ["Facts"]

_GRAPHS = ("background", "evidence", "mappings", "ontology")
_GK = PREFIXES["gk"]
_LABEL = PREFIXES["rdfs"] + "label"
_PREFERRED = PREFIXES["skos"] + "prefLabel"
_TYPE = PREFIXES["rdf"] + "type"
_BELOW = PREFIXES["rdfs"] + "subClassOf"
_NOTATION = PREFIXES["skos"] + "notation"
_RELATIONS = {"exactMatch": "is", "closeMatch": "isVersionOf", "broadMatch": "isVersionOf"}
_ADDRESSES = (
    (PREFIXES["CHEBI"], "chebi/CHEBI:"),
    (PREFIXES["GO"], "go/GO:"),
    (PREFIXES["CL"], "cl/CL:"),
    (PREFIXES["UBERON"], "uberon/UBERON:"),
    (PREFIXES["RHEA"], "rhea/"),
    (PREFIXES["Reactome"], "reactome/"),
    (PREFIXES["UniProtKB"], "uniprot/"),
    (PREFIXES["EC"], "ec-code/"),
    (PREFIXES["kegg"] + "R", "kegg.reaction/R"),
    (PREFIXES["kegg"] + "C", "kegg.compound/C"),
    (PREFIXES["pubmed"], "pubmed/"),
)
"""What an IRI begins with, and the address at identifiers.org of the same."""
_HGNC = PREFIXES["HGNC"]
_IDENTIFIERS = "https://identifiers.org/"


class Facts:
    """The triples of the graphs that a model is made from."""

    def __init__(self, files: Iterable[ShippedFile], lang: str) -> None:
        """Read the files, labels in a language; raise `SourceError` where one cannot be read."""
        self._lang = lang
        self._objects: defaultdict[tuple[str, str], list[ox.NamedNode | ox.Literal]] = defaultdict(list)
        self._subjects: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        wanted = [file for file in files if file.graph_name in _GRAPHS]
        for quad in quads(wanted):
            if isinstance(quad.graph_name, ox.DefaultGraph) and isinstance(quad.subject, ox.NamedNode):
                self._add(quad.subject.value, quad.predicate.value, quad.object)
        for found in self._objects.values():
            found.sort(key=str)

    def _add(self, subject: str, predicate: str, value: object) -> None:
        if isinstance(value, ox.NamedNode | ox.Literal):
            self._objects[subject, predicate].append(value)
        if isinstance(value, ox.NamedNode):
            self._subjects[predicate, value.value].append(subject)

    def values(self, subject: str, name: str) -> list[str]:
        """Return the objects of a property of `gk:`, or of the full IRI of another, in their order."""
        predicate = name if ":" in name else _GK + name
        return [each.value for each in self._objects.get((subject, predicate), ())]

    def value(self, subject: str, name: str) -> str | None:
        """Return the one object, None where there is none or more than one."""
        found = self.values(subject, name)
        return found[0] if len(found) == 1 else None

    def number(self, subject: str, name: str) -> Decimal | None:
        """Return the one number, None where there is none."""
        found = self.value(subject, name)
        return None if found is None else Decimal(found)

    def is_true(self, subject: str, name: str) -> bool:
        """Return whether a property of yes or no is yes."""
        return self.value(subject, name) in ("true", "1")

    def label(self, subject: str) -> str:
        """Return the label in the language, else in English, or the local name where there is none."""
        for each in self._objects.get((subject, _PREFERRED), ()) if self._lang != "en" else ():
            if isinstance(each, ox.Literal) and each.language == self._lang:
                return each.value
        for each in self._objects.get((subject, _LABEL), ()):
            if isinstance(each, ox.Literal) and each.language in ("en", None):
                return each.value
        return local_name(subject)

    def notation(self, subject: str) -> str | None:
        """Return the notation, such as the symbol of a gene."""
        return self.value(subject, _NOTATION)

    def subjects(self, name: str, value: str) -> list[str]:
        """Return what has this object, in the order of the IRIs."""
        return sorted(self._subjects.get((name if ":" in name else _GK + name, value), ()))

    def members(self, kind: str) -> list[str]:
        """Return the individuals of a class of `gk:` and of those below it, in the order of the IRIs."""
        return sorted({each for below in self._below(_GK + kind) for each in self.subjects(_TYPE, below)})

    def _below(self, kind: str) -> Iterator[str]:
        """Yield a class and all below it."""
        found, seen = [kind], {kind}
        while found:
            here = found.pop()
            yield here
            for each in self._subjects.get((_BELOW, here), ()):
                if each not in seen:
                    seen.add(each)
                    found.append(each)

    def links(self, subject: str) -> tuple[Link, ...]:
        """Return where the thing is found at identifiers.org, and its publications with a PMID."""
        found = {
            Link(relation, address)
            for name, relation in _RELATIONS.items()
            for iri in self.values(subject, PREFIXES["skos"] + name)
            if (address := _address(iri)) is not None
        }
        for gene in self.values(subject, PREFIXES["RO"] + "0002204"):
            if gene.startswith(_HGNC):
                found.add(Link("isEncodedBy", f"{_IDENTIFIERS}hgnc/HGNC:{gene.removeprefix(_HGNC)}"))
        for publication in self.values(subject, PREFIXES["dcterms"] + "source"):
            for pmid in self.values(publication, "pmid"):
                found.add(Link("isDescribedBy", f"{_IDENTIFIERS}pubmed/{pmid}"))
        return tuple(sorted(found))


def _address(iri: str) -> str | None:
    """Return the address at identifiers.org, None where there is none for things of that kind."""
    for start, place in _ADDRESSES:
        if iri.startswith(start):
            return _IDENTIFIERS + place + iri.removeprefix(start)
    return None
