"""Why a triple holds, as a page: the answer of `glutakg why` with links; without a triple, a form to ask."""

from collections.abc import Mapping

from glutakg.errors import ParameterError
from glutakg.rdf import Iri, Term, compress
from glutakg.server.http.negotiation import WHY_TYPES
from glutakg.server.pages.html import Html, Node, element, join, page
from glutakg.server.pages.links import Links
from glutakg.server.pages.parts import claim_details, claim_tags, folded
from glutakg.server.pages.reader import Reader
from glutakg.server.pages.request import PageRequest
from glutakg.why import REASON_WORDS, Reason, needs_reasoner, render

__all__ = ["NeedsReasoner", "why_page"]


_FORMAT_NAMES = {"json": "JSON", "ttl": "Turtle", "mermaid": "Mermaid", "tree": "text"}
_TREE_COLUMNS = 80
_WORDS = {
    "en": {
        "title": "Why?",
        "about": "Ask why a triple holds: what asserts it or how it follows, down to claims, evidence and "
        "publications. Give a name in English or Dutch, a CURIE or an IRI.",
        "s": "Subject",
        "p": "Relation (a stands for rdf:type)",
        "o": "Object",
        "ask": "Why?",
        "formats": "The same answer in other formats:",
        "reasoner": "Nothing states this relation of classes; it may follow from the axioms all the same. "
        "That takes a reasoner, which this server does not start. Ask on your own machine:",
        "axiom": "Axiom",
        "sources": "Publications",
    },
    "nl": {
        "title": "Waarom?",
        "about": "Vraag waarom een tripel geldt: wat het vastlegt of hoe het volgt, tot en met beweringen, "
        "bewijs en publicaties. Geef een naam in het Engels of Nederlands, een CURIE of een IRI.",
        "s": "Onderwerp",
        "p": "Relatie (a staat voor rdf:type)",
        "o": "Object",
        "ask": "Waarom?",
        "formats": "Hetzelfde antwoord in andere formaten:",
        "reasoner": "Niemand stelt deze relatie tussen klassen; toch kan zij uit de axioma's volgen. "
        "Daarvoor is een redeneerder nodig, die deze server niet start. Vraag het op uw eigen computer:",
        "axiom": "Axioma",
        "sources": "Publicaties",
    },
}
_KINDS = {
    "asserted": "for",
    "inferred": "for",
    "hypothesis": "besides",
    "contested": "against",
    "denied": "against",
    "unsupported": "besides",
}


class NeedsReasoner(Exception):
    """Only a reasoner can answer; `command` asks one."""

    def __init__(self, command: str) -> None:
        """Keep the command."""
        super().__init__(command)
        self.command = command


def why_page(reader: Reader, request: PageRequest) -> bytes:
    """Return why a triple holds.

    Raises:
        ParameterError: a part of the triple is missing.
        TermError: there is no such term.
        NeedsReasoner: only a reasoner can answer, and what is asked for is no page.
    """
    words = _WORDS[request.lang]
    given = {name: value.strip() for name, value in request.parameters.items() if value.strip()}
    missing = [name for name in "spo" if name not in given]
    if missing and (request.format != "html" or given):
        raise ParameterError(f"{words[missing[0]]}: {missing[0]}= is missing.", parameter=missing[0])
    form = _form(given, request.links)
    if missing:
        body: Node = [element("p", words["about"]), form]
        return page(words["title"], body, lang=request.lang, path=request.path, root=request.root).encode()
    terms = [given[name] if given[name] == "a" else reader.find(given[name]) for name in "spo"]
    reason = reader.graph.why(*terms, lang=request.lang, reasoner_seconds=None)
    if request.format != "html":
        if needs_reasoner(reason):
            raise NeedsReasoner(_command(reason))
        return f"{render([reason], request.format, lang=request.lang, width=_TREE_COLUMNS)}\n".encode()
    links = request.links
    formats = [
        element("a", _FORMAT_NAMES[name], href=links.to("/why", **given, format=name)) for name in WHY_TYPES
    ]
    body = [
        element("div", _reason(reason, links), class_="reasons"),
        _reasoner_note(reason, words) if needs_reasoner(reason) else None,
        None
        if needs_reasoner(reason)
        else element("p", words["formats"], " ", join(formats, ", "), class_="small"),
        form,
    ]
    title = f"{words['title']} {reason.text}"
    text = page(title, body, lang=request.lang, path=request.path, fields=given, root=request.root)
    return text.encode()


def _command(reason: Reason) -> str:
    return f"glutakg why {' '.join(_short(term) for term in reason.statement)}"


def _short(term: Term) -> str:
    return compress(term.value) if isinstance(term, Iri) else str(term)


def _reasoner_note(reason: Reason, words: Mapping[str, str]) -> Html:
    return element(
        "div",
        element("p", words["reasoner"]),
        element("pre", element("code", _command(reason)), tabindex="0"),
        class_="side besides",
    )


def _form(given: Mapping[str, str], links: Links) -> Html:
    words = _WORDS[links.lang]
    fields = [
        element(
            "div",
            element("label", words[name], for_=f"why-{name}"),
            element(
                "input",
                type="text",
                id=f"why-{name}",
                maxlength=300,
                required=True,
                attributes={"name": name, "value": given.get(name, "")},
            ),
        )
        for name in "spo"
    ]
    language = element("input", type="hidden", attributes={"name": "lang", "value": links.lang})
    action = links.to("/why").partition("?")[0]
    button = element("div", element("button", words["ask"], type="submit"))
    return element("form", language, fields, button, action=action, method="get", class_="filter")


def _reason(reason: Reason, links: Links) -> Html:
    """Return a reason and all below it as nested lists."""
    words, own = REASON_WORDS[links.lang], _WORDS[links.lang]
    how = words[reason.kind]
    if reason.kind == "asserted":
        how = how.format(", ".join(graph for graph in reason.graphs if graph != "inferred"))
    elif reason.rule is not None:
        how = how.format(reason.rule)
    below: list[Node] = []
    if reason.axiom is not None:
        below.append(element("li", f"{own['axiom']}: ", element("code", reason.axiom)))
    below += [element("li", _reason(each, links)) for each in reason.premises]
    below += [
        element(
            "li",
            folded(
                [
                    element("strong", words["claim"].format(claim.identifier)),
                    f": {claim.paraphrase} ",
                    claim_tags(claim, links),
                ],
                element("p", links.term(claim.iri, claim.identifier)),
                claim_details(claim, links, 2),
                is_open=not reason.premises,
            ),
        )
        for claim in reason.claims
    ]
    if reason.sources:
        named = join([links.term(each.iri, each.label) for each in reason.sources], "; ")
        below.append(element("li", f"{own['sources']}: ", named))
    if reason.nearest:
        near = element("ul", [element("li", _reason(each, links)) for each in reason.nearest])
        below.append(element("li", words["nearest"], near))
    statement = element("p", element("strong", _statement(reason, links)))
    tag = element("p", element("span", how, class_=f"tag {_KINDS[reason.kind]}"))
    return element(
        "div", statement, tag, element("ul", below, class_="tree") if below else None, class_="reason"
    )


def _statement(reason: Reason, links: Links) -> Html:
    """Return the triple in words, with a link to each end."""
    ends = [
        links.term(term.value, compress(term.value)) if isinstance(term, Iri) else str(term)
        for term in reason.statement
    ]
    return element("span", reason.text, " ", element("span", "(", join(ends, " "), ")", class_="small iri"))
