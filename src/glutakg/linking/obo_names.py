"""What the names in an OBO document stand for: prefixes, shorthand for relations, and IRIs."""

import re
from urllib.parse import quote

from pyoxigraph import NamedNode

from glutakg.errors import SourceError
from glutakg.linking.obo_lines import Frame, Line
from glutakg.rdf import PREFIXES

__all__ = ["ADDRESS", "NOT_IN_IRIS", "Names", "as_iri"]


ADDRESS = re.compile(r"(?:https?|ftp|urn|mailto|file):\S+")
NOT_IN_IRIS = re.compile(r"[\x00-\x20<>\"{}|\\^`]")
_OBO = PREFIXES["obo"]


def as_iri(address: str) -> NamedNode:
    """Return an address as an IRI, in which what cannot stand in one is escaped."""
    return NamedNode(NOT_IN_IRIS.sub(_escaped, address))


def _escaped(match: "re.Match[str]") -> str:
    return quote(match[0], safe="")


class Names:
    """What a document says of its names.

    Attributes:
        ontology: its identifier, such as `go` or `uberon/subsets/efo-slim`.
        namespace: of frames that name none.
        shorthand: relations by another name, with the identifier that each stands for.
        annotating: relations that relate words and not things.
    """

    def __init__(self, name: str) -> None:
        """Begin with none; `name` stands for the document in messages."""
        self._name = name
        self.ontology = ""
        self.namespace = ""
        self._spaces: dict[str, str] = {}
        self.shorthand: dict[str, str] = {}
        self.annotating: set[str] = set()

    def learn(self, frame: Frame) -> None:
        """Note by what other lines are understood: the ontology, its prefixes, what relations are called."""
        if not frame.kind:
            for clause in frame.clauses:
                line = Line(clause, self._name)
                if clause.tag == "ontology":
                    self.ontology = line.word()
                elif clause.tag == "default-namespace":
                    self.namespace = line.text()
                elif clause.tag == "idspace":
                    prefix = line.word()
                    self._spaces[prefix] = line.word()
        elif frame.kind == "Typedef":
            own = self.own_name(frame)
            references = [Line(each, self._name).word() for each in frame.clauses if each.tag == "xref"]
            if any((each.tag, each.value[:4]) == ("is_metadata_tag", "true") for each in frame.clauses):
                self.annotating.add(own)
            if ":" not in own:
                fitting = [each for each in references if each.startswith(("RO:", "BFO:"))]
                fitting += [each for each in references if each.startswith(f"{self.ontology.upper()}:")]
                if fitting or (own in self.annotating and len(references) == 1):
                    self.shorthand[own] = [*fitting, *references][0]

    def own_name(self, frame: Frame) -> str:
        """Return the identifier of a frame; refuse one without."""
        for clause in frame.clauses:
            if clause.tag == "id":
                return Line(clause, self._name).word()
        raise SourceError("This is not OBO: a frame has no id.", path=self._name, line=frame.line)

    def iri(self, name: str) -> NamedNode:
        """Return the IRI of a name."""
        name = self.shorthand.get(name, name)
        if ADDRESS.fullmatch(name):
            return NamedNode(NOT_IN_IRIS.sub(_escaped, name))
        prefix, colon, local = name.partition(":")
        if not colon:
            return NamedNode(f"{self.base}#{NOT_IN_IRIS.sub(_escaped, name)}")
        local = NOT_IN_IRIS.sub(_escaped, local)
        if prefix in self._spaces:
            return NamedNode(self._spaces[prefix] + local)
        if prefix in ("owl", "rdf", "rdfs", "xsd", "skos", "dcterms", "dc", "oboInOwl", "oio"):
            known = {**PREFIXES, "dc": "http://purl.org/dc/elements/1.1/", "oboInOwl": PREFIXES["oio"]}
            return NamedNode(known[prefix] + local)
        joined = "_#" if "_" in local[1:] else "_"
        return NamedNode(f"{_OBO}{NOT_IN_IRIS.sub(_escaped, prefix)}{joined}{local}")

    @property
    def base(self) -> str:
        """What the IRIs of names without a prefix begin with."""
        return self.ontology if ADDRESS.fullmatch(self.ontology) else f"{_OBO}{self.ontology or 'TEMP'}"
