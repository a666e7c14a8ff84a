"""Why a triple holds, as a page: the answer of `glutakg why` with links; without a triple, a form to ask."""

from glutakg.errors import ParameterError
from glutakg.languages import N_, translator
from glutakg.rdf import Iri, Term, compress
from glutakg.server.http.negotiation import WHY_TYPES
from glutakg.server.pages.html import page
from glutakg.server.pages.reader import Reader
from glutakg.server.pages.request import PageRequest
from glutakg.why import Reason, needs_reasoner, render

__all__ = ["NeedsReasoner", "why_page"]


_FORMAT_NAMES = {"json": "JSON", "ttl": "Turtle", "mermaid": "Mermaid", "tree": "text"}
_TREE_COLUMNS = 80
_FIELDS = {"s": N_("Subject"), "p": N_("Relation (a stands for rdf:type)"), "o": N_("Object")}


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
    _ = translator(request.lang)
    given = {name: value.strip() for name, value in request.parameters.items() if value.strip()}
    missing = [name for name in _FIELDS if name not in given]
    if missing and (request.format != "html" or given):
        raise ParameterError(
            N_("{label}: {name}= is missing.", label=_FIELDS[missing[0]], name=missing[0]),
            parameter=missing[0],
        )
    title, fields = _("Why?"), [(name, _(label), given.get(name, "")) for name, label in _FIELDS.items()]
    if missing:
        return page("ask_why", request.links, title, path=request.path, form=fields).encode()
    terms = [given[name] if given[name] == "a" else reader.find(given[name]) for name in _FIELDS]
    reason = reader.graph.why(*terms, lang=request.lang, reasoner_seconds=None)
    if request.format != "html":
        if needs_reasoner(reason):
            raise NeedsReasoner(_command(reason))
        return f"{render([reason], request.format, lang=request.lang, width=_TREE_COLUMNS)}\n".encode()
    return page(
        "why",
        request.links,
        f"{title} {reason.text}",
        path=request.path,
        fields=given,
        form=fields,
        reason=reason,
        command=_command(reason) if needs_reasoner(reason) else None,
        formats=[(name, _FORMAT_NAMES[name]) for name in WHY_TYPES],
    ).encode()


def _command(reason: Reason) -> str:
    return f"glutakg why {' '.join(_short(term) for term in reason.statement)}"


def _short(term: Term) -> str:
    return compress(term.value) if isinstance(term, Iri) else str(term)
