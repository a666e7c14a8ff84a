"""What is sent where a request is refused: a page to browsers, a problem in JSON to others."""

import re

from glutakg.server.http.address import PublicAddress
from glutakg.server.http.exchange import Exchange
from glutakg.server.http.messages import Answer, encoded
from glutakg.server.http.negotiation import language_of, prefers_page
from glutakg.server.http.problems import Problem
from glutakg.server.http.protocol import decoded_fields
from glutakg.server.http.sending import problem_answer
from glutakg.server.pages.links import Links
from glutakg.server.pages.problem import problem_page

__all__ = ["Refusals"]

_LANGUAGE = re.compile(rb"(?:^|&)lang=([a-z]{2})(?:&|$)")


class Refusals:
    """Says why a request is not answered."""

    def __init__(self, address: PublicAddress) -> None:
        """Take where the server is seen, for the links of a page."""
        self._address = address

    def of(self, exchange: Exchange, problem: Problem) -> Answer:
        """Return a problem as it is sent to the client."""
        told = problem_answer(problem)
        if exchange.method not in ("GET", "HEAD") or not prefers_page(exchange.header("accept")):
            return told
        lang = language_of(_asked_language(exchange), exchange.header("accept-language"))
        made = exchange.page(problem_page(problem, Links(lang, self._address.path)))
        kept = {"Cache-Control": "no-store", **problem.headers}
        names = {name.lower().encode() for name in kept}
        headers = tuple((name, value) for name, value in made.headers if name not in names)
        return Answer(problem.status, headers + encoded(kept), made.body)


def _asked_language(exchange: Exchange) -> str | None:
    """Return the language that the address names, where it can be read."""
    try:
        fields = dict(decoded_fields(exchange.scope["query_string"], "address"))
    except Problem:  # it is too long, or no UTF-8: the language may still be told
        found = _LANGUAGE.search(exchange.scope["query_string"])
        return found[1].decode() if found else None
    return fields.get("lang")
