"""Mappings to other ontologies and databases, as they stand in an SSSOM file.

SSSOM (https://mapping-commons.github.io/sssom/) is a table with a header of `#` lines in YAML. Each row says
that a thing of ours matches a term elsewhere, how closely, and why we think so. The rows become SKOS triples;
what else they tell stays in the table.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from glutakg.errors import SourceError, TermError
from glutakg.rdf import PREFIXES, expand

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["MAPPING_PREDICATES", "SSSOM_SUFFIX", "parse_mappings"]


SSSOM_SUFFIX = ".sssom.tsv"
"""How the name of a file with mappings ends."""

MAPPING_PREDICATES = tuple(
    f"skos:{closeness}Match" for closeness in ("broad", "close", "exact", "narrow", "related")
)
"""The predicates that a mapping may have."""

_NEEDED = ("subject_id", "predicate_id", "object_id", "mapping_justification")


def parse_mappings(text: str, path: Path | str) -> "list[Triple]":
    r"""Return the triples that an SSSOM table states, in the order of its rows.

    CURIEs have the prefixes of the project, which the `curie_map` of the shipped file repeats.

    Args:
        text: the table, tab-separated, below its header of `#` lines.
        path: where it came from, for the message.

    Raises:
        SourceError: a column is missing, a row is malformed or stands there twice, a prefix or a predicate
            is unknown; line and reason are named.

    >>> head = "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
    >>> row = "gkd:taurine\tskos:exactMatch\tCHEBI:15891\tsemapv:ManualMappingCuration\n"
    >>> parse_mappings(head + row, "mappings.sssom.tsv")[0].object.value
    'http://purl.obolibrary.org/obo/CHEBI_15891'
    """
    from pyoxigraph import NamedNode, Triple

    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if not line.startswith("#")]
    if not lines:
        raise SourceError("The table has no row of column names; add one.", path=path)
    first, names = lines[0][0], lines[0][1].split("\t")
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise SourceError(f"The column {missing[0]} is missing; SSSOM needs it.", path=path, line=first)
    triples: dict[Triple, int] = {}
    for number, line in lines[1:]:
        subject, predicate, value = _cells(line, names, path, number)
        triple = Triple(NamedNode(subject), NamedNode(predicate), NamedNode(value))
        if triple in triples:
            message = f"The mapping stands in line {triples[triple]} already; delete one."
            raise SourceError(message, path=path, line=number)
        triples[triple] = number
    return list(triples)


def _cells(line: str, names: list[str], path: Path | str, number: int) -> tuple[str, str, str]:
    """Return the IRIs of subject, predicate and object of a row."""
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
    return (
        _iri(row["subject_id"], path, number),
        _iri(row["predicate_id"], path, number),
        _iri(row["object_id"], path, number),
    )


def _iri(curie: str, path: Path | str, number: int) -> str:
    if curie.partition(":")[0] not in PREFIXES:
        message = f"{curie!r} is no CURIE with a prefix of the project; write one such as CHEBI:18050."
        raise SourceError(message, path=path, line=number)
    try:
        return expand(curie)
    except TermError as error:
        raise SourceError(str(error), path=path, line=number) from None
