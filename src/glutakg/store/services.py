"""SERVICE clauses, answered before the query is: what to ask where, and their answers put in their place.

A clause is asked as a query of its own, and its rows stand in its place as VALUES, which by the definition
of SERVICE (SPARQL 1.1 Federated Query, section 3) gives the same answer. Where the first clause stands in the
outermost group and is plain triples, what comes before it there is evaluated first and the values of the
variables that both have go along: an endpoint with a billion triples is asked for a handful of things.
"""

import re
from collections.abc import Sequence

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store, Triple

from glutakg.errors import EndpointError, QueryError
from glutakg.languages import N_
from glutakg.sparql import ServiceCall, Token, scan, service_calls
from glutakg.store.asking import silence_note
from glutakg.store.backend import Backend
from glutakg.store.foreign import read_rows
from glutakg.store.messages import Dataset, Fault, ServiceQuestion, TooLarge

__all__ = ["MAX_CLAUSES", "MAX_VALUES", "questions", "with_answers"]


MAX_CLAUSES = 8
"""SERVICE clauses of a query."""

MAX_VALUES = 1_000
"""Combinations of values that go along with a clause; where there are more, none do."""

_FORM = re.compile(r"SELECT|ASK|CONSTRUCT|DESCRIBE", re.IGNORECASE)
_PLAIN_WORDS = frozenset({"A", "TRUE", "FALSE"})
_BEFORE_A_STAR = frozenset({"SELECT", "DISTINCT", "REDUCED", "DESCRIBE"})


def questions(backend: Backend, text: str, dataset: Dataset | None) -> list[ServiceQuestion]:
    """Return what must be asked of other endpoints, one question for each clause.

    Args:
        backend: the data that the query is asked of.
        text: the query, with the values that are joined to its outermost group.
        dataset: the graphs that count.

    Raises:
        QueryError: a clause is refused, or there are too many.
        SyntaxError: the query is no SPARQL.
    """
    calls = service_calls(text)
    if len(calls) > MAX_CLAUSES:
        raise QueryError(N_("The query has more than {limit} SERVICE clauses; split it.", limit=MAX_CLAUSES))
    _check_syntax(text, calls)
    prologue = _prologue(text)
    asked = []
    for call in calls:
        pattern = _bound(backend, call, prologue, dataset)
        query = None if pattern is None else f"{prologue}SELECT * WHERE {{{pattern}}}"
        asked.append(ServiceQuestion(call.address, query, call.is_silent))
    return asked


def with_answers(
    text: str, answers: Sequence[str | None], max_rows: int | None
) -> tuple[str, tuple[str, ...]]:
    """Return a query with the answers of other endpoints in the place of its SERVICE clauses, and notes.

    A note tells of a silent clause whose answer cannot be read, so that it was left out.

    Args:
        text: the query.
        answers: for each clause SPARQL results in JSON; None where it is silent and nobody answered, and
            empty where nobody was asked.
        max_rows: that an answer may have; None for any number.

    Raises:
        EndpointError: an answer is no SPARQL results and its clause not silent about that, or it has rows
            that a query cannot hold.
        TooLarge: an answer has too many rows.
    """
    pieces, notes, end = [], [], 0
    for call, answer in zip(service_calls(text), answers, strict=True):
        found = None
        if answer:
            try:
                found = _rows(call.address, answer)
            except EndpointError as error:
                if not call.is_silent:
                    raise
                answer = None
                notes.append(silence_note(error))
        if found is None:
            block = _without_rows(call, joins=answer is None)
        else:
            block = _block(call, found, f"{text[: call.start]} {text[call.end :]}", max_rows)
        pieces += [text[end : call.start], block]
        end = call.end
    return "".join([*pieces, text[end:]]), tuple(notes)


def _check_syntax(text: str, calls: Sequence[ServiceCall]) -> None:
    """Raise `SyntaxError` where a query is none, having asked it of no data and without its calls."""
    for call in calls:
        opening = call.end - len(call.pattern) - 2
        text = f"{text[: call.start]}{' ' * (opening - call.start)}{text[opening:]}"
    Store().query(text)


def _prologue(text: str) -> str:
    form = next(token for token in scan(text) if token.kind == "word" and _FORM.fullmatch(token.text))
    return text[: form.end - len(form.text)]


def _bound(backend: Backend, call: ServiceCall, prologue: str, dataset: Dataset | None) -> str | None:
    """Return the pattern of a clause with the values that it can be asked for; None where there are none."""
    if call.before is None:
        return call.pattern
    names = sorted(_plain_variables(call.pattern) & _variables(call.before))
    if not names:
        return call.pattern
    wanted = " ".join(f"?{name}" for name in names)
    text = f"{prologue}SELECT DISTINCT {wanted} WHERE {{{call.before}}} LIMIT {MAX_VALUES + 1}"
    try:
        found = backend.query(text, dataset)
    except SyntaxError:  # what comes before does not stand alone
        return call.pattern
    assert isinstance(found, QuerySolutions)
    rows = [tuple(row[name] for name in names) for row in found]
    if not rows:
        return None
    columns = [
        (f"?{name}", terms)
        for name, *terms in zip(names, *rows, strict=True)
        if all(isinstance(term, NamedNode | Literal) for term in terms)
    ]
    if not columns or len(rows) > MAX_VALUES:
        return call.pattern
    head = " ".join(name for name, _ in columns)
    combinations = dict.fromkeys(zip(*(map(str, terms) for _, terms in columns), strict=True))
    written = " ".join(f"({' '.join(terms)})" for terms in combinations)
    return f" VALUES ({head}) {{ {written} }} {call.pattern}"


def _variables(text: str) -> set[str]:
    return {token.text[1:] for token in scan(text) if token.kind == "variable"}


def _plain_variables(pattern: str) -> set[str]:
    """Return the variables of the triples of a pattern that is nothing but triples and filters.

    To such a pattern values can be joined from within; of any other kind nothing is returned.
    """
    variables: set[str] = set()
    tokens = list(scan(pattern))
    position = 0
    while position < len(tokens):
        token = tokens[position]
        word = token.text.upper() if token.kind == "word" else ""
        if word == "FILTER":
            end = _after_filter(tokens, position)
            if end is None:
                return set()
            position = end
            continue
        if (word and word not in _PLAIN_WORDS) or token.text in ("{", "}"):
            return set()
        if token.kind == "variable":
            variables.add(token.text[1:])
        position += 1
    return variables


def _after_filter(tokens: Sequence[Token], position: int) -> int | None:
    """Return the position after a filter; None where it asks for more than the values of a row."""
    depth = 0
    for index in range(position + 1, len(tokens)):
        text = tokens[index].text
        if text == "{":
            return None
        depth += {"(": 1, ")": -1}.get(text, 0)
        if text == ")" and depth == 0:
            return index + 1
    return None


def _rows(address: str, answer: str) -> QuerySolutions:
    found = read_rows(answer.encode(), N_("The endpoint <{address}>", address=address))
    if not isinstance(found, QuerySolutions):
        raise EndpointError(N_("The endpoint <{address}> gave a boolean and no rows.", address=address))
    return found


def _without_rows(call: ServiceCall, *, joins: bool) -> str:
    """Return a group without rows, or with one that joins with everything, of the variables of a clause."""
    names = sorted(_plain_variables(call.pattern))
    unbound = f"({' '.join(['UNDEF'] * len(names))})" if joins else ""
    return f"{{ VALUES ({' '.join(f'?{name}' for name in names)}) {{ {unbound} }} }}"


def _block(call: ServiceCall, found: QuerySolutions, rest: str, max_rows: int | None) -> str:
    """Return rows as a group of a query.

    A query cannot hold blank nodes. A variable that is one and that the rest of the query does not use is
    left out, by which no row is lost.
    """
    names = [variable.value for variable in found.variables]
    rows: list[list[NamedNode | BlankNode | Literal | Triple | None]] = []
    for row in found:
        if max_rows is not None and len(rows) >= max_rows:
            raise TooLarge(Fault.ROWS, max_rows)
        rows.append([row[name] for name in names])
    columns = [
        (name, terms)
        for name, *terms in zip(names, *rows, strict=True)
        if all(map(_can_stand, terms)) or _uses(rest, name)
    ]
    head = " ".join(f"?{name}" for name, _ in columns)
    written = [[_written(term, name, call.address) for term in terms] for name, terms in columns]
    told = [" ".join(row) for row in zip(*written, strict=True)] if columns else [""] * len(rows)
    return f"{{ VALUES ({head}) {{ {' '.join(f'({row})' for row in told)} }} }}"


def _uses(rest: str, name: str) -> bool:
    """Tell whether a variable stands in the rest of a query, or a star stands for it."""
    before = ""
    for token in scan(rest):
        if token.kind == "variable" and token.text[1:] == name:
            return True
        if token.text == "*" and before in _BEFORE_A_STAR:
            return True
        before = token.text.upper()
    return False


def _can_stand(term: NamedNode | BlankNode | Literal | Triple | None) -> bool:
    return term is None or isinstance(term, NamedNode | Literal)


def _written(term: NamedNode | BlankNode | Literal | Triple | None, name: str, address: str) -> str:
    if term is None:
        return "UNDEF"
    if _can_stand(term):
        return str(term)
    raise EndpointError(
        N_(
            "The endpoint <{address}> gave a blank node or a triple as ?{name}, which no query can hold; "
            "ask there for something that identifies it, such as its name.",
            address=address,
            name=name,
        )
    )
