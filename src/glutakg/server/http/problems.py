"""What is sent when a request cannot be answered: one JSON form (RFC 9457) with a reason for programs."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from glutakg.languages import N_, translator

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


_WORDS = (
    N_("address"), N_("a page"), N_("a list"), N_("a graph"),
    N_("rows (SELECT)"), N_("a boolean (ASK)"), N_("a graph (CONSTRUCT, DESCRIBE)"),
)  # fmt: skip
"""What fills sentences in and has a translation of its own."""


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
        values: Mapping[str, object] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        **facts: object,
    ) -> None:
        """Keep the reason (of `REASONS`), the sentence and what fills it in, headers, facts for programs."""
        self._sentence, self._values = detail, dict(values or {})
        detail = detail.format(**self._values) if self._values else detail
        super().__init__(detail)
        self.reason = reason
        self.status = REASONS[reason]
        self.detail = f"{detail}." if detail[-1:].isalnum() else detail
        self.headers = dict(headers or {})
        self.is_translated = False
        """Whether the sentence came in the language of the page that was asked for, and not in English."""
        self.facts = {name: fact for name, fact in facts.items() if fact is not None}

    def told(self, lang: str) -> tuple[str, bool]:
        """Return the sentence in a language where it has it, else in English, and whether it has.

        >>> Problem("not-found", "There is no {what}.", {"what": "x"}).told("nl")
        ('There is no x.', False)
        """
        _ = translator(lang)
        words = {name: _(value) if value in _WORDS else value for name, value in self._values.items()}
        if lang == "en" or self.is_translated or _(self._sentence) == self._sentence:
            return self.detail, lang == "en" or self.is_translated
        return _(self._sentence, **words), True

    def body(self) -> bytes:
        """Return the problem as `application/problem+json`."""
        fields = {
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "reason": self.reason,
            "detail": self.detail,
            **self.facts,
        }
        return json.dumps(fields, ensure_ascii=False).encode("utf-8", errors="replace") + b"\n"
