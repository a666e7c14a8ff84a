"""Pellet, as the package owlready2 brings it: how it is asked, and what it prints."""

import os
import re
from pathlib import Path

from glutakg.owl.java import Java, JavaFailed, Run, is_small, owlready2_folder

__all__ = ["Pellet", "explain"]


_NOTHING, _THING = (f"http://www.w3.org/2002/07/owl#{name}" for name in ("Nothing", "Thing"))
_CONSISTENT, _INCONSISTENT = "Consistent: Yes", "Consistent: No"
_RELATION = re.compile(r"PROPINST: (\S+) (\S+) (\S+)")


class Pellet:
    """Asks Pellet for consistency, then for the axioms alone, then for the rest."""

    def __init__(self, java: Java, premises: Path, axioms: Path) -> None:
        """Begin with all premises, beside those that are about no individual, in functional-style syntax."""
        self._java = java
        self._premises = premises
        self._consistency = _run(java, "consistency", str(premises), is_short=True)
        self._axioms = _run(java, "classify", str(axioms), is_short=True)

    def is_consistent(self) -> bool:
        """Return whether all premises can be true at once."""
        text = "".join(self._consistency.lines())
        self._consistency.check()
        if _CONSISTENT not in text and _INCONSISTENT not in text:
            raise JavaFailed("")
        return _CONSISTENT in text

    def unsatisfiable(self) -> set[str]:
        """Return the classes that the axioms alone keep from having members."""
        return _tree(self._axioms)[0]

    def realise(self) -> tuple[set[str], set[tuple[str, str]], set[tuple[str, str, str]]]:
        """Return the classes that cannot have members, the memberships, and the relations, as they follow."""
        options = ("--infer-prop-values", str(self._premises))
        return _tree(_run(self._java, "realize", *options, is_short=is_small(self._premises)))


def explain(java: Java, question: list[str], ontology: Path) -> str:
    """Return how Pellet explains something."""
    run = _run(java, "explain", *question, str(ontology), is_short=is_small(ontology))
    text = "".join(run.lines())
    run.check()
    return text


def _run(java: Java, command: str, *arguments: str, is_short: bool = False) -> Run:
    path = os.pathsep.join(map(str, sorted(owlready2_folder("pellet").glob("*.jar"))))
    options = ("-cp", path, "pellet.Pellet", command, "--ignore-imports", *arguments)
    return java.run(*options, is_short=is_short)


def _tree(run: Run) -> tuple[set[str], set[tuple[str, str]], set[tuple[str, str, str]]]:
    """Read a hierarchy of classes, a line each, set in below its superclass, and the relations after it."""
    unsatisfiable: set[str] = set()
    memberships: set[tuple[str, str]] = set()
    relations: set[tuple[str, str, str]] = set()
    path: list[tuple[int, list[str]]] = []
    has_begun = False
    for line in run.lines():
        if match := _RELATION.match(line):
            relations.add((match[1], match[2], match[3]))
            continue
        if not line.strip():
            continue
        classes, members = _classes_and_members(line)
        has_begun = has_begun or _THING in classes
        depth = len(line) - len(line.lstrip())
        while path and path[-1][0] >= depth:
            path.pop()
        path.append((depth, classes))
        if _NOTHING in classes:
            unsatisfiable.update(classes)
        memberships |= {(one, kind) for one in members for _, kinds in path for kind in kinds}
    run.check()
    if not has_begun:
        raise JavaFailed("")
    return unsatisfiable - {_NOTHING}, memberships, relations


def _classes_and_members(line: str) -> tuple[list[str], list[str]]:
    """Return the classes of a line, all equivalent, and the individuals whose lowest class they are."""
    classes, _, members = line.strip().partition(" - ")
    return classes.split(" = "), members.strip("()").split(", ") if members else []
