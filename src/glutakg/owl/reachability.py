"""What can be reached in a hierarchy, be it of classes, properties or datatypes."""

from collections.abc import Mapping, Set
from typing import TypeVar

__all__ = ["reachable"]


_Node = TypeVar("_Node")


def reachable(start: _Node, edges: Mapping[_Node, Set[_Node]]) -> set[_Node]:
    """Return a node and all that can be reached from it.

    >>> sorted(reachable(1, {1: {2}, 2: {3}, 4: {1}}))
    [1, 2, 3]

    """
    found, todo = {start}, [start]
    while todo:
        fresh = edges.get(todo.pop(), set()) - found
        found |= fresh
        todo += fresh
    return found
