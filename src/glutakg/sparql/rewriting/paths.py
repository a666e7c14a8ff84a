"""Rules about property paths."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from glutakg.sparql import syntax as s
from glutakg.sparql.rewriting.tree import TreeRule

__all__ = ["AlternativeRule", "NegatedRule", "ZeroLengthRule", "may_be_empty"]


class _PathRule(TreeRule):
    """Takes sequences and inverses apart down to the paths that the rule is about, and changes these.

    `X p/q Y` is `X p ?v . ?v q Y`, and `X ^p Y` is `Y p X`.
    """

    def group(self, group: s.Group, counts: bool) -> s.Group:
        """Name the blank nodes that would otherwise stand in two patterns, once these are apart."""
        blocks = [element for element in group.elements if isinstance(element, s.Block)]
        if any(self.is_meant(triple, counts) for block in blocks for triple in block.triples):
            names = self._names_of_blank_nodes(blocks)
            elements = tuple(
                s.Block(tuple(_with_names(triple, names) for triple in element.triples))
                if isinstance(element, s.Block)
                else element
                for element in group.elements
            )
            group = s.Group(elements)
        return super().group(group, counts)

    def is_meant(self, triple: s.Triple, counts: bool) -> bool:
        """Tell whether a triple has a path that the rule is about."""
        raise NotImplementedError

    def changed(self, triple: s.Triple, counts: bool) -> Iterable[s.Element]:
        """Return what stands in the place of a path that the rule is about."""
        raise NotImplementedError

    def block(self, triples: tuple[s.Triple, ...], counts: bool) -> Iterable[s.Element]:
        """Return the triples that stay, and then what stands in the place of the others."""
        if not any(self.is_meant(triple, counts) for triple in triples):
            return (s.Block(triples),)
        steps = [
            step
            for triple in triples
            for step in ([triple] if not self.is_meant(triple, counts) else self._steps(triple, counts))
        ]
        kept = tuple(step for step in steps if not self.is_meant(step, counts))
        changed = [
            element for step in steps if self.is_meant(step, counts) for element in self.changed(step, counts)
        ]
        return [*([s.Block(kept)] if kept else []), *changed]

    def _steps(self, triple: s.Triple, counts: bool) -> Iterator[s.Triple]:
        path = triple.predicate
        if isinstance(path, s.Inverse) and self.is_meant(replace(triple, predicate=path.path), counts):
            yield from self._steps(s.Triple(triple.object, path.path, triple.subject), counts)
        elif isinstance(path, s.Inverse) and isinstance(path.path, s.Inverse):
            yield from self._steps(replace(triple, predicate=path.path.path), counts)
        elif isinstance(path, s.Sequence) and self.is_meant(triple, counts):
            nodes: list[s.Node] = [triple.subject]
            nodes += [self.context.variable() for _ in path.paths[1:]]
            nodes.append(triple.object)
            for subject, part, node in zip(nodes, path.paths, nodes[1:], strict=False):
                yield from self._steps(s.Triple(subject, part, node), counts)
        else:
            yield triple

    def _names_of_blank_nodes(self, blocks: list[s.Block]) -> dict[str, s.Node]:
        """Return variables for the blank nodes that are in several triples."""
        used = Counter(
            node.label
            for block in blocks
            for triple in block.triples
            for node in {triple.subject, triple.object}
            if isinstance(node, s.BlankNode)
        )
        return {label: self.context.variable() for label, times in used.items() if times > 1}

    def fresh_blank_nodes(self, triple: s.Triple) -> s.Triple:
        """Return a triple for a pattern of its own, where a blank node must have another name."""
        names: dict[str, s.Node] = {}
        for node in (triple.subject, triple.object):
            if isinstance(node, s.BlankNode):
                names.setdefault(node.label, self.context.blank_node())
        return _with_names(triple, names)


def _with_names(triple: s.Triple, names: dict[str, s.Node]) -> s.Triple:
    subject, node = (
        names.get(part.label, part) if isinstance(part, s.BlankNode) else part
        for part in (triple.subject, triple.object)
    )
    return s.Triple(subject, triple.predicate, node)


def _holds(predicate: s.Path | s.Variable, wanted: Callable[[s.Path], bool]) -> bool:
    """Tell whether a path is wanted, or has a wanted one in it outside of what is repeated."""
    if isinstance(predicate, s.Variable):
        return False
    if wanted(predicate):
        return True
    if isinstance(predicate, s.Inverse):
        return _holds(predicate.path, wanted)
    if isinstance(predicate, s.Sequence):
        return any(_holds(path, wanted) for path in predicate.paths)
    return False


def may_be_empty(path: s.Path) -> bool:
    """Tell whether a path leads from each node to itself, whatever the graph holds."""
    match path:
        case s.Repeated(inner, times):
            return times != "+" or may_be_empty(inner)
        case s.Inverse(inner):
            return may_be_empty(inner)
        case s.Alternative(paths):
            return any(map(may_be_empty, paths))
    return False


class AlternativeRule(_PathRule):
    """`X p|q Y` = `{ X p Y } UNION { X q Y }`: the engine drops solutions that both give."""

    name = "alternative path"

    def is_meant(self, triple: s.Triple, counts: bool) -> bool:
        """Tell whether there is an alternative outside of what is repeated."""
        return counts and _holds(triple.predicate, lambda path: isinstance(path, s.Alternative))

    def changed(self, triple: s.Triple, counts: bool) -> Iterable[s.Element]:
        """Return the union."""
        assert isinstance(triple.predicate, s.Alternative)
        branches = (
            self.fresh_blank_nodes(replace(triple, predicate=path)) for path in triple.predicate.paths
        )
        return (s.Union(tuple(self.group(s.Group((s.Block((one,)),)), counts) for one in branches)),)


class NegatedRule(_PathRule):
    """`X !(p|^q) Y` = `{ X ?v Y FILTER(?v NOT IN (p)) } UNION { Y ?v X FILTER(?v NOT IN (q)) }`.

    The engine drops solutions that come by several predicates.
    """

    name = "negated path"

    def is_meant(self, triple: s.Triple, counts: bool) -> bool:
        """Tell whether there is a negated path outside of what is repeated."""
        return counts and _holds(triple.predicate, lambda path: isinstance(path, s.Negated))

    def changed(self, triple: s.Triple, counts: bool) -> Iterable[s.Element]:
        """Return a triple and its filter, or a union of two of them."""
        path = triple.predicate
        assert isinstance(path, s.Negated)
        turned = s.Triple(triple.object, path, triple.subject)
        sides = [(triple, path.forward)] * bool(path.forward) + [(turned, path.backward)] * bool(
            path.backward
        )
        if len(sides) == 1:
            return self._side(*sides[0])
        return (s.Union(tuple(s.Group(self._side(*side)) for side in sides)),)

    def _side(self, triple: s.Triple, but: tuple[s.Iri, ...]) -> tuple[s.Element, ...]:
        predicate = self.context.variable()
        triple = self.fresh_blank_nodes(replace(triple, predicate=predicate))
        return s.Block((triple,)), s.Filter(s.In(predicate, but, negated=True))


class ZeroLengthRule(_PathRule):
    """`c p* ?y` = `{ c p* ?y FILTER(!sameTerm(?y, c)) } UNION { VALUES ?y { c } }`, and so for `?`.

    The engine gives nothing where c is not in the graph. `c p* c` holds always.
    """

    name = "path of length zero"

    def is_meant(self, triple: s.Triple, counts: bool) -> bool:
        """Tell whether such a path begins or ends at a constant."""
        path = triple.predicate
        while isinstance(path, s.Inverse):
            path = path.path
        if isinstance(path, s.Variable) or not may_be_empty(path):
            return False
        ends = triple.subject, triple.object
        constants = [end for end in ends if isinstance(end, s.Iri | s.Literal)]
        return len(constants) == 1 or (len(constants) == 2 and self._is_same(*constants))

    def _is_same(self, one: s.Iri | s.Literal, other: s.Iri | s.Literal) -> bool:
        if isinstance(one, s.Iri) and isinstance(other, s.Iri):
            return self.context.iri(one) == self.context.iri(other)
        return one == other

    def changed(self, triple: s.Triple, counts: bool) -> Iterable[s.Element]:
        """Return the union; nothing where both ends are the same."""
        constant, other = triple.subject, triple.object
        if not isinstance(constant, s.Iri | s.Literal):
            constant, other = other, constant
        assert isinstance(constant, s.Iri | s.Literal)
        if isinstance(other, s.Iri | s.Literal):
            return ()
        if isinstance(other, s.BlankNode):
            named = self.context.variable()
            triple = _with_names(triple, {other.label: named})
            other = named
        elsewhere = s.Unary("!", s.Call("SAMETERM", (other, constant)))
        return (
            s.Union(
                (
                    s.Group((s.Block((triple,)), s.Filter(elsewhere))),
                    s.Group((s.Data((other,), ((constant,),)),)),
                )
            ),
        )
