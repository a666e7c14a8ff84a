"""Mappings of other people: an SSSOM table in the form of SSSOM/TSV becomes triples.

Each row is the triple of its subject, predicate and object. A row that says what is not so
(`predicate_modifier: Not`), that no term was found, or that maps a text and no term, states no triple.
"""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from glutakg.dataset import mapping_prefixes
from glutakg.errors import SourceError, TermError
from glutakg.rdf import PREFIXES, expand

if TYPE_CHECKING:
    import pyoxigraph as ox

__all__ = ["COLUMNS", "sssom_triples"]


COLUMNS = ("subject_id", "predicate_id", "object_id")
"""The columns that every table has which is read."""

_KNOWN = {**PREFIXES, "sssom": "https://w3id.org/sssom/"}
_NOTHING = "sssom:NoTermFound"
_DENIED, _NOT_FOUND, _OF_TEXT = "that say what is no match", "that found no term", "that map a text"


def sssom_triples(data: bytes, name: str, notes: list[str]) -> "Iterator[ox.Triple]":
    """Yield the triples of a table; what states none is counted in a note at its end.

    Prefixes are those of its `curie_map`, and beside them those of the project and of SSSOM.

    Args:
        data: the table, in UTF-8.
        name: what stands for it in messages.
        notes: where sentences are added on what is not as the table has it.

    Raises:
        SourceError: it is not UTF-8, a row is malformed, or a prefix is unknown.
    """
    import pyoxigraph as ox

    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = data.count(b"\n", 0, error.start) + 1
        raise SourceError("This is not UTF-8; save it in that encoding.", path=name, line=at) from None
    prefixes = _KNOWN | {prefix: iri for prefix, (iri, _) in mapping_prefixes(text, name).items()}
    left: Counter[str] = Counter()
    columns: list[str] = []
    for number, whole in enumerate(text.split("\n"), start=1):
        line = whole.removesuffix("\r")
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        if not columns:
            columns = cells
            continue
        if len(cells) != len(columns):
            message = f"The row has {len(cells)} cells and the table {len(columns)} columns."
            raise SourceError(message, path=name, line=number)
        row = dict(zip(columns, cells, strict=True))
        if reason := _why_no_triple(row, name, number):
            left[reason] += 1
            continue
        subject, predicate, value = (
            ox.NamedNode(_iri(row[column], prefixes, name, number)) for column in COLUMNS
        )
        yield ox.Triple(subject, predicate, value)
    notes += [f"Rows {reason}, and state nothing here: {count}." for reason, count in sorted(left.items())]


def _why_no_triple(row: dict[str, str], name: str, number: int) -> str | None:
    modifier = row.get("predicate_modifier", "").strip()
    if modifier not in ("", "Not"):
        message = f"{modifier!r} is no predicate_modifier; SSSOM knows `Not` alone."
        raise SourceError(message, path=name, line=number)
    if modifier:
        return _DENIED
    if _NOTHING in (row["subject_id"], row["object_id"]):
        return _NOT_FOUND
    is_text = any(row.get(f"{side}_type") == "rdfs literal" for side in ("subject", "object"))
    return _OF_TEXT if is_text else None


def _iri(curie: str, prefixes: dict[str, str], name: str, number: int) -> str:
    prefix, colon, local = curie.partition(":")
    try:
        if colon and local and prefix in prefixes:
            return expand(f"<{prefixes[prefix]}{local}>")
        if "//" in local:
            return expand(f"<{curie}>")
    except TermError as error:
        raise SourceError(str(error), path=name, line=number) from None
    message = f"{curie!r} is no CURIE with a prefix of the curie_map; declare the prefix there."
    raise SourceError(message, path=name, line=number)
