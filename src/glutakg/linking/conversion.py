"""An ontology in any format becomes N-Triples, in a process of its own.

A file of others may be made to fill memory, or nest until a parser has no stack left; then this process ends,
and not the one that asked for it. RDF is read by pyoxigraph as a stream, functional syntax and OWL/XML by
py-horned-owl, OBO and OBO Graphs by `glutakg.linking.obo` and `glutakg.linking.obo_graphs`, mappings by
`glutakg.linking.sssom`.
"""

import json
import os
import re
import sys
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from glutakg.dataset import XREFS
from glutakg.errors import GlutakgError, MissingExtraError, SourceError
from glutakg.linking.formats import PEEKED_BYTES, Format, format_of, refuse_entities
from glutakg.linking.unpacking import Pieces, unpacked
from glutakg.rdf import PREFIXES, iri_of_identifier

if TYPE_CHECKING:
    import pyoxigraph as ox

__all__ = ["Converted", "convert", "main"]


MOST_MEGABYTES = 4_096
"""Memory that reading a file may take."""

_BAD_UTF_8 = re.compile(r"(?:Invalid|decode input using|contain valid) UTF-8|Utf8Error")
_NOT_UTF_8 = "This is not UTF-8; save it in that encoding."
_MOST_OF_HEADER = 1_000
_MOST_TOLD = 8
_LONGEST_PREFIX = 40
_XREF = PREFIXES["oio"] + "hasDbXref"
_DEEPEST_XML = 10_000
_END_OF_XML = re.compile(rb"</(?:[\w.-]+:)?(?:RDF|Ontology)\s*>\s*(?:<!--(?:[^-]|-(?!->))*-->\s*)*\Z")
_OWL, _DC, _DCTERMS = PREFIXES["owl"], "http://purl.org/dc/elements/1.1/", PREFIXES["dcterms"]
_RDF_TYPE = PREFIXES["rdf"] + "type"
_LICENCES = (
    _DCTERMS + "license", _DCTERMS + "rights", _DC + "license", _DC + "rights",
    "http://creativecommons.org/ns#license", "https://schema.org/license", "http://schema.org/license",
)  # fmt: skip
_HEADER = frozenset({_OWL + "versionIRI", _OWL + "versionInfo", _OWL + "imports", *_LICENCES})


@dataclass
class Converted:
    """What a file says of the ontology that it holds.

    Attributes:
        format: in which it is written.
        triples: how many it has; repeated ones count each time.
        ontology: its IRI; empty where it has none.
        version: its version IRI, or else what it says of its version.
        licence: that it names.
        others: the ontologies that it imports.
        graphs: how many named graphs it has, whose names are not kept.
        notes: sentences on what is not as the file has it.
    """

    format: str
    triples: int = 0
    ontology: str = ""
    version: str = ""
    licence: str = ""
    others: list[str] = field(default_factory=list)
    graphs: int = 0
    notes: list[str] = field(default_factory=list)


def convert(path: Path, name: str, target: Path, *, base: str | None = None) -> Converted:
    """Write the triples of an ontology into a file, and return what it says of itself.

    Args:
        path: the ontology, in any of the formats and packings that are read.
        name: what stands for it in messages.
        target: where the triples are written; files of the same name with other endings are used meanwhile.
        base: IRI that relative IRIs are resolved against.

    Raises:
        SourceError: the file cannot be read, or is not what it seems to be.
        MissingExtraError: a library is missing that reads this format.
    """
    import pyoxigraph as ox

    with unpacked(path, name) as stream:
        start = _read(stream, PEEKED_BYTES)
    format = format_of(start, name)
    if format in (Format.RDF_XML, Format.OWL_XML):
        refuse_entities(start, name)
    try:
        converted = _written(ox, path, name, target, format, base)
    except ValueError as error:
        reason = str(error).partition("\n")[0][:300].rstrip(".")
        raise SourceError(f"It has a name that is no IRI ({reason}).", path=name) from None
    if not converted.triples:
        raise SourceError(
            f"This is {converted.format} without any statement; nothing was imported.", path=name
        )
    return converted


def _written(ox: Any, path: Path, name: str, target: Path, format: Format, base: str | None) -> Converted:
    """Write the triples, read in the first format that takes the whole file, and return what it says.

    Where none does, the fault is that of the one that gets furthest.
    """
    faults = []
    for each in _ALSO.get(format, (format,)):
        converted = Converted(each.value)
        try:
            _write(ox, path, name, target, each, converted, base)
        except SyntaxError as error:
            faults.append((error, each))
        else:
            return converted
    fault, last = max(faults, key=lambda each: each[0].lineno or 0)
    raise _not_well_formed(fault, last, name) from None


def _read(stream: Any, size: int) -> bytes:
    """Return the first bytes of a stream, fewer only where it has no more."""
    data = b""
    while len(data) < size and (more := stream.read(size - len(data))):
        data += more
    return data


def _not_well_formed(error: SyntaxError, format: Format, name: str) -> SourceError:
    reason = str(error.msg).partition("\n")[0][:300].rstrip(".")
    if _BAD_UTF_8.search(reason):
        return SourceError(_NOT_UTF_8, path=name, line=error.lineno)
    if "LoadDocumentCallback" in reason:  # pyoxigraph fetches nothing
        message = "Its @context lies elsewhere, and is not fetched; put the context itself into the file."
        return SourceError(message, path=name)
    return SourceError(f"This is not {format.value}: {reason}.", path=name, line=error.lineno)


def _write(
    ox: Any, path: Path, name: str, target: Path, format: Format, converted: Converted, base: str | None
) -> None:
    triples: Iterable[ox.Triple]
    if format is Format.OBO:
        from glutakg.linking.obo import obo_triples

        triples = obo_triples(partial(unpacked, path, name), name, converted.notes)
        _serialise(ox, triples, converted, target)
        return
    with unpacked(path, name) as stream:
        source: Any = Pieces(stream, name, _BETWEEN[format]) if format in _BETWEEN else stream
        if format in (Format.RDF_XML, Format.OWL_XML):
            source = _Xml(source, name)
        if format is Format.SSSOM:
            from glutakg.linking.sssom import sssom_triples

            triples = sssom_triples(source.read(), name, converted.notes)
        elif format is Format.OBO_GRAPHS:
            from glutakg.linking.obo_graphs import obo_graph_triples

            triples = obo_graph_triples(source, name, converted.notes)
        elif format in (Format.FUNCTIONAL, Format.OWL_XML):
            triples = _owl_triples(ox, source, name, target, format)
        else:
            triples = _triples(ox.parse(source, format=_RDF[format](ox), base_iri=base), converted)
        _serialise(ox, triples, converted, target)


def _serialise(ox: Any, triples: "Iterable[ox.Triple]", converted: Converted, target: Path) -> None:
    """Write triples, and beside them the cross-references of terms once more, as IRIs."""
    unknown: Counter[str] = Counter()
    with target.with_name(XREFS).open("w", encoding="utf-8") as xrefs:
        read = _noting(_with_xrefs(ox, triples, xrefs, unknown), converted)
        ox.serialize(read, output=str(target), format=ox.RdfFormat.N_TRIPLES)
    if unknown:
        told = ", ".join(f"{prefix} ({number:,})" for prefix, number in unknown.most_common(_MOST_TOLD))
        more = f" and {len(unknown) - _MOST_TOLD} others" if len(unknown) > _MOST_TOLD else ""
        converted.notes.append(
            f"Cross-references that stay text alone, since they are no identifiers of ours: {told}{more}."
        )


def _with_xrefs(
    ox: Any, triples: "Iterable[ox.Triple]", file: IO[str], unknown: Counter[str]
) -> "Iterator[ox.Triple]":
    """Yield triples as they are; write each cross-reference of a term as an IRI, or count its prefix."""
    for triple in triples:
        if (
            triple.predicate.value == _XREF
            and isinstance(triple.subject, ox.NamedNode)
            and isinstance(triple.object, ox.Literal)
        ):
            if iri := iri_of_identifier(triple.object.value):
                file.write(f"{triple.subject} {triple.predicate} <{iri}> .\n")
            else:
                prefix = triple.object.value.partition(":")[0].strip()[:_LONGEST_PREFIX]
                unknown[prefix if prefix in unknown or len(unknown) < _MOST_OF_HEADER else "other"] += 1
        yield triple


class _Xml:
    """XML as it is read, refused where it nests so deeply that reading takes for ever, or is cut off.

    Parsers of RDF/XML and OWL/XML take what they have at the end of a file for all there is.
    """

    def __init__(self, stream: Any, name: str) -> None:
        self._stream = stream
        self._name = name
        self._depth = 0
        self._end = b""

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._stream.read(min(size, 1 << 16) if size > 0 else 1 << 16)
        if not data:
            if not _END_OF_XML.search(self._end):
                raise SourceError("The file is cut off: its root element has no end.", path=self._name)
            return data
        closing = data.count(b"</")
        opening = data.count(b"<") - closing - data.count(b"<!") - data.count(b"<?")
        self._depth += opening - closing - data.count(b"/>")
        if self._depth > _DEEPEST_XML:
            raise SourceError("Its elements nest too deeply to be read.", path=self._name)
        self._end = (self._end + data)[-4_096:]
        return data


_BETWEEN = {
    Format.FUNCTIONAL: b"\n",
    Format.OBO_GRAPHS: b'"',
    Format.OWL_XML: b"<",
    Format.RDF_XML: b"<",
    Format.SSSOM: b"\n",
}
"""What comes again and again in a format whose library takes texts of any length."""

_RDF = {
    Format.JSON_LD: lambda ox: ox.RdfFormat.JSON_LD,
    Format.N_QUADS: lambda ox: ox.RdfFormat.N_QUADS,
    Format.N_TRIPLES: lambda ox: ox.RdfFormat.N_TRIPLES,
    Format.RDF_XML: lambda ox: ox.RdfFormat.RDF_XML,
    Format.TRIG: lambda ox: ox.RdfFormat.TRIG,
    Format.TURTLE: lambda ox: ox.RdfFormat.TURTLE,
}
_ALSO = {
    Format.N_QUADS: (Format.N_QUADS, Format.TRIG),
    Format.N_TRIPLES: (Format.N_TRIPLES, Format.N_QUADS, Format.TURTLE, Format.TRIG),
    Format.TURTLE: (Format.TURTLE, Format.TRIG),
}
"""In which formats a file may go on that begins as one of these."""


def _triples(quads: "Iterable[ox.Quad]", converted: Converted) -> "Iterator[ox.Triple]":
    """Yield the triples of quads, and count their named graphs."""
    graphs: set[object] = set()
    last: object = None
    for quad in quads:
        if (graph := quad.graph_name) != last:
            graphs.add(graph)
            last = graph
        yield quad.triple
    converted.graphs = sum(1 for each in graphs if getattr(each, "value", None) is not None)


def _owl_triples(ox: Any, stream: Any, name: str, target: Path, format: Format) -> "Iterator[ox.Triple]":
    """Yield the triples of functional syntax or OWL/XML, which py-horned-owl reads and writes as RDF/XML."""
    try:
        import pyhornedowl
    except ImportError as error:
        raise MissingExtraError(f"Reading {format.value}", library="py-horned-owl", extra="import") from error
    plain, rdf = target.with_suffix(".plain"), target.with_suffix(".rdf")
    try:
        with plain.open("wb") as copy:
            while data := stream.read(1 << 20):
                copy.write(data)
        try:
            read = pyhornedowl.open_ontology_from_file(
                str(plain), "ofn" if format is Format.FUNCTIONAL else "owx"
            )
            plain.unlink()
            read.save_to_file(str(rdf), "owl")
        except MemoryError:
            raise
        except Exception as error:
            if _BAD_UTF_8.search(str(error)):
                raise SourceError(_NOT_UTF_8, path=name) from None
            raise SourceError(f"This is not {format.value}: {_first_line(error)}.", path=name) from None
        del read
        for quad in ox.parse(path=str(rdf), format=ox.RdfFormat.RDF_XML):
            yield quad.triple
    finally:
        plain.unlink(missing_ok=True)
        rdf.unlink(missing_ok=True)


def _first_line(error: Exception) -> str:
    """Return what a parser says, without what it says of its own insides."""
    text = str(error).removeprefix("Failed to open ontology: ")
    if place := re.search(r"line_col: Pos\(\((\d+), (\d+)\)\)", text):
        return f"line {place[1]}, column {place[2]} cannot be read"
    return text.partition("\n")[0][:200].rstrip(".")


def _noting(triples: "Iterable[ox.Triple]", converted: Converted) -> "Iterator[ox.Triple]":
    """Yield triples as they are, counted, while their header is read."""
    told: dict[str, dict[str, list[str]]] = {}
    ontologies: list[str] = []
    number = 0
    for triple in triples:
        number += 1
        predicate = triple.predicate.value
        if predicate == _RDF_TYPE:
            if getattr(triple.object, "value", "") == _OWL + "Ontology" and len(ontologies) < _MOST_OF_HEADER:
                ontologies.append(getattr(triple.subject, "value", ""))
        elif predicate in _HEADER and len(told) < _MOST_OF_HEADER:
            of = told.setdefault(getattr(triple.subject, "value", ""), {})
            of.setdefault(predicate, []).append(getattr(triple.object, "value", ""))
        yield triple
    converted.triples = number
    _take_header(converted, ontologies, told)


def _take_header(converted: Converted, ontologies: list[str], told: dict[str, dict[str, list[str]]]) -> None:
    """Note what the header says; of several ontologies in a file none counts, but for what they import."""
    converted.others = sorted(
        {one for each in ontologies for one in told.get(each, {}).get(_OWL + "imports", [])}
    )
    if len(set(ontologies)) != 1:
        return
    header = told.get(ontologies[0], {})
    converted.ontology = ontologies[0] if ":" in ontologies[0] else ""
    versions = [*header.get(_OWL + "versionIRI", []), *header.get(_OWL + "versionInfo", [])]
    converted.version = versions[0] if versions else ""
    converted.licence = next((header[each][0] for each in _LICENCES if each in header), "")


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not a POSIX system
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit = MOST_MEGABYTES * 1024 * 1024
    try:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    except (ValueError, OSError):  # macOS knows the limit but does not take it
        return


def _end_with_stdin() -> None:
    os.read(0, 1)
    os._exit(1)


def main() -> None:
    """Convert the file that the arguments name, and tell as JSON what it holds, or its fault.

    It ends where its standard input closes: whoever asked is gone.
    """
    path, name, target, base = sys.argv[1:5]
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    _limit_memory()
    answer: dict[str, object]
    try:
        answer = asdict(convert(Path(path), name, Path(target), base=base or None))
    except MissingExtraError as error:
        answer = {"missing": str(error)}
    except GlutakgError as error:
        answer = {"fault": str(error)}
    except MemoryError as error:
        reason = "A line or text in it is too long" if "buffer" in str(error) else "It needs too much memory"
        answer = {"fault": f"{name}: {reason} to be read."}
    except RecursionError:
        answer = {"fault": f"{name}: It nests too deeply to be read."}
    except OSError as error:
        answer = {"fault": f"{name}: It could not be converted ({error.strerror or error})."}
    print(json.dumps(answer), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
