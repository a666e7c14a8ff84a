"""What is sent when a request cannot be answered: one JSON form (RFC 9457) with a reason for programs."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from glutakg.languages import LANGUAGES, Words, said

__all__ = ["PROBLEM_TYPE", "REASONS", "Problem"]


PROBLEM_TYPE = "application/problem+json"

REASONS: Mapping[str, int] = {
    "bad-request": 400,
    "bad-parameter": 400,
    "syntax": 400,
    "refused": 400,
    "too-deep": 400,
    "not-valid-turtle": 400,
    "update-refused": 403,
    "not-found": 404,
    "method-not-allowed": 405,
    "not-acceptable": 406,
    "body-timeout": 408,
    "body-too-large": 413,
    "query-too-long": 413,
    "too-many-rows": 413,
    "too-many-bytes": 413,
    "unsupported-media-type": 415,
    "cannot-be-validated": 422,
    "needs-reasoner": 422,
    "internal-error": 500,
    "endpoint-failed": 502,
    "busy": 503,
    "store-unavailable": 503,
    "worker-ended": 503,
    "shutting-down": 503,
    "timeout": 504,
    "memory": 507,
}
"""Every reason with its status."""


class Problem(Exception):
    """A request that is not answered: why, in a word and in a sentence.

    >>> problem = Problem("syntax", "Line 1, column 3: this is not valid SPARQL.", line=1, column=3)
    >>> problem.status, problem.facts["line"]
    (400, 1)
    """

    def __init__(
        self,
        reason: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **facts: object,
    ) -> None:
        """Keep the reason (of `REASONS`), the sentence, headers, facts for programs."""
        self._sentence = detail
        super().__init__(detail)
        self.reason = reason
        self.status = REASONS[reason]
        self.detail = _ended(detail)
        self.headers = dict(headers or {})
        self.facts = {name: fact for name, fact in facts.items() if fact is not None}

    def told(self, lang: str) -> tuple[str, bool]:
        """Return the sentence in a language where it has it, else in English, and whether it has.

        >>> from glutakg.languages import N_
        >>> Problem("not-found", "There is no x.").told("nl")
        ('There is no x.', False)
        >>> Problem("shutting-down", N_("The server is being stopped.")).told("nl")
        ('De server wordt gestopt.', True)
        """
        sentence = self._sentence
        is_in = lang == "en" or (isinstance(sentence, Words) and sentence.is_in(lang))
        return _ended(said(sentence, lang)), is_in

    def body(self) -> bytes:
        """Return the problem as `application/problem+json`, its sentence in each language that has it."""
        told = {lang: self.told(lang) for lang in LANGUAGES}
        fields = {
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "reason": self.reason,
            "detail": self.detail,
            "sentence": {lang: sentence for lang, (sentence, is_in) in told.items() if is_in},
            **self.facts,
        }
        return json.dumps(fields, ensure_ascii=False).encode("utf-8", errors="replace") + b"\n"


def _ended(sentence: str) -> str:
    return f"{sentence}." if sentence[-1:].isalnum() else sentence
