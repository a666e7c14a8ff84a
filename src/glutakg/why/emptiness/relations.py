"""Relations that are never used so, or only the other way round, or only narrower."""

import re
from collections.abc import Iterator

from glutakg.rdf import Iri, Literal, compress, expand
from glutakg.sparql import Node, Triple
from glutakg.why.emptiness.explanations import Reason
from glutakg.why.emptiness.probes import NO_BARE_INDIVIDUAL
from glutakg.why.emptiness.scope import TYPE, Place
from glutakg.why.emptiness.search import Search

__all__ = ["inferred_only", "never_used", "never_with_class", "no_class", "other_way_round"]

_MATCHES = f"glutakg-skos:exactMatch|glutakg-skos:closeMatch|<{expand('RO:0002204')}>"
"""How a term of another ontology or database is joined to a thing of ours; genes to their products."""

_OURS = Node("?glutakg_ours", "?ours")


def other_way_round(search: Search, triple: Triple, place: Place) -> bool:
    """Report a relation that holds from the object to the subject."""
    if triple.path.iri in (None, TYPE) or isinstance(triple.object.term, Literal):
        return False
    turned = Triple(triple.object, triple.path, triple.subject)
    if not search.probes.finds(place.holding(turned.text)):
        return False
    assert triple.path.iri is not None
    search.add("turned", Reason.OTHER_WAY_ROUND, triple.shown, terms=(triple.path.iri,), turned=turned.shown)
    return True


def no_class(search: Search, triple: Triple, place: Place) -> bool:
    """Report that a thing is asked for members as if it were a class, and what relation leads to it."""
    subject, value = triple.subject, triple.object
    if triple.path.iri != TYPE or not isinstance(value.term, Iri):
        return False
    signs = (f"?glutakg_x glutakg-rdfs:subClassOf {value.text}", f"{value.text} a glutakg-owl:Class")
    if any(search.probes.finds(f"GRAPH ?glutakg_graph {{ {sign} }} ") for sign in signs):
        return False
    leading = f"{subject.text} ?glutakg_path {value.text} . "
    found = search.probes.column(
        "path",
        f"{place.context}{leading}",
        end="GROUP BY ?glutakg_path ORDER BY DESC(COUNT(*)) ?glutakg_path LIMIT 1",
    )
    if not found:
        return False
    works = f"{subject.shown} {compress(found[0])} {value.shown}"
    search.add(
        "no-class", Reason.NOT_FOUND, triple.shown, terms=(value.term.value,), instead=found, works=works
    )
    return True


def inferred_only(search: Search, triple: Triple, place: Place) -> bool:
    """Report what holds only of a subclass, a narrower relation or an own term that matches."""
    subject, path, value = triple.subject, triple.path, triple.object
    if path.iri == TYPE and isinstance(value.term, Iri):
        narrower = (
            f"{subject.text} a ?glutakg_class . ?glutakg_class glutakg-rdfs:subClassOf+ {value.text} . "
        )
        found = search.probes.column("class", f"{place.context}{narrower}", end="LIMIT 4")
        if found:
            search.add("subclasses", Reason.NOT_FOUND, triple.shown, terms=(value.term.value,), instead=found)
            return True
    elif path.iri:
        held = f"{subject.text} ?glutakg_path {value.text} . "
        narrower = f"?glutakg_path glutakg-rdfs:subPropertyOf+ {path.text} . {held}"
        found = search.probes.column("path", f"{place.context}{narrower}", end="LIMIT 4")
        if found:
            search.add("subproperties", Reason.NOT_FOUND, triple.shown, terms=(path.iri,), instead=found)
            return True
    for node, matched in ((subject, Triple(_OURS, path, value)), (value, Triple(subject, path, _OURS))):
        if isinstance(node.term, Iri):
            match = f"?glutakg_ours {_MATCHES} {node.text} . "
            found = search.probes.column("ours", f"{place.context}{match}{matched.text}", end="LIMIT 4")
            if found:
                search.add("matched", Reason.NOT_FOUND, triple.shown, terms=(node.term.value,), instead=found)
                return True
    return False


def never_used(search: Search, triple: Triple) -> bool:
    """Report a relation that no triple of any graph uses."""
    iri = triple.path.iri
    if iri is None or search.probes.finds(f"GRAPH ?glutakg_graph {{ ?s {triple.path.text} ?o }} "):
        return False
    inverse = search.probes.column(
        "inverse",
        f"<{iri}> glutakg-owl:inverseOf|^glutakg-owl:inverseOf ?glutakg_inverse . "
        "FILTER EXISTS { ?glutakg_x ?glutakg_inverse ?glutakg_y . } ",
    )
    hints = [("hint-inverse", tuple(map(compress, inverse)))] if inverse else []
    search.add("never-used", Reason.NEVER_USED, triple.shown, terms=(iri,), instead=inverse, hints=hints)
    return True


def never_with_class(search: Search, triple: Triple, place: Place, siblings: tuple[Triple, ...]) -> bool:
    """Report a relation that is never used with the class that the query, or the data, put at one end."""
    for relation, node, classes in _typed_ends(search, triple, place, siblings):
        assert relation.path.iri is not None
        ends = ("?glutakg_x", "?glutakg_y") if node == relation.subject else ("?glutakg_y", "?glutakg_x")
        used = f"{ends[0]} {relation.path.text} {ends[1]} . "
        listed = f"VALUES ?glutakg_class {{ {' '.join(f'<{iri}>' for iri in classes)} }} "
        of_class = f"{listed}?glutakg_x a/glutakg-rdfs:subClassOf* ?glutakg_class . "
        if search.probes.finds(used + of_class):
            continue
        instead = search.probes.most_used_classes(used)
        key = "never-subject" if node == relation.subject else "never-object"
        search.add(
            key,
            Reason.NEVER_USED_WITH_CLASS,
            triple.shown,
            terms=(relation.path.iri, *classes),
            instead=instead,
            relation=compress(relation.path.iri),
            classes=", ".join(map(compress, classes)),
            hints=[("hint-classes", tuple(map(compress, instead)))] if instead else [],
        )
        return True
    return False


def _typed_ends(
    search: Search, triple: Triple, place: Place, siblings: tuple[Triple, ...]
) -> Iterator[tuple[Triple, Node, tuple[str, ...]]]:
    """Yield relations that the triple pattern may fail with: each with an end and its classes."""
    typings = [each for each in siblings if each.path.iri == TYPE and isinstance(each.object.term, Iri)]
    if triple.path.iri == TYPE:
        relations = [each for each in siblings if each.path.iri not in (None, TYPE)]
        typings = [each for each in typings if each == triple]
    else:
        relations = [triple] if triple.path.iri else []
    for relation in relations:
        for node in (relation.subject, relation.object):
            for typing in typings:
                if typing.subject == node and isinstance(typing.object.term, Iri):
                    yield relation, node, (typing.object.term.value,)
            known = node.term is not None or re.search(rf"\?{node.text[1:]}\b", place.context)
            if relation is triple and known and not isinstance(node.term, Literal):
                classes = search.probes.column(
                    "class", f"{place.context}{node.text} a ?glutakg_class . {NO_BARE_INDIVIDUAL}"
                )
                if 0 < len(classes) < 7:
                    yield relation, node, classes
