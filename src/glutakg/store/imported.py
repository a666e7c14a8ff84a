"""Loads imported ontologies into a store: each into its graph, and into the default graph, as a stream."""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, cast

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from glutakg.dataset import CLOSURE_GRAPH, CONTESTED_GRAPH, XREFS_GRAPH, Following, Import, graph_iri
from glutakg.errors import StoreError
from glutakg.languages import N_
from glutakg.rdf import PREFIXES

__all__ = ["load_imports", "newly_following", "take_out", "take_out_following"]


_PIECE = 1 << 20
_END = b" .\n"


def load_imports(store: Store, imports: Sequence[Import], data_dir: Path) -> Callable[[str, str], bool]:
    """Load the triples of imports with what is to be said of each, and return which terms they speak of.

    Args:
        store: to be filled.
        imports: the ontologies.
        data_dir: where their triples lie.

    Returns:
        A function that tells of the name of a graph and an IRI whether the import of that name describes it.

    Raises:
        StoreError: the triples of an import are not there.
    """
    for each in imports:
        try:
            with each.triples_file(data_dir).open("rb") as file:
                lines = _WithGraph(file, each.graph, in_default_graph=not each.apart)
                store.bulk_load(cast(IO[bytes], lines), format=RdfFormat.N_QUADS, lenient=True)
            if (xrefs := each.xrefs_file(data_dir)).exists():
                store.bulk_load(
                    path=str(xrefs),
                    format=RdfFormat.N_TRIPLES,
                    to_graph=NamedNode(XREFS_GRAPH),
                    lenient=True,  # as we wrote it
                )
        except (OSError, SyntaxError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise StoreError(
                N_(
                    "What was imported as {name} cannot be read ({reason}); import it again, or remove it "
                    "(`glutakg imports remove {name}`).",
                    name=each.name,
                    reason=reason,
                )
            ) from error
        store.extend(_description(each))
    store.extend(_description_of_closure(imports))
    kept = {f"imports/{each.name}": NamedNode(each.graph) for each in imports if not each.apart}
    is_a = NamedNode(PREFIXES["rdf"] + "type")

    def is_replaced(graph_name: str, iri: str) -> bool:
        graph = kept.get(graph_name)
        if graph is None:
            return False
        return next(store.quads_for_pattern(NamedNode(iri), is_a, None, graph), None) is not None

    return is_replaced


def take_out(store: Store, gone: Iterable[Quad], imports: Sequence[Import]) -> None:
    """Take out of a store what files say and no other file does.

    Args:
        store: that has it.
        gone: what goes: each named graph that it stands in, and the default graph.
        imports: those that the store has; what lies apart is not in the default graph.
    """
    apart = (NamedNode(each.graph) for each in imports if each.apart)
    unseen = {NamedNode(CONTESTED_GRAPH), NamedNode(CLOSURE_GRAPH), NamedNode(XREFS_GRAPH), *apart}
    for quad in gone:
        if not isinstance(quad.graph_name, DefaultGraph):
            store.remove(quad)
    for quad in gone:
        if isinstance(quad.graph_name, DefaultGraph):
            others = store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
            if all(each.graph_name in {quad.graph_name, *unseen} for each in others):
                store.remove(quad)


def newly_following(before: Following, after: Following) -> Iterator[bytes]:
    """Yield in N-Quads what a store has to say more, where other imports make other things follow.

    Args:
        before: what followed otherwise than without imports.
        after: what does so now.
    """
    return _also_by_default((after.come - before.come) | (before.gone - after.gone))


def take_out_following(store: Store, before: Following, after: Following, imports: Sequence[Import]) -> None:
    """Take out of a store what follows no longer.

    Args:
        store: that says what followed.
        before: what followed otherwise than without imports.
        after: what does so now.
        imports: those that the store has.
    """
    gone = (before.come - after.come) | (after.gone - before.gone)
    take_out(store, set(parse(b"".join(_also_by_default(gone)), format=RdfFormat.N_QUADS)), imports)


def _also_by_default(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines of N-Quads, and those of `gkg:inferred` once more without it."""
    end = f" <{graph_iri('inferred')}> .\n".encode()
    for line in lines:
        yield line
        if line.endswith(end):
            yield line.removesuffix(end) + _END


class _WithGraph(io.RawIOBase):
    """N-Triples read as N-Quads: each line with the name of a graph, and once more without."""

    def __init__(self, file: io.BufferedReader, graph: str, *, in_default_graph: bool) -> None:
        self._file = file
        self._end = f" <{graph}> .\n".encode()
        self._in_default_graph = in_default_graph
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not self._ready:
            lines = self._file.read(_PIECE)
            if lines and not lines.endswith(b"\n"):
                lines += self._file.readline()
            more = lines if self._in_default_graph else b""
            self._ready = memoryview(lines.replace(_END, self._end) + more)
        if size < 0:
            size = len(self._ready)
        data, self._ready = bytes(self._ready[:size]), self._ready[size:]
        return data


def _description(each: Import) -> Iterable[Quad]:
    """Yield what is to be said of an import, as PROV and VoID have it, in the catalogue and by default."""
    me, kind = NamedNode(each.graph), NamedNode(PREFIXES["rdf"] + "type")
    integer, date_time = (NamedNode(PREFIXES["xsd"] + name) for name in ("integer", "dateTime"))
    told: list[tuple[NamedNode, NamedNode | Literal]] = [
        (kind, NamedNode(PREFIXES["void"] + "Dataset")),
        (kind, NamedNode(PREFIXES["prov"] + "Entity")),
        (_property("void:triples"), Literal(str(each.triples), datatype=integer)),
        (_property("prov:generatedAtTime"), Literal(each.date, datatype=date_time)),
        (_property("dcterms:identifier"), Literal(f"sha256:{each.sha256}")),
        (_property("dcterms:source"), Literal(each.source)),
    ]
    for name, text in (
        ("prov:wasDerivedFrom", each.ontology),
        ("owl:versionInfo" if ":" not in each.version else "dcterms:hasVersion", each.version),
        ("dcterms:license", each.licence),
    ):
        if text:
            told.append((_property(name), _iri_or_text(text)))
    for property, value in told:
        yield Quad(me, property, value, NamedNode(graph_iri("catalogue")))
        yield Quad(me, property, value)


def _description_of_closure(imports: Sequence[Import]) -> Iterable[Quad]:
    """Yield from which imports the closure follows, as PROV has it."""
    closure, catalogue = NamedNode(CLOSURE_GRAPH), NamedNode(graph_iri("catalogue"))
    told = [
        (NamedNode(PREFIXES["rdf"] + "type"), _property("prov:Entity")),
        *((_property("prov:wasDerivedFrom"), NamedNode(each.graph)) for each in imports if not each.apart),
    ]
    for property, value in told:
        yield Quad(closure, property, value, catalogue)
        yield Quad(closure, property, value)


def _property(name: str) -> NamedNode:
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def _iri_or_text(value: str) -> NamedNode | Literal:
    try:
        return NamedNode(value) if value.startswith(("http:", "https:", "urn:")) else Literal(value)
    except ValueError:
        return Literal(value)
