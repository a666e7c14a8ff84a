"""Values of another kind than a filter or a function takes: numbers and texts, dates and years."""

from glutakg.rdf import Iri, Literal, Term, compress
from glutakg.sparql import Clause, Token, scan
from glutakg.why.emptiness.scope import Place
from glutakg.why.emptiness.search import Search

__all__ = ["other_kinds"]

_COMPARING = frozenset("=<>!")
_OF_DATES = frozenset({"YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS", "TIMEZONE", "TZ"})
_OF_TEXTS = frozenset(
    {"CONTAINS", "LCASE", "REGEX", "REPLACE", "STRENDS", "STRLEN", "STRSTARTS", "SUBSTR", "UCASE"}
)
_IS_PLAIN = "ISLITERAL(?{0}) && DATATYPE(?{0}) = <http://www.w3.org/2001/XMLSchema#string>"
_MOST_SHOWN = 3

Hint = tuple[str, tuple[str, ...]]


def other_kinds(search: Search, clause: Clause, place: Place) -> list[Hint]:
    """Return what the values of a filter are where they are of a kind that it cannot do anything with.

    Args:
        search: asks the graph.
        clause: a filter that lets nothing through.
        place: where it stands.
    """
    tokens = list(scan(clause.text))
    nothing = Token("", "", -1)
    padded = [nothing] * 3 + tokens + [nothing] * 4
    hints: dict[Hint, None] = {}
    for position in range(3, len(tokens) + 3):
        token = padded[position]
        if token.kind != "variable":
            continue
        name = token.text[1:]
        function = padded[position - 2].text.upper() if padded[position - 1].text == "(" else ""
        compared = _compared_with(padded, position)
        for key, unfit in (
            ("hint-number", f"!ISNUMERIC(?{name})" if compared == "number" else ""),
            ("hint-plain", f"!({_IS_PLAIN.format(name)})" if compared == "string" else ""),
            ("hint-date", f"ISNUMERIC(?{name})" if function in _OF_DATES else ""),
            ("hint-text", f"(ISIRI(?{name}) || ISNUMERIC(?{name}))" if function in _OF_TEXTS else ""),
        ):
            values = _values(search, place, name, unfit) if unfit else ()
            if values:
                hints[key, values] = None
    return list(hints)


def _compared_with(tokens: list[Token], position: int) -> str:
    """Return what stands at the other side of a comparison: `number`, `string`, or nothing for all else."""
    after, following, last, beyond = tokens[position + 1 : position + 5]
    before, earlier, first = tokens[position - 1], tokens[position - 2], tokens[position - 3]
    if after.text in _COMPARING:
        is_long = following.text in _COMPARING | {"-"}
        other, behind = (last, beyond) if is_long else (following, last)
    elif before.text in _COMPARING - {"!"}:
        other, behind = (first if earlier.text in _COMPARING else earlier), before
    else:
        return ""
    has_kind = behind.text == "^" or behind.kind == "language" or other.kind not in ("number", "string")
    return "" if has_kind else other.kind


def _values(search: Search, place: Place, name: str, unfit: str) -> tuple[str, ...]:
    """Return some values of a variable, as they are written, if all of them are unfit."""
    bound = f"{place.context}FILTER(BOUND(?{name}) "
    if search.probes.finds(f"{bound}&& !({unfit})) "):
        return ()
    rows = search.probes.rows("value", f"{bound}&& {unfit}) BIND(?{name} AS ?glutakg_value) ")
    return tuple(sorted(map(_written, (row["value"] for row in rows))))[:_MOST_SHOWN]


def _written(term: Term | None) -> str:
    """Return a term as a query would have it, with prefixes."""
    if isinstance(term, Iri):
        return compress(term.value)
    if isinstance(term, Literal) and term.datatype is not None:
        return f"{Literal(term.value)}^^{compress(term.datatype)}"
    return str(term)
