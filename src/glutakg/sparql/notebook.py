"""Rows as a notebook shows them: a table of the first, with links and labels."""

from collections.abc import Mapping

from glutakg.judgements import judgement, judgement_of
from glutakg.markup import MOST_SHOWN, Html, badge, element, joined_html, link, table
from glutakg.rdf import Iri, Literal, Term, compress
from glutakg.sparql.rows import IDENTIFIER_PAGES, Rows

__all__ = ["rows_html"]


def rows_html(rows: Rows, labels: Mapping[str, str] | None = None) -> Html:
    """Return the first rows as a table.

    Args:
        rows: an answer.
        labels: names of IRIs, which are shown in their place; the CURIE stands beside.
    """
    named = labels or {}
    names = rows.variables

    def cell(name: str, term: Term | None) -> object:
        if isinstance(term, Iri):
            curie = compress(term.value)
            label: object = named.get(term.value)
            if judgement_of(term.value):
                label = badge(label or curie, term.value)
            if label is None:
                return link(curie, term.value)
            return joined_html((link(label, term.value, title=term.value), " ", element("code", curie)))
        if isinstance(term, Literal):
            if judged := judgement(term.value, name):
                return badge(term.value, judged)
            page = IDENTIFIER_PAGES.get(name)
            return link(term.value, page + term.value) if page else term.value
        return "" if term is None else str(term)

    shown = [
        [cell(name, term) for name, term in zip(names, row, strict=True)] for row in rows.terms[:MOST_SHOWN]
    ]
    number = f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}"
    note = number if len(rows) <= MOST_SHOWN else f"{number}, of which the first {MOST_SHOWN} are shown"
    return table(names, shown, rows.numeric, note)
