"""Rewrites queries that the engine would answer wrongly into queries that it answers right."""

from functools import lru_cache
from typing import NamedTuple

from glutakg.errors import QueryError
from glutakg.languages import N_
from glutakg.sparql.rewriting.forms import GRAPH, LARGE, ORDER, compares, forms_of
from glutakg.sparql.rewriting.hierarchy import by_closure
from glutakg.sparql.rewriting.tokens import FUNCTIONS, ordered, spelled
from glutakg.sparql.scanner import CODE_POINT, decode_code_point, scan
from glutakg.sparql.shape import shape_of

__all__ = [
    "FUNCTIONS",
    "Rewritten",
    "answered_differently",
    "by_closure",
    "get_ready",
    "needs_graphs",
    "needs_rewriting",
    "needs_tree",
    "rewritten",
    "spelled",
    "stays_as_written",
]


_KNOWN_TO_DIFFER = {
    "!": N_("negated paths"),
    "BNODE": "BNODE",
    "COUNT": N_("COUNT of an expression"),
    "GROUP_CONCAT": "GROUP_CONCAT",
    "HAVING": "HAVING",
    "IN": N_("comparing dates or booleans"),
    "LANG": N_("the case of language tags"),
    "MAX": "MAX",
    "MIN": "MIN",
    "MINUS": N_("MINUS in EXISTS"),
    "REGEX": N_("regular expressions"),
    "REPLACE": N_("regular expressions"),
    LARGE: N_("integers beyond 64 bits"),
    "compared": N_("comparing dates or booleans"),
    "converted": N_("conversion of doubles"),
    "nested": N_("aggregates in other places than SELECT and HAVING"),
    "truth": N_("the truth of texts"),
    "zero": N_("paths of length zero"),
    "|": N_("alternative paths"),
    GRAPH: N_("GRAPH with a variable"),
}


class Rewritten(NamedTuple):
    """A query as it is evaluated.

    Attributes:
        text: the query.
        rules: the names of the rules that changed it; none where it is as it was written.
    """

    text: str
    rules: tuple[str, ...] = ()


def get_ready() -> None:
    """Load what makes trees, in a process that can open no file afterwards."""
    from glutakg.sparql.mistakes import find_mistake
    from glutakg.sparql.rewriting.rules import rewritten_tree

    rewritten_tree("ASK {}", ())
    find_mistake("ASK", 3, "")


def answered_differently(text: str) -> tuple[str, ...]:
    """Return the forms in a query that engines are known to answer differently.

    >>> answered_differently("SELECT (MAX(?n) AS ?most) { ?s <a:p>|<a:q> ?n } ORDER BY ?n")
    ('MAX', 'alternative paths')
    """
    return tuple(sorted({_KNOWN_TO_DIFFER[form] for form in _forms(text) & _KNOWN_TO_DIFFER.keys()}))


def needs_rewriting(text: str, *, foreign: bool = False) -> bool:
    """Tell whether a query has a form that a rule may be about.

    Args:
        text: the query.
        foreign: whether somebody else has made the store, so that large numbers may be in it.

    >>> needs_rewriting("SELECT ?s { ?s ?p ?o }")
    False
    """
    return bool(_forms(text, foreign=foreign))


def needs_tree(text: str) -> bool:
    """Tell whether a query has a form that only its tree can be rewritten for, which the parser makes.

    >>> needs_tree("SELECT ?s { ?s ?p ?o } ORDER BY ?s")
    False
    """
    return bool(_forms(text) - {ORDER})


def stays_as_written(text: str, *, foreign: bool = False) -> bool:
    """Tell whether the engine reads a query as it is written, and no rule may be about it.

    Args:
        text: the query.
        foreign: whether somebody else has made the store.

    >>> stays_as_written("SELECT ?s { ?s ?p ?o }"), stays_as_written("ASK { FILTER(TRUE) }")
    (True, False)
    """
    return _shape_stays(shape_of(text), foreign)


@lru_cache(maxsize=256)
def _shape_stays(shape: str, foreign: bool) -> bool:
    return spelled(shape) == shape and not _forms_of_shape(shape, foreign)


def needs_graphs(text: str) -> bool:
    """Tell whether the named graphs of the store matter for how a query is rewritten."""
    return GRAPH in _forms(text)


def _forms(text: str, *, foreign: bool = False) -> frozenset[str]:
    return _forms_of_shape(shape_of(text), foreign)


@lru_cache(maxsize=256)
def _forms_of_shape(shape: str, foreign: bool) -> frozenset[str]:
    tokens = list(scan(_plain(shape)))
    forms = forms_of(tokens)
    return forms | ({LARGE} if foreign and ("truth" in forms or compares(tokens)) else set())


def rewritten(text: str, graphs: tuple[str, ...] = (), *, foreign: bool = False) -> Rewritten:
    """Return a query that has the same algebra, but none of the forms that the engine answers wrongly.

    Args:
        text: a query that the engine has accepted.
        graphs: the IRIs of the named graphs of the store.
        foreign: whether somebody else has made the store, so that large numbers may be in it.

    Raises:
        QueryError: it has a form that is answered wrongly and that no rule mends.
        QueryResourceError: it is too deep or too long to be read.

    >>> rewritten("SELECT ?s { ?s <a:p> ?o } ORDER BY ?o").rules
    ('ORDER BY',)
    """
    plain = _plain(text)
    forms = _forms(text, foreign=foreign)
    rules: tuple[str, ...] = ()
    if forms - {ORDER}:
        from glutakg.sparql.parser import UnreadableQuery
        from glutakg.sparql.rewriting.rules import rewritten_tree

        try:
            plain, rules = rewritten_tree(plain, graphs, large=LARGE in forms)
        except UnreadableQuery as error:
            raise QueryError(
                N_(
                    "{error} The engine reads this query, but has faults with {forms}, and it cannot be "
                    "rewritten without them; write it in SPARQL 1.1.",
                    error=str(error),
                    forms=", ".join(sorted(forms)),
                )
            ) from None
    sorted_text = ordered(plain) if ORDER in forms else plain
    if sorted_text != plain:
        rules += (ORDER,)
    return Rewritten(sorted_text, rules) if rules else Rewritten(text)


def _plain(text: str) -> str:
    """Return a text with the characters that code points stand for, as the engine reads it."""
    return CODE_POINT.sub(decode_code_point, text) if "\\u" in text or "\\U" in text else text
