"""Mappings to other ontologies and databases, as they stand in an SSSOM file.

SSSOM (https://mapping-commons.github.io/sssom/) is a table with a header of `#` lines in YAML. Each row
says that a thing of ours matches a term elsewhere, how closely, and why we think so, or that a protein is
the product of a gene. The rows become triples; what else they tell stays in the table. A row with the
modifier `Not` says that there is no match: it becomes no triple.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from glutakg.errors import SourceError, TermError
from glutakg.files import read_text
from glutakg.rdf import PREFIXES, expand

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = [
    "MAPPING_PREDICATES", "SSSOM_SUFFIX", "canonical_sssom", "mapping_prefixes", "mapping_rows",
    "parse_mappings", "releases_in",
]  # fmt: skip


SSSOM_SUFFIX = ".sssom.tsv"
"""How the name of a file with mappings ends."""

MAPPING_PREDICATES = (
    *(f"skos:{closeness}Match" for closeness in ("broad", "close", "exact", "narrow", "related")),
    "RO:0002204",
)
"""The predicates that a mapping may have; the last is that of a protein to its gene, gene product of."""

_MODIFIER = "predicate_modifier"
_MAP_ENTRY = re.compile(
    r"""[ ]+ (?P<quote>["']?) (?P<prefix>[^\s"':]+) (?P=quote) [ ]* : [ ]+
        (?P<mark>["']?) (?P<iri>[^\s"'<>{}|\\^`]+) (?P=mark) [ ]* (?:[ ]\#.*)?""",
    re.VERBOSE,
)
_FLOW_ENTRY = re.compile(
    r"""\s* (?P<quote>["']?) (?P<prefix>[^\s"':,]+) (?P=quote) \s* : \s*
        (?P<mark>["']?) (?P<iri>[^\s"'<>{}|\\^`,]+) (?P=mark) \s*""",
    re.VERBOSE,
)
_NEEDED = ("subject_id", "predicate_id", "object_id", "mapping_justification")


def parse_mappings(text: str, path: Path | str) -> "list[Triple]":
    r"""Return the triples that an SSSOM table states, in the order of its rows.

    CURIEs have the prefixes of the `curie_map` of the table, and beside them those of the project.

    Args:
        text: the table, tab-separated, below its header of `#` lines.
        path: where it came from, for the message.

    Raises:
        SourceError: a column is missing, a row is malformed or stands there twice, a prefix, a predicate or
            its modifier is unknown, or the `curie_map` cannot be read; line and reason are named.

    >>> head = "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
    >>> row = "gkd:taurine\tskos:exactMatch\tCHEBI:15891\tsemapv:ManualMappingCuration\n"
    >>> parse_mappings(head + row, "mappings.sssom.tsv")[0].object.value
    'http://purl.obolibrary.org/obo/CHEBI_15891'
    """
    from pyoxigraph import NamedNode, Triple

    prefixes, rows = _table(text, path)
    triples: dict[Triple, int] = {}
    for number, row in rows:
        subject, predicate, value = (
            _iri(row[name], prefixes, path, number) for name in ("subject_id", "predicate_id", "object_id")
        )
        if row.get(_MODIFIER):
            continue
        triple = Triple(NamedNode(subject), NamedNode(predicate), NamedNode(value))
        if triple in triples:
            message = f"The mapping stands in line {triples[triple]} already; delete one."
            raise SourceError(message, path=path, line=number)
        triples[triple] = number
    return list(triples)


def releases_in(text: str) -> dict[str, str]:
    r"""Return in which releases the terms elsewhere were seen, by prefix; nothing where no row says it.

    Args:
        text: an SSSOM table that `parse_mappings` takes.

    >>> head = "subject_id\tpredicate_id\tobject_id\tmapping_justification\tobject_source_version\n"
    >>> releases_in(head + "gkd:taurine\tskos:closeMatch\tDOID:4\tsemapv:ManualMappingCuration\t2026-07-31\n")
    {'DOID': '2026-07-31'}
    """
    lines = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    found: dict[str, set[str]] = {}
    for cells in lines[1:]:
        row = dict(zip(lines[0], cells, strict=True))
        releases = found.setdefault(row["object_id"].partition(":")[0], set())
        releases.update(filter(None, [row.get("object_source_version")]))
    return {prefix: "; ".join(sorted(releases)) for prefix, releases in found.items()}


def mapping_rows(path: Path) -> "list[tuple[int, dict[str, str]]]":
    """Return the rows of an SSSOM table by their columns, each with the number of its line.

    Raises:
        SourceError: it cannot be read, or a row is malformed.
    """
    return list(_table(read_text(path), path)[1])


def canonical_sssom(text: str, path: Path | str) -> str:
    r"""Return an SSSOM table of ours as it should look: rows by subject, predicate and object.

    The header of `#` lines stays as it is, but a prefix of the project that a row needs is added to the
    `curie_map`.

    Args:
        text: the table.
        path: where it came from, for the message.

    Raises:
        SourceError: the table cannot be read as `parse_mappings` reads it.
    """
    parse_mappings(text, path)
    lines = text.rstrip("\n").split("\n")
    head = [line for line in lines if line.startswith("#")]
    names, *rows = (line for line in lines if line and not line.startswith("#"))
    columns = [names.split("\t").index(name) for name in ("subject_id", "predicate_id", "object_id")]
    rows.sort(key=lambda row: [row.split("\t")[column] for column in columns])
    used = {row.split("\t")[column].partition(":")[0] for row in rows for column in columns[::2]}
    missing = used - _curie_map(_numbered(text), path).keys()
    if missing:
        entries = {f'#   {prefix}: "{PREFIXES[prefix]}"' for prefix in missing}
        at = head.index("# curie_map:") if "# curie_map:" in head else -1
        if at < 0:
            head, at = [*head, "# curie_map:"], len(head)
        end = next((n for n in range(at + 1, len(head)) if not head[n].startswith("#  ")), len(head))
        head[at + 1 : end] = sorted({*head[at + 1 : end], *entries})
    return "\n".join([*head, names, *rows]) + "\n"


def mapping_prefixes(text: str, path: Path | str) -> dict[str, tuple[str, int]]:
    """Return the prefixes that an SSSOM table declares, each with its IRI and the number of its line.

    Args:
        text: the table.
        path: where it came from, for the message.

    Raises:
        SourceError: its map of prefixes is malformed.
    """
    return _curie_map(_numbered(text), path)


def _numbered(text: str) -> list[tuple[int, str]]:
    return [(number, line.removesuffix("\r")) for number, line in enumerate(text.split("\n"), 1)]


def _table(text: str, path: Path | str) -> "tuple[dict[str, str], Iterator[tuple[int, dict[str, str]]]]":
    """Return the prefixes of a table, and its rows with the numbers of their lines."""
    numbered = _numbered(text)
    prefixes = {**PREFIXES, **{name: iri for name, (iri, _) in _curie_map(numbered, path).items()}}
    lines = [(number, line) for number, line in numbered if line and not line.startswith("#")]
    if not lines:
        raise SourceError("The table has no row of column names; add one.", path=path)
    first, names = lines[0][0], lines[0][1].split("\t")
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise SourceError(f"The column {missing[0]} is missing; SSSOM needs it.", path=path, line=first)
    return prefixes, ((number, _row(line, names, path, number)) for number, line in lines[1:])


def _curie_map(numbered: list[tuple[int, str]], path: Path | str) -> dict[str, tuple[str, int]]:
    """Return the prefixes that a table declares in its header, one a line or all in one, with their lines."""
    found: dict[str, tuple[str, int]] = {}
    indent: int | None = None  # of the key, while its entries are read
    for number, line in numbered:
        entry = line[1:]
        if not line.startswith("#") or not entry.strip() or entry.lstrip().startswith("#"):
            continue
        depth = len(entry) - len(entry.lstrip(" "))
        if indent is None or depth <= indent:
            key = re.fullmatch(r" *curie_map:(?P<rest>.*)", entry)
            indent = depth if key else None
            if key and not re.fullmatch(r"\s*(?:#.*)?", key["rest"]):
                found |= {prefix: (iri, number) for prefix, iri in _in_one_line(key["rest"], path, number)}
            continue
        match = _MAP_ENTRY.fullmatch(entry)
        if match is None:
            message = f"{entry.strip()!r} is no prefix with its IRI; write it as `PREFIX: IRI`."
            raise SourceError(message, path=path, line=number)
        found[match["prefix"]] = (match["iri"], number)
    return found


def _in_one_line(text: str, path: Path | str, number: int) -> Iterator[tuple[str, str]]:
    """Yield the prefixes and IRIs of a map that stands in one line, as `{A: http://a.org/}`."""
    inner = re.fullmatch(r"\s+\{(?P<entries>[^{}]*)\}\s*(?:\s\#.*)?", text)
    entries = inner["entries"].split(",") if inner else [text]
    for entry in entries if inner is None or inner["entries"].strip() else ():
        match = _FLOW_ENTRY.fullmatch(entry)
        if inner is None or match is None:
            message = f"{entry.strip()!r} is no prefix with its IRI; write it as `PREFIX: IRI`."
            raise SourceError(message, path=path, line=number)
        yield match["prefix"], match["iri"]


def _row(line: str, names: list[str], path: Path | str, number: int) -> dict[str, str]:
    """Return the cells of a row by their columns."""
    cells = line.split("\t")
    if len(cells) != len(names):
        message = (
            f"The row has {len(cells)} cells and the table {len(names)} columns; part them by one tab each."
        )
        raise SourceError(message, path=path, line=number)
    row = dict(zip(names, cells, strict=True))
    empty = [name for name in _NEEDED if not row[name]]
    if empty:
        raise SourceError(f"The cell {empty[0]} is empty; fill it.", path=path, line=number)
    if row["predicate_id"] not in MAPPING_PREDICATES:
        listed = ", ".join(MAPPING_PREDICATES)
        message = f"{row['predicate_id']!r} is no mapping predicate; take one of {listed}."
        raise SourceError(message, path=path, line=number)
    if row.get(_MODIFIER, "") not in ("", "Not"):
        message = f"{row[_MODIFIER]!r} is no {_MODIFIER}; SSSOM knows `Not` alone."
        raise SourceError(message, path=path, line=number)
    return row


def _iri(curie: str, prefixes: Mapping[str, str], path: Path | str, number: int) -> str:
    prefix, _, local = curie.partition(":")
    if prefix not in prefixes:
        message = (
            f"{curie!r} is no CURIE with a prefix of the table or of the project; write one such as "
            "CHEBI:18050, or declare the prefix in the curie_map."
        )
        raise SourceError(message, path=path, line=number)
    try:
        if not local:
            raise TermError("Something must follow the colon.")
        return expand(f"<{prefixes[prefix]}{local}>")
    except TermError as error:
        raise SourceError(f"{curie!r}: {error}", path=path, line=number) from None
