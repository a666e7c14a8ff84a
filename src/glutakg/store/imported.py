"""Loads imported ontologies into a store: each into its graph, and into the default graph, as a stream."""

import gc
import io
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, cast

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from glutakg.dataset import (
    CLOSURE_GRAPH,
    CONTESTED_GRAPH,
    XREFS_GRAPH,
    Axioms,
    Following,
    HeldAxioms,
    Import,
    Statements,
    graph_iri,
    is_described,
    quads,
    shipped_files,
    what_follows,
)
from glutakg.errors import StoreError
from glutakg.languages import N_
from glutakg.rdf import PREFIXES
from glutakg.store.closure import Closure, roles_of, stated_in

__all__ = ["add_imports", "newly_following", "take_out", "take_out_following"]


MOST_READ = 2_000_000
"""Triples of an import whose axioms fit into memory; of larger ones the store is asked, once it has them."""

_PIECE = 1 << 20
_END = b" .\n"


def add_imports(
    store: Store,
    held: Sequence[Import],
    imports: Sequence[Import],
    *,
    data_dir: Path,
    cache_dir: Path,
    folder: Path | None = None,
) -> list[str]:
    """Add imports to a store, with the closure and what follows, and return the classes below themselves.

    What they state of classes is read while their triples are loaded, so that the closure comes with these,
    and what follows is derived meanwhile: an engine that has just loaded much is slow to answer.

    Args:
        store: that has all that is shipped, and the imports that were there before.
        held: these.
        imports: that come.
        data_dir: where their triples lie.
        cache_dir: the cache folder.
        folder: for files meanwhile; None for the folder of the system for such.

    Raises:
        StoreError: the triples of an import are not there, or what follows cannot be derived.
    """
    _check(imports, data_dir)
    before = roles_of([stated_in(store, folder)]) if held else None
    stated_before = {each: HeldAxioms(store, each.graph) for each in held if not each.apart}
    earlier = what_follows(stated_before, cache_dir)
    names = {f"imports/{each.name}" for each in imports if not each.apart}
    slices = [file for file in shipped_files(cache_dir) if file.graph_name in names]
    take_out(store, set(quads(slices)), held)  # before the imports come, which may say the same
    read_apart = [each for each in imports if each.triples <= MOST_READ]
    for each in imports:
        if each not in read_apart:
            _load(store, each, data_dir)
    coming: dict[Import, Statements] = {}

    def read() -> Closure:
        pairs = []
        for each in imports:
            if each.apart:
                continue
            if each in read_apart:
                coming[each] = axioms = Axioms(each.triples_file(data_dir))
                pairs.append(axioms.pairs)
            else:
                coming[each] = HeldAxioms(store, each.graph)
                pairs.append(stated_in(store, folder, each.graph))
        described = {f"imports/{each.name}": stated for each, stated in coming.items()}
        left = quads(slices, is_replaced=lambda graph, iri: is_described(described[graph], iri))
        store.bulk_extend(left)
        return Closure(store, pairs, folder, before=before)

    def derive() -> Following:
        follows = what_follows({**stated_before, **coming}, cache_dir)
        coming.clear()
        return follows

    with _uncollected(), ThreadPoolExecutor(1) as beside:  # which waits for a process of its own
        reading, later = beside.submit(read), beside.submit(derive)

        def lines() -> Iterator[bytes]:
            yield from reading.result().lines()
            yield from newly_following(earlier, later.result())

        for each in read_apart[:-1]:
            _load(store, each, data_dir)
        if read_apart:
            _load(store, read_apart[-1], data_dir, lines())
        else:
            store.bulk_load(cast(IO[bytes], _Stream(lines())), format=RdfFormat.N_QUADS, lenient=True)
        closure, follows = reading.result(), later.result()
    closure.add_unnamed()
    take_out_following(store, earlier, follows, [*held, *imports])
    for each in imports:
        store.extend(_description(each))
    store.extend(_description_of_closure(imports))
    return sorted(closure.cycles)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no cycles in memory meanwhile: there are none, and much to look through."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _check(imports: Sequence[Import], data_dir: Path) -> None:
    for each in imports:
        try:
            with each.triples_file(data_dir).open("rb"):
                pass
        except OSError as error:
            raise _unreadable(each, error) from error


def _load(store: Store, each: Import, data_dir: Path, besides: Iterable[bytes] = ()) -> None:
    """Load the triples of an import, and with them other lines of N-Quads."""
    if (xrefs := each.xrefs_file(data_dir)).exists():
        store.bulk_load(
            path=str(xrefs),
            format=RdfFormat.N_TRIPLES,
            to_graph=NamedNode(XREFS_GRAPH),
            lenient=True,  # as we wrote it
        )
    with each.triples_file(data_dir).open("rb") as file:
        lines = _Stream(chain(_with_graph(file, each.graph, in_default_graph=not each.apart), besides))
        try:
            store.bulk_load(cast(IO[bytes], lines), format=RdfFormat.N_QUADS, lenient=True)
        except SyntaxError as error:
            raise _unreadable(each, error) from error


def _unreadable(each: Import, error: OSError | SyntaxError) -> StoreError:
    return StoreError(
        N_(
            "What was imported as {name} cannot be read ({reason}); import it again, or remove it "
            "(`glutakg imports remove {name}`).",
            name=each.name,
            reason=getattr(error, "strerror", None) or str(error),
        )
    )


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


def _with_graph(file: IO[bytes], graph: str, *, in_default_graph: bool) -> Iterator[bytes]:
    """Yield N-Triples as N-Quads: each line with the name of a graph, and once more without."""
    end = f" <{graph}> .\n".encode()
    while lines := file.read(_PIECE):
        if not lines.endswith(b"\n"):
            lines += file.readline()
        yield lines.replace(_END, end)
        if in_default_graph:
            yield lines


class _Stream(io.RawIOBase):
    """Pieces of text, read as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not self._ready:
            pieces: list[bytes] = []
            length = 0
            for piece in self._pieces:
                pieces.append(piece)
                length += len(piece)
                if length >= _PIECE:
                    break
            self._ready = memoryview(b"".join(pieces))
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
