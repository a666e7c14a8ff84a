"""Mappings to terms of other resources: SSSOM in, triples out.

SSSOM (https://mapping-commons.github.io/sssom/) is a table with one mapping per row, below a header of `#`
lines in YAML. The header is for other programs; here only its prefixes are read, which must be the project's.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from glutakg.errors import SourceError, TermError
from glutakg.terms import PREFIXES, expand

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["MAPPING_RELATIONS", "SSSOM_COLUMNS", "SSSOM_SUFFIX", "parse_sssom"]

SSSOM_SUFFIX = ".sssom.tsv"
"""How the name of an SSSOM file ends."""

SSSOM_COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "object_source",
    "object_source_version",
    "comment",
)
"""The columns of an SSSOM file, in their order."""

MAPPING_RELATIONS = (
    "skos:exactMatch",
    "skos:closeMatch",
    "skos:broadMatch",
    "skos:narrowMatch",
    "skos:relatedMatch",
)
"""How a term of ours can relate to another: that one is the same, close, broader, narrower or related."""

_FILLED_IN = ("subject_id", "subject_label", "predicate_id", "object_id", "mapping_justification")
_PREFIX_LINE = re.compile(r"#\s+([\w.]+):\s*(\S+)\s*")


def parse_sssom(text: str, path: Path | str) -> "list[Triple]":
    r"""Return the triples that the rows of an SSSOM table state, one for each.

    Args:
        text: the table, with the columns `SSSOM_COLUMNS` below a header that declares every prefix it uses.
        path: where it came from, for the message.

    Raises:
        SourceError: columns, a prefix, a relation or a row are wrong; the line says where.

    >>> text = "#curie_map:\n"
    >>> for prefix in ("CHEBI", "gkd", "semapv", "skos"):
    ...     text += f"#  {prefix}: {PREFIXES[prefix]}\n"
    >>> text += "\t".join(SSSOM_COLUMNS)
    >>> text += "\ngkd:gaba\tGABA\tskos:exactMatch\tCHEBI:16865\t\tsemapv:ManualMappingCuration\t\t\t"
    >>> print(*parse_sssom(text, "mappings.sssom.tsv"))
    <https://w3id.org/glutakg/data/gaba> <http://www.w3.org/2004/02/skos/core#exactMatch>
    <http://purl.obolibrary.org/obo/CHEBI_16865>
    """
    from pyoxigraph import NamedNode, Triple

    lines = text.splitlines()
    height = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    declared = _declared_prefixes(lines[:height], path)
    if tuple("".join(lines[height : height + 1]).split("\t")) != SSSOM_COLUMNS:
        _refuse(f"The columns must be {', '.join(SSSOM_COLUMNS)}, separated by tabs.", path, height + 1)
    line_of: dict[tuple[str, str], int] = {}
    triples = []
    for number, line in enumerate(lines[height + 1 :], start=height + 2):
        row = _read_row(line, declared, path, number)
        pair = row["subject_id"], row["object_id"]
        if (first := line_of.setdefault(pair, number)) != number:
            _refuse(f"{pair[0]} and {pair[1]} are mapped in line {first} too; keep one row.", path, number)
        triples.append(
            Triple(*(NamedNode(expand(row[name])) for name in ("subject_id", "predicate_id", "object_id")))
        )
    return triples


def _declared_prefixes(header: list[str], path: Path | str) -> set[str]:
    """Return the prefixes that the header declares, which mean what they mean in the project."""
    declared: set[str] = set()
    inside = False
    for number, line in enumerate(header, start=1):
        match = _PREFIX_LINE.fullmatch(line)
        inside = line.rstrip() == "#curie_map:" or (inside and match is not None)
        if inside and match:
            if PREFIXES.get(match[1]) != match[2]:
                _refuse(_about_prefix(*match.groups()), path, number)
            declared.add(match[1])
    return declared


def _about_prefix(prefix: str, namespace: str) -> str:
    if prefix in PREFIXES:
        return f"{prefix} stands for {PREFIXES[prefix]} here; write that, without quotation marks."
    return f"{prefix} ({namespace}) is no prefix of the project; remove it, or add it to glutakg.terms."


def _read_row(line: str, declared: set[str], path: Path | str, number: int) -> dict[str, str]:
    """Return the cells of a row by column."""
    cells = line.split("\t")
    if len(cells) != len(SSSOM_COLUMNS):
        _refuse(f"A row has {len(SSSOM_COLUMNS)} cells, this one has {len(cells)}.", path, number)
    row = dict(zip(SSSOM_COLUMNS, cells, strict=True))
    for column in _FILLED_IN:
        if not row[column]:
            _refuse(f"{column} is empty; fill it in.", path, number)
    if row["predicate_id"] not in MAPPING_RELATIONS:
        relations = ", ".join(MAPPING_RELATIONS)
        _refuse(f"{row['predicate_id']!r} is not a mapping relation; choose {relations}.", path, number)
    for column in ("subject_id", "predicate_id", "object_id", "mapping_justification"):
        _check_curie(row[column], declared, path, number)
    return row


def _check_curie(curie: str, declared: set[str], path: Path | str, number: int) -> None:
    try:
        expand(curie)
    except TermError as error:
        _refuse(str(error), path, number)
    prefix = curie.partition(":")[0]
    if prefix not in declared:
        line = f"#  {prefix}: {PREFIXES.get(prefix, '…')}"
        _refuse(f"{curie} is no CURIE of the header; below #curie_map: must stand {line!r}.", path, number)


def _refuse(message: str, path: Path | str, number: int) -> NoReturn:
    raise SourceError(message, path=path, line=number)
