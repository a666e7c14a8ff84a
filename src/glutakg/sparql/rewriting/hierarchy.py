"""The rule about hierarchies of classes, where a store holds their closure; it works on tokens."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from glutakg.sparql.scanner import Token, scan, start_of

__all__ = ["by_closure"]

_NAMESPACE = "http://www.w3.org/2000/01/rdf-schema#"
_SUBCLASS = f"<{_NAMESPACE}subClassOf>"
_BEFORE_ALL = frozenset({"DESCRIBE", "DISTINCT", "REDUCED", "SELECT"})
_IN_A_SEQUENCE = frozenset("/?*+")


@lru_cache(maxsize=256)
def by_closure(text: str, graph: str) -> str:
    """Return a query that finds what is below a named class in a graph that holds the closure of classes.

    `X rdfs:subClassOf+ <c>` = `GRAPH <closure> { X rdfs:subClassOf <c> }`, and `*` finds the class itself as
    well; `X p/rdfs:subClassOf* <c>` is `X p ?v . ?v rdfs:subClassOf* <c>`. Left as they are: other paths,
    those within GRAPH and SERVICE, and queries that name their graphs or have blank nodes.

    Args:
        text: a query that the engine has accepted.
        graph: the IRI of the graph, whose edges of `rdfs:subClassOf` are those of `rdfs:subClassOf+`.

    >>> is_below = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
    >>> by_closure(f"ASK {{ ?x a/{is_below}+ <urn:c> }}", "urn:g").replace(is_below, "…")
    'ASK { ?x a ?below0 . GRAPH <urn:g> { ?below0 … <urn:c> } }'
    """
    tokens = list(scan(text))
    if any(
        token.text == "[" or token.text.startswith("_:") or token.text.upper() == "FROM" for token in tokens
    ):
        return text
    shows_all = any(
        token.text == "*" and before.text.upper() in _BEFORE_ALL for before, token in pairwise(tokens)
    )
    names = {_SUBCLASS, *_names(tokens)}
    pieces: list[str] = []
    end = number = 0
    elsewhere = [False]
    for place, token in enumerate(tokens):
        if token.text == "{":
            elsewhere.append(elsewhere[-1] or _is_elsewhere(tokens[max(0, place - 3) : place]))
        elif token.text == "}" and len(elsewhere) > 1:
            elsewhere.pop()
        elif token.text in names and not elsewhere[-1] and _ends_at_a_name(tokens, place):
            before, class_name, is_star = (
                tokens[place - 1],
                tokens[place + 2].text,
                tokens[place + 1].text == "*",
            )
            start = before.text
            if before.text == "/" and not shows_all and _is_sequence(tokens, place - 1):
                while f"?below{number}" in text:
                    number += 1
                start = f"?below{number}"
                number += 1
                pieces += text[end : start_of(before)], f" {start} . "
            elif before.kind == "variable":
                pieces.append(text[end : start_of(before)])
            else:
                continue
            pieces.append(_found(start, class_name, graph, is_star=is_star))
            end = tokens[place + 2].end
    return "".join(pieces) + text[end:]


def _found(start: str, class_name: str, graph: str, *, is_star: bool) -> str:
    below = f"GRAPH <{graph}> {{ {start} {_SUBCLASS} {class_name} }}"
    if not is_star:
        return below
    others = f"{{ {below} FILTER(!sameTerm({start}, {class_name})) }}"
    return f"{others} UNION {{ VALUES {start} {{ {class_name} }} }}"


def _names(tokens: Sequence[Token]) -> set[str]:
    """Return the prefixed names of `rdfs:subClassOf`."""
    return {
        f"{name.text}subClassOf"
        for word, name, iri in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if word.text.upper() == "PREFIX" and iri.text == f"<{_NAMESPACE}>"
    }


def _is_elsewhere(before: Sequence[Token]) -> bool:
    """Tell whether a group is asked of another graph or server, by the tokens before it."""
    return any(token.kind == "word" and token.text.upper() in ("GRAPH", "SERVICE") for token in before[-3:])


def _ends_at_a_name(tokens: Sequence[Token], place: int) -> bool:
    """Tell whether a repeated property ends at an IRI, and the pattern there."""
    following = tokens[place + 1 : place + 4]
    return (
        len(following) == 3
        and following[0].text in ("*", "+")
        and following[1].kind in ("iri", "name")
        and following[2].text in (".", "}")
        and place > 0
    )


def _is_sequence(tokens: Sequence[Token], place: int) -> bool:
    """Tell whether the path that goes on at a slash is a sequence of plain steps, up to here."""
    while place >= 0:
        token = tokens[place]
        if token.kind not in ("iri", "name") and token.text not in _IN_A_SEQUENCE and token.text != "a":
            return token.kind in ("variable", "string") or token.text in (".", ";", "{", "}")
        place -= 1
    return False
