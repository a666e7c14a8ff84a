"""The page that says why a request was not answered, and what to do."""

from collections.abc import Mapping

from glutakg.languages import N_, translator
from glutakg.server.http.problems import Problem
from glutakg.server.pages.html import page
from glutakg.server.pages.links import Links

__all__ = ["problem_page"]


_TITLES: Mapping[int, str] = {
    400: N_("This address cannot be answered"),
    403: N_("This is not allowed here"),
    404: N_("There is nothing here"),
    405: N_("This address does not take that method"),
    406: N_("It is not available in this form"),
    408: N_("The request took too long"),
    413: N_("This is too much at once"),
    415: N_("This form is not understood"),
    422: N_("This cannot be answered here"),
    500: N_("Something went wrong here"),
    502: N_("Another server did not answer"),
    503: N_("The server cannot answer now"),
    504: N_("This took too long"),
    507: N_("This needs too much memory"),
}
_ADVICE: Mapping[int, str] = {
    400: N_("Something in the address is not what this page expects. Change it, or begin at a page below."),
    404: N_("Perhaps there is a slip in the address. Search for a term, or begin at one of the pages below."),
    406: N_("Ask for one of the forms that are named."),
    413: N_("Ask for less: with LIMIT and OFFSET, with a filter, or in several parts."),
    500: N_("Try again; if it happens again, tell whoever runs this server what you asked."),
    502: N_("Try again in a while."),
    503: N_("Try again in some seconds."),
    504: N_("Ask for less, or make the question more selective."),
    507: N_("Ask for less, or make the question more selective."),
}
_ELSE = N_("Search for a term, or begin at one of the pages below.")
"""What can be done where the address is not to blame."""


def problem_page(problem: Problem, links: Links) -> str:
    """Return the page.

    Args:
        problem: why the request is not answered.
        links: of the page.
    """
    _ = translator(links.lang)
    suggestions = problem.facts.get("suggestions")
    return page(
        "problem",
        links,
        _(_TITLES.get(problem.status, _TITLES[500])),
        path="",  # no page of the navigation; the switch of language leads to the start
        problem=problem,
        advice=_(_ADVICE.get(problem.status, _ELSE)),
        suggestions=suggestions if isinstance(suggestions, list | tuple) else (),
    )
