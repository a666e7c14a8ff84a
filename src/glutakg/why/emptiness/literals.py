"""Texts that differ from the one asked for."""

from glutakg.rdf import Literal
from glutakg.sparql import Triple
from glutakg.text import near_misses
from glutakg.why.emptiness.explanations import Reason
from glutakg.why.emptiness.scope import Place, text_of
from glutakg.why.emptiness.search import LONGEST_NAME, Search

__all__ = ["other_literal"]

_MOST_COMPARED = 5_000


def other_literal(search: Search, triple: Triple, place: Place) -> bool:
    """Report texts that differ from the one asked for, in language, datatype, case or little else.

    Where things are wanted and not texts, what has the text as its name is reported.
    """
    literal = triple.object.term
    if not isinstance(literal, Literal):
        return False
    asked = f"{triple.subject.text} {triple.path.text} ?glutakg_literal . "
    text = Literal(literal.value.lower())
    same = (
        "FILTER(ISLITERAL(?glutakg_literal) && "
        f"(LCASE(STR(?glutakg_literal)) = {text} || ?glutakg_literal = {literal})) "
    )
    found = search.probes.rows("literal", place.holding(asked + same))
    if found:
        written = tuple(sorted(str(row["literal"]) for row in found))
        search.add("literal", Reason.OTHER_LITERAL, triple.shown, instead=written)
        return True
    named = search.probes.column(
        "literal",
        place.holding(
            f"{asked}?glutakg_literal glutakg-rdfs:label|glutakg-skos:prefLabel|glutakg-skos:altLabel "
            f"?glutakg_name . FILTER(LCASE(STR(?glutakg_name)) = {text}) "
        ),
    )
    if named:
        search.add("named", Reason.OTHER_LITERAL, triple.shown, instead=named)
        return True
    if not place.is_alone or len(literal.value) > LONGEST_NAME:
        return False
    texts = search.probes.rows(
        "literal",
        place.holding(f"{asked}FILTER(ISLITERAL(?glutakg_literal)) "),
        end=f"LIMIT {_MOST_COMPARED + 1}",
    )
    near = tuple(near_misses(literal.value, {text_of(row["literal"]) for row in texts[:_MOST_COMPARED]}))
    if near:
        key = "near-literal" if len(texts) <= _MOST_COMPARED else "near-literal-of-some"
        search.add(key, Reason.OTHER_LITERAL, triple.shown, instead=near, number=_MOST_COMPARED)
    return bool(near)
