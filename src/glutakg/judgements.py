"""Curator statuses and stances: their order, icons and labels, the same wherever they are shown."""

from collections.abc import Mapping
from functools import cache

from glutakg.languages import LANGUAGES, N_, translator

__all__ = ["COLUMNS", "LABELS", "STATUS_ICONS", "judgement", "judgement_of", "judgements_by_label"]


STATUS_ICONS: Mapping[str, str] = {
    "Established": "●",
    "Supported": "◕",
    "Preliminary": "◔",
    "Disputed": "◑",
    "Inaccurate": "✕",
    "NotAssessable": "○",
}
"""The curator statuses in their order, by the end of their IRI, each with its icon."""

LABELS: Mapping[str, str] = {
    "Established": N_("established"),
    "Supported": N_("supported"),
    "Preliminary": N_("preliminary"),
    "Disputed": N_("disputed"),
    "Inaccurate": N_("inaccurate"),
    "NotAssessable": N_("not assessable"),
    "Supports": N_("supports"),
    "Contradicts": N_("contradicts"),
    "Qualifies": N_("qualifies"),
    "CitedWithoutRecord": N_("cited without record"),
}
"""Labels of statuses and stances, as queries give them instead of the terms; a test holds them against the
ontology."""

_TERMS = "https://w3id.org/glutakg/ontology/"

COLUMNS = frozenset({"after", "before", "sought", "stance", "status"})
"""The names of columns of statuses and stances, or the last words of such names, as in `claim_status`."""


def judgement(text: str, column: str) -> str:
    """Return the status or stance that a text in a column of such names, by the end of its IRI, or "".

    >>> judgement("omstreden", "claim_status"), judgement("supported", "substance")
    ('Disputed', '')
    """
    return judgements_by_label().get(text, "") if column.rpartition("_")[2] in COLUMNS else ""


def judgement_of(iri: str) -> str:
    """Return the status or stance that an IRI is, by its end, or "".

    >>> judgement_of("https://w3id.org/glutakg/ontology/Disputed"), judgement_of("urn:x:Disputed")
    ('Disputed', '')
    """
    name = iri.removeprefix(_TERMS)
    return name if name in LABELS else ""


@cache
def judgements_by_label() -> Mapping[str, str]:
    """Return the statuses and stances by their labels, in every language."""
    return {translator(lang)(label): name for name, label in LABELS.items() for lang in LANGUAGES}
