"""The shipped graph in stores elsewhere: where it is asked, and what is answered otherwise there."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from urllib.parse import quote

from graph_stores import RealStore

import glutakg
from glutakg.dataset import CONTESTED_GRAPH, graph_iri, shipped_files
from glutakg.errors import GlutakgError
from glutakg.rdf import INTEGERS, PREFIXES, BlankNode, Iri, Literal, Term
from glutakg.store import Answer

__all__ = ["answered_otherwise", "asked_there"]


_NUMBERS = {*INTEGERS, *(PREFIXES["xsd"] + name for name in ("decimal", "double", "float"))}
_BLANK = "https://w3id.org/glutakg/.well-known/genid/"


def asked_there(real: RealStore, *, merged: bool = False) -> str:
    """Return the address of a store that has all graphs, with those that the shipped one sees by default.

    Where they were pushed as the graph `default` too, merged, that is the only one.
    """
    iris = sorted({graph_iri(file.graph_name) for file in shipped_files()})
    default = [PREFIXES["gkg"] + "default"] if merged else [iri for iri in iris if iri != CONTESTED_GRAPH]
    fields = [f"default-graph-uri={quote(iri, safe='')}" for iri in default]
    fields += [f"named-graph-uri={quote(iri, safe='')}" for iri in iris]
    return f"{real.endpoint}?{'&'.join(fields)}"


def answered_otherwise(
    here: glutakg.KnowledgeGraph, there: glutakg.KnowledgeGraph, names: Iterable[str]
) -> dict[str, str]:
    """Return which queries of the catalogue have another answer elsewhere, and how it differs."""
    found = {}
    for name in names:
        query = here.catalogue[name]
        try:
            ours, theirs = _told(here.answer(query)), _told(there.answer(query))
        except GlutakgError as error:
            found[name] = str(error).partition("\n")[0]
            continue
        if ours != theirs:
            found[name] = f"{(ours - theirs).total()} only here, {(theirs - ours).total()} only there"
    return found


def _told(answer: Answer) -> Counter[object]:
    """Return an answer as rows or triples that are the same for all stores, each as often as it is there."""
    if answer.kind == "boolean":
        return Counter([answer.boolean])
    if answer.kind == "graph":
        import pyoxigraph as ox

        triples = {quad.triple for quad in ox.parse(answer.data, format=ox.RdfFormat.N_TRIPLES)}
        return Counter(tuple(map(_part, map(str, triple))) for triple in triples)
    return Counter(tuple(_cell(row[name]) for name in answer.variables) for row in answer.rows())


def _part(text: str) -> str:
    return "_" if text.startswith(("_:", f"<{_BLANK}")) else text


def _cell(term: Term | None) -> object:
    if isinstance(term, BlankNode) or (isinstance(term, Iri) and term.value.startswith(_BLANK)):
        return "_"
    if isinstance(term, Literal):
        if term.datatype in _NUMBERS:
            return Decimal(term.value).normalize()
        if term.datatype == PREFIXES["xsd"] + "boolean":
            return term.value in ("true", "1")
        return term.value, (term.language or "").lower() or term.datatype
    return term
