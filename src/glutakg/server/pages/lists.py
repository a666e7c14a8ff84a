"""The pages that list all claims with their evidence, and all conflicts with their sides, and filter them."""

from collections.abc import Callable, Iterable, Mapping

from glutakg.claims import Balance, Claim, ConflictSides, Named, concerned_claims, conflicts_concerning
from glutakg.errors import ParameterError
from glutakg.languages import N_, Translator, translator
from glutakg.server.pages.html import page
from glutakg.server.pages.reader import Reader
from glutakg.server.pages.request import PageRequest

__all__ = ["conflicts_page", "evidence_page"]


_BALANCES: Mapping[str, tuple[str, Callable[[Balance], bool]]] = {
    "for": (N_("some for"), lambda of: of.supporting > 0),
    "against": (N_("some against"), lambda of: of.contradicting > 0),
    "both": (N_("for and against"), lambda of: of.supporting > 0 and of.contradicting > 0),
    "only-for": (N_("only for"), lambda of: of.supporting > 0 and not of.contradicting),
    "only-against": (N_("only against"), lambda of: of.contradicting > 0 and not of.supporting),
    "qualifying": (N_("some qualifying"), lambda of: of.qualifying > 0),
    "none": (N_("none recorded"), lambda of: not of.supporting + of.contradicting + of.qualifying),
}
_FILTERS = {
    "kind": N_("Kind of claim"),
    "status": N_("Curator status"),
    "hedge": N_("Hedge"),
    "balance": N_("Evidence"),
    "type": N_("Type"),
    "aspect": N_("Aspect"),
}


def evidence_page(reader: Reader, request: PageRequest) -> bytes:
    """Return the table of all claims that fit the filters, each of which opens to its evidence.

    Raises:
        ParameterError: a filter has a value that there is not.
        TermError: there is no such term.
    """
    _ = translator(request.lang)
    claims = list(reader.claims(request.lang).values())
    given = {name: value for name, value in request.parameters.items() if value.strip()}
    choices = {
        "kind": _choices(claim.kind for claim in claims),
        "status": _choices(claim.status for claim in claims),
        "hedge": _choices(claim.hedge for claim in claims),
        "balance": {name: _(label) for name, (label, _holds) in _BALANCES.items()},
    }
    _check(given, choices, _)
    found = [claim for claim in claims if _fits(claim, given)]
    if "term" in given:
        concerned = concerned_claims(reader.ask, reader.find(given["term"]))
        found = [claim for claim in found if claim.iri in concerned]
    return page(
        "evidence",
        request.links,
        _("Evidence"),
        path=request.path,
        fields=given,
        choices=_named(choices, _),
        claims=found,
        number=len(claims),
    ).encode()


def conflicts_page(reader: Reader, request: PageRequest) -> bytes:
    """Return the conflicts that fit the filters, under the aspects that they are on.

    Raises:
        ParameterError: a filter has a value that there is not.
        TermError: there is no such term.
    """
    _ = translator(request.lang)
    conflicts = reader.conflicts(request.lang)
    given = {name: value for name, value in request.parameters.items() if value.strip()}
    choices = {
        "type": _choices(each.conflict.type for each in conflicts),
        "aspect": _choices(aspect for each in conflicts for aspect in each.conflict.aspects),
    }
    _check(given, choices, _)
    found = conflicts
    if "term" in given:
        iri = reader.find(given["term"])
        found = conflicts_concerning(reader.ask, iri, found, reader.claims(request.lang))
    found = [
        each
        for each in found
        if given.get("type") in (None, _local(each.conflict.type))
        and ("aspect" not in given or given["aspect"] in map(_local, each.conflict.aspects))
    ]
    by_aspects: dict[str, list[ConflictSides]] = {}
    for each in found:
        by_aspects.setdefault("; ".join(map(str, each.conflict.aspects)), []).append(each)
    return page(
        "conflicts",
        request.links,
        _("Conflicts"),
        path=request.path,
        fields=given,
        choices=_named(choices, _),
        by_aspects=sorted(by_aspects.items()),
        found=len(found),
        number=len(conflicts),
    ).encode()


def _local(named: Named) -> str:
    return named.iri.rpartition("/")[2]


def _choices(values: Iterable[Named]) -> dict[str, str]:
    """Return the labels of values by their local names, by label, with how many there are."""
    counted: dict[Named, int] = {}
    for value in values:
        counted[value] = counted.get(value, 0) + 1
    ranked = sorted(counted.items(), key=lambda item: item[0].label)
    return {_local(value): f"{value.label} ({count})" for value, count in ranked}


def _named(
    choices: Mapping[str, Mapping[str, str]], _: Translator
) -> list[tuple[str, str, Mapping[str, str]]]:
    """Return the filters with their labels."""
    return [(name, _(_FILTERS[name]), known) for name, known in choices.items()]


def _check(given: Mapping[str, str], choices: Mapping[str, Mapping[str, str]], _: Translator) -> None:
    for name, known in choices.items():
        if name in given and given[name] not in known:
            message = _(
                "There is no {filter} {value!r}; choose one of {choices}.",
                value=given[name][:80],
                filter=_(_FILTERS[name]).lower(),
                choices=", ".join(known),
            )
            raise ParameterError(message, parameter=name)


def _fits(claim: Claim, given: Mapping[str, str]) -> bool:
    word = given.get("word", "").strip().casefold()
    return (
        given.get("kind") in (None, _local(claim.kind))
        and given.get("status") in (None, _local(claim.status))
        and given.get("hedge") in (None, _local(claim.hedge))
        and ("balance" not in given or _BALANCES[given["balance"]][1](claim.balance))
        and word in f"{claim.identifier} {claim.paraphrase}".casefold()
    )
