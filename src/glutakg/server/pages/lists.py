"""The pages that list all claims with their evidence, and all conflicts with their sides, and filter them."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from glutakg.claims import (
    CLAIM_WORDS,
    CONTRADICTS,
    QUALIFIES,
    SUPPORTS,
    Claim,
    ConflictSides,
    Named,
    concerned_claims,
    conflicts_concerning,
    of_stance,
)
from glutakg.errors import ParameterError
from glutakg.server.pages.html import Html, Node, element, page
from glutakg.server.pages.links import Links
from glutakg.server.pages.parts import claim_details, claim_tags, conflict_part, folded, section
from glutakg.server.pages.reader import Reader
from glutakg.server.pages.request import PageRequest

__all__ = ["conflicts_page", "evidence_page"]


_BALANCES: Mapping[str, Callable[[int, int, int], bool]] = {
    "for": lambda supporting, contradicting, qualifying: supporting > 0,
    "against": lambda supporting, contradicting, qualifying: contradicting > 0,
    "both": lambda supporting, contradicting, qualifying: supporting > 0 and contradicting > 0,
    "only-for": lambda supporting, contradicting, qualifying: supporting > 0 and not contradicting,
    "only-against": lambda supporting, contradicting, qualifying: contradicting > 0 and not supporting,
    "qualifying": lambda supporting, contradicting, qualifying: qualifying > 0,
    "none": lambda supporting, contradicting, qualifying: not supporting + contradicting + qualifying,
}
_WORDS = {
    "en": {
        "evidence": "Evidence",
        "about evidence": "Every claim of the source document, and what publications show for and against "
        "it. Evidence was judged from titles and abstracts. Open a claim to see where it stands in the "
        "source (as character offsets, never the words) and what speaks for and against it.",
        "conflicts": "Conflicts",
        "about conflicts": "Where claims or findings disagree: on what, who stands on which side, and what "
        "would decide.",
        "kind": "Kind of claim",
        "status": "Curator status",
        "hedge": "Hedge",
        "balance": "Evidence",
        "term": "Concerns the term",
        "word": "Contains the word",
        "type": "Type",
        "aspect": "Aspect",
        "any": "any",
        "apply": "Filter",
        "reset": "Show all",
        "claim": "claim",
        "says": "what it says",
        "supporting": "for",
        "contradicting": "against",
        "qualifies": "qualifying",
        "found": "{} of {} claims",
        "found conflicts": "{} of {} conflicts",
        "nothing": "Nothing fits; leave out one of the filters.",
        "for": "some for",
        "against": "some against",
        "both": "for and against",
        "only-for": "only for",
        "only-against": "only against",
        "qualifying": "some qualifying",
        "none": "none recorded",
        "example": "such as magnesium or CHEBI:18050",
        "unknown": "{!r} is no {} here; choose one of {}.",
    },
    "nl": {
        "evidence": "Bewijs",
        "about evidence": "Elke bewering van het brondocument, en wat publicaties ervoor en ertegen laten "
        "zien. Het bewijs is beoordeeld aan de hand van titels en samenvattingen. Open een bewering om te "
        "zien waar zij in de bron staat (als tekenposities, nooit de woorden) en wat ervoor en ertegen "
        "spreekt.",
        "conflicts": "Tegenspraken",
        "about conflicts": "Waar beweringen of bevindingen elkaar tegenspreken: waarover, wie aan welke kant "
        "staat, en wat de doorslag zou geven.",
        "kind": "Soort bewering",
        "status": "Oordeel van de curatoren",
        "hedge": "Stelligheid",
        "balance": "Bewijs",
        "term": "Gaat over de term",
        "word": "Bevat het woord",
        "type": "Type",
        "aspect": "Aspect",
        "any": "alle",
        "apply": "Filteren",
        "reset": "Alles tonen",
        "claim": "bewering",
        "says": "wat zij zegt",
        "supporting": "voor",
        "contradicting": "tegen",
        "qualifies": "nuancerend",
        "found": "{} van {} beweringen",
        "found conflicts": "{} van {} tegenspraken",
        "nothing": "Niets past; laat een van de filters weg.",
        "for": "iets ervoor",
        "against": "iets ertegen",
        "both": "voor en tegen",
        "only-for": "alleen ervoor",
        "only-against": "alleen ertegen",
        "qualifying": "iets nuancerends",
        "none": "geen vastgelegd",
        "example": "zoals magnesium of CHEBI:18050",
        "unknown": "{!r} is hier geen {}; kies uit {}.",
    },
}


def evidence_page(reader: Reader, request: PageRequest) -> bytes:
    """Return the table of all claims that fit the filters, each of which opens to its evidence.

    Raises:
        ParameterError: a filter has a value that there is not.
        TermError: there is no such term.
    """
    links, words = request.links, _WORDS[request.lang]
    claims = list(reader.claims(request.lang).values())
    given = {name: value for name, value in request.parameters.items() if value.strip()}
    choices = {
        "kind": _choices(claim.kind for claim in claims),
        "status": _choices(claim.status for claim in claims),
        "hedge": _choices(claim.hedge for claim in claims),
        "balance": {name: words[name] for name in _BALANCES},
    }
    _check(given, choices, words)
    found = [claim for claim in claims if _fits(claim, given)]
    if "term" in given:
        iri = reader.find(given["term"])
        concerned = concerned_claims(reader.ask, iri)
        found = [claim for claim in found if claim.iri in concerned]
    body = [
        element("p", words["about evidence"]),
        _form("/evidence", given, choices, ("term", "word"), links),
        element("p", words["found"].format(len(found), len(claims)), role="status"),
        _table(found, links) if found else element("p", words["nothing"]),
    ]
    return _page(words["evidence"], body, request, given)


def conflicts_page(reader: Reader, request: PageRequest) -> bytes:
    """Return the conflicts that fit the filters, under the aspects that they are on.

    Raises:
        ParameterError: a filter has a value that there is not.
        TermError: there is no such term.
    """
    links, words = request.links, _WORDS[request.lang]
    conflicts = reader.conflicts(request.lang)
    given = {name: value for name, value in request.parameters.items() if value.strip()}
    choices = {
        "type": _choices(each.conflict.type for each in conflicts),
        "aspect": _choices(aspect for each in conflicts for aspect in each.conflict.aspects),
    }
    _check(given, choices, words)
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
    body = [
        element("p", words["about conflicts"]),
        _form("/conflicts", given, choices, ("term",), links),
        element("p", words["found conflicts"].format(len(found), len(conflicts)), role="status"),
        _by_aspect(found, links) if found else element("p", words["nothing"]),
    ]
    return _page(words["conflicts"], body, request, given)


def _page(title: str, body: Node, request: PageRequest, given: Mapping[str, str]) -> bytes:
    text = page(title, body, lang=request.lang, path=request.path, fields=given, root=request.root)
    return text.encode()


def _local(named: Named) -> str:
    return named.iri.rpartition("/")[2]


def _choices(values: Iterable[Named]) -> dict[str, str]:
    """Return the labels of values by their local names, by label, with how many there are."""
    counted: dict[Named, int] = {}
    for value in values:
        counted[value] = counted.get(value, 0) + 1
    ranked = sorted(counted.items(), key=lambda item: item[0].label)
    return {_local(value): f"{value.label} ({count})" for value, count in ranked}


def _check(
    given: Mapping[str, str], choices: Mapping[str, Mapping[str, str]], words: Mapping[str, str]
) -> None:
    for name, known in choices.items():
        if name in given and given[name] not in known:
            message = words["unknown"].format(given[name][:80], words[name].lower(), ", ".join(known))
            raise ParameterError(message, parameter=name)


def _fits(claim: Claim, given: Mapping[str, str]) -> bool:
    counts = [len(of_stance(claim.evidence, stance)) for stance in (SUPPORTS, CONTRADICTS, QUALIFIES)]
    word = given.get("word", "").strip().casefold()
    return (
        given.get("kind") in (None, _local(claim.kind))
        and given.get("status") in (None, _local(claim.status))
        and given.get("hedge") in (None, _local(claim.hedge))
        and ("balance" not in given or _BALANCES[given["balance"]](*counts))
        and word in f"{claim.identifier} {claim.paraphrase}".casefold()
    )


def _form(
    path: str,
    given: Mapping[str, str],
    choices: Mapping[str, Mapping[str, str]],
    texts: Sequence[str],
    links: Links,
) -> Html:
    """Return the filters as a form, which works without any script."""
    words = _WORDS[links.lang]
    fields = []
    for name, known in choices.items():
        options = [element("option", words["any"], value="")]
        options += [
            element("option", label, value=value, selected=given.get(name) == value)
            for value, label in known.items()
        ]
        fields.append(_field(name, words[name], element("select", options, name=name, id=f"filter-{name}")))
    for name in texts:
        hint = words["example"] if name == "term" else None
        attributes = {"name": name, "value": given.get(name, ""), "placeholder": hint}
        entry = element("input", type="search", id=f"filter-{name}", attributes=attributes, maxlength=200)
        fields.append(_field(name, words[name], entry))
    buttons = element(
        "div",
        element("button", words["apply"], type="submit"),
        " ",
        element("a", words["reset"], href=links.to(path), class_="button quiet"),
    )
    language = element("input", type="hidden", attributes={"name": "lang", "value": links.lang})
    action = links.to(path).partition("?")[0]
    return element(
        "form", language, fields, buttons, action=action, method="get", class_="filter", role="search"
    )


def _field(name: str, label: str, entry: Html) -> Html:
    return element("div", element("label", label, for_=f"filter-{name}"), entry)


def _table(claims: Iterable[Claim], links: Links) -> Html:
    """Return claims as a table; on a narrow screen each row is a block, still a table for who cannot see."""
    words = _WORDS[links.lang]
    heads = ("claim", "says", "kind", "status", "supporting", "contradicting", "qualifies")
    numbers = {"supporting": SUPPORTS, "contradicting": CONTRADICTS, "qualifies": QUALIFIES}
    rows = []
    for claim in claims:
        told: dict[str, Node] = {
            "claim": links.term(claim.iri, claim.identifier),
            "says": folded(
                claim.paraphrase, element("p", claim_tags(claim, links)), claim_details(claim, links, 2)
            ),
            "kind": str(claim.kind),
            "status": [str(claim.status), element("br"), _hedge(claim, links)],
            **{name: len(of_stance(claim.evidence, stance)) for name, stance in numbers.items()},
        }
        cells = [
            element(
                "td",
                element("span", _heading(name, words), class_="cell-name", aria_hidden="true"),
                cell,
                role="cell",
                class_="number" if name in numbers else name,
            )
            for name, cell in told.items()
        ]
        rows.append(element("tr", cells, role="row", id=claim.identifier))
    names = [element("th", _heading(name, words), scope="col", role="columnheader") for name in heads]
    return element(
        "table",
        element("thead", element("tr", names, role="row"), role="rowgroup"),
        element("tbody", rows, role="rowgroup"),
        class_="claims",
        role="table",
        aria_label=words["evidence"],
    )


def _heading(name: str, words: Mapping[str, str]) -> str:
    heading = {"status": f"{words['status']}; {words['hedge']}"}
    return heading.get(name, words[name]).lower()


def _hedge(claim: Claim, links: Links) -> Html:
    return element("span", CLAIM_WORDS[links.lang]["hedge"].format(claim.hedge), class_="small faint")


def _by_aspect(found: Iterable[ConflictSides], links: Links) -> list[Html]:
    by_aspects: dict[str, list[ConflictSides]] = {}
    for each in found:
        by_aspects.setdefault("; ".join(map(str, each.conflict.aspects)), []).append(each)
    numbered = [
        (f"aspect-{number}", f"{aspects} ({len(conflicts)})", conflicts)
        for number, (aspects, conflicts) in enumerate(sorted(by_aspects.items()), 1)
    ]
    jump = [element("li", element("a", title, href=f"#{name}")) for name, title, _ in numbered]
    return [
        element("ul", jump, class_="jump small"),
        *(
            section(name, title, [conflict_part(each, links) for each in conflicts])
            for name, title, conflicts in numbered
        ),
    ]
