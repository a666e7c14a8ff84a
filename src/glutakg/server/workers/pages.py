"""Makes pages in a worker process: which page, and what is sent where there is none."""

from collections.abc import Callable, Mapping
from importlib import import_module

from glutakg.charts import read_table
from glutakg.dataset import load_program_queries
from glutakg.errors import ParameterError, QueryError, TermError
from glutakg.languages import N_, said, translator
from glutakg.rdf import iri_of_identifier
from glutakg.server.pages.html import page, read_templates
from glutakg.server.pages.lists import conflicts_page, evidence_page
from glutakg.server.pages.places import places_page
from glutakg.server.pages.reader import Reader
from glutakg.server.pages.request import PageRequest
from glutakg.server.pages.term import term_page
from glutakg.server.pages.why import NeedsReasoner, why_page
from glutakg.server.workers.messages import PageMade
from glutakg.store import Backend, Failure, Fault, LocalStore, Message

__all__ = ["answer", "get_ready"]


_PAGES: Mapping[str, Callable[[Reader, PageRequest], bytes]] = {
    "term": term_page,
    "why": why_page,
    "evidence": evidence_page,
    "conflicts": conflicts_page,
    "places": places_page,
}
_MODULES = (
    "datetime",
    "decimal",
    "difflib",
    "encodings.unicode_escape",
    "glutakg.rdf.turtle",
    "hashlib",
    "json",
    "unicodedata",
)
_MAX_NAME = 300
_readers: list[tuple[Backend, Reader]] = []


def get_ready() -> None:
    """Read and import what a worker cannot once it has given up the right to open files."""
    for name in _MODULES:
        import_module(name)
    read_templates()
    read_table("places.tsv")
    load_program_queries()
    iri_of_identifier("doi:")  # reads the table of identifiers


def answer(backend: Backend, asked: PageRequest) -> tuple[Message, bytes]:
    """Return a page, a `PageMade` with its body, or a `Failure`."""
    try:
        for name in ("iri", "term", "s", "p", "o"):
            _check_length(asked.parameters.get(name, ""))
        return PageMade(), _PAGES[asked.page](_reader(backend), asked)
    except TermError as error:
        if asked.format == "html":
            return PageMade(404), _unknown_term(asked, error)
        return Failure(Fault.TERM, str(error), suggestions=error.suggestions), b""
    except NeedsReasoner as error:
        return Failure(Fault.REASONER, command=error.command), b""
    except ParameterError as error:
        return Failure(Fault.PARAMETER, str(error), parameter=error.parameter), b""
    except QueryError as error:
        return Failure(Fault.REFUSED, str(error)), b""
    except MemoryError:
        return Failure(Fault.MEMORY), b""


def _check_length(name: str) -> None:
    """Raise `TermError` for what is too long to be the name of a term, and slow to look for."""
    if len(name) > _MAX_NAME:
        raise TermError(N_("No term has a name of more than {limit} characters.", limit=_MAX_NAME))


def _reader(backend: Backend) -> Reader:
    """Return what asks the backend; what it has read is kept as long as that cannot change."""
    if not _readers or _readers[0][0] is not backend or not backend.is_fixed:
        _readers[:] = [(backend, Reader(LocalStore(backend)))]
    return _readers[0][1]


def _unknown_term(asked: PageRequest, error: TermError) -> bytes:
    """Return the page that says that there is no such term, and what may have been meant."""
    _ = translator(asked.lang)
    fields = {name: value for name, value in asked.parameters.items() if asked.path == "/term"}
    return page(
        "unknown_term",
        asked.links,
        _("There is no such term"),
        path=asked.path,
        fields=fields,
        message=said(error.message, asked.lang),
        suggestions=error.suggestions,
    ).encode()
