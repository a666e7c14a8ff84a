"""Values of another kind than a filter or a function takes: numbers and texts, dates and years."""

from glutakg.sparql import Clause, Token, scan
from glutakg.why.emptiness.scope import Place
from glutakg.why.emptiness.search import Search

__all__ = ["other_kinds"]

_COMPARING = frozenset("=<>!")
_OF_DATES = frozenset({"YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS", "TIMEZONE", "TZ"})
_OF_TEXTS = frozenset(
    {"CONTAINS", "LCASE", "REGEX", "REPLACE", "STRENDS", "STRLEN", "STRSTARTS", "SUBSTR", "UCASE"}
)
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
    padded = [nothing, nothing, *tokens, nothing, nothing, nothing]
    hints: dict[Hint, None] = {}
    for position in range(2, len(tokens) + 2):
        token = padded[position]
        if token.kind != "variable":
            continue
        name = token.text[1:]
        function = padded[position - 2].text.upper() if padded[position - 1].text == "(" else ""
        for key, unfit in (
            ("hint-number", f"!ISNUMERIC(?{name})" if _is_compared_with_number(padded, position) else ""),
            ("hint-date", f"ISNUMERIC(?{name})" if function in _OF_DATES else ""),
            ("hint-text", f"(ISIRI(?{name}) || ISNUMERIC(?{name}))" if function in _OF_TEXTS else ""),
        ):
            values = _values(search, place, name, unfit) if unfit else ()
            if values:
                hints[key, values] = None
    return list(hints)


def _is_compared_with_number(tokens: list[Token], position: int) -> bool:
    """Tell whether a variable stands beside a comparison whose other side is a number."""
    after, following, last = tokens[position + 1 : position + 4]
    before, earlier = tokens[position - 1], tokens[position - 2]
    if after.text in _COMPARING:
        other = last if following.text in _COMPARING | {"-"} else following
        return other.kind == "number"
    if before.text in _COMPARING - {"!"}:
        return (tokens[position - 3] if earlier.text in _COMPARING else earlier).kind == "number"
    return False


def _values(search: Search, place: Place, name: str, unfit: str) -> tuple[str, ...]:
    """Return some values of a variable, if all of them are unfit."""
    bound = f"{place.context}FILTER(BOUND(?{name}) "
    if search.probes.finds(f"{bound}&& !({unfit})) "):
        return ()
    rows = search.probes.rows("value", f"{bound}&& {unfit}) BIND(?{name} AS ?glutakg_value) ")
    return tuple(sorted(str(row["value"]) for row in rows))[:_MOST_SHOWN]
