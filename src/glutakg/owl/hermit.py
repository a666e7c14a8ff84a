"""HermiT, as the package owlready2 brings it: how it is asked, and what it prints."""

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from glutakg.owl.java import Java, JavaFailed, Run, is_small, owlready2_folder
from glutakg.owl.reachability import reachable

__all__ = ["HermiT"]


_MAIN = "org.semanticweb.HermiT.cli.CommandLine"
_NOTHING = "http://www.w3.org/2002/07/owl#Nothing"
_INCONSISTENT = "InconsistentOntologyException"
_NAME = re.compile("<([^>]*)>")
_ROLE = re.compile(r"(ObjectInverseOf\( )?<([^>]*)>")
_RELATIONS = re.compile(r"<([^>]*)> \(known instances: (.*?) ?\| possible instances: ")
_PAIR = re.compile(r"\(<([^>]*)>, <([^>]*)>\)")

_Role: TypeAlias = tuple[bool, str]  # whether the inverse is meant, and the name of the property


class HermiT:
    """Asks HermiT in the order in which it answers soonest: consistency, the axioms alone, then the rest."""

    def __init__(self, java: Java, premises: Path, axioms: Path | None = None) -> None:
        """Begin with all premises, beside those that are about no individual, in functional-style syntax.

        Without the latter only consistency is asked for.
        """
        self._java = java
        self._premises = premises
        self._consistency = self._run(premises, "-k", is_short=True)
        self._axioms = self._run(axioms, "-N", "-U", is_short=True) if axioms else None

    def is_consistent(self) -> bool:
        """Return whether all premises can be true at once."""
        return _answers(self._consistency)

    def unsatisfiable(self) -> set[str]:
        """Return the classes that the axioms alone keep from having members."""
        assert self._axioms
        _, *names = list(self._axioms.lines()) or [""]
        self._axioms.check()
        found = {name.strip() for name in names}
        if _NOTHING not in found:
            raise JavaFailed("")
        return found - {_NOTHING}

    def realise(self) -> tuple[set[str], set[tuple[str, str]], set[tuple[str, str, str]]]:
        """Return the classes that cannot have members, the memberships, and the relations, as they follow."""
        is_short = is_small(self._premises)
        types = self._run(self._premises, "-k", "-c", "-I", is_short=is_short)
        relations = self._run(self._premises, "-k", "-O", "-Y", is_short=is_short)
        if not _answers(types):
            raise JavaFailed("")
        unsatisfiable, memberships = _memberships(types.lines())
        types.check()
        if not _answers(relations):
            raise JavaFailed("")
        found = set(_relations(relations.lines()))
        relations.check()
        return unsatisfiable, memberships, found

    def _run(self, ontology: Path, *options: str, is_short: bool = False) -> Run:
        folder = owlready2_folder("hermit")
        # the folder has classes of owlready2's own, which print what those in the archive do not
        path = os.pathsep.join(map(str, (folder, folder / "HermiT.jar")))
        return self._java.run("-cp", path, _MAIN, *options, ontology.as_uri(), is_short=is_short)


def _answers(run: Run) -> bool:
    """Return whether HermiT calls the premises consistent, which it says before all else."""
    for line in run.lines():
        if line.rstrip().endswith("is satisfiable."):
            return True
    try:
        run.check()
    except JavaFailed as failed:
        if _INCONSISTENT in failed.errors:
            return False
        raise
    raise JavaFailed("")


def _memberships(lines: Iterator[str]) -> tuple[set[str], set[tuple[str, str]]]:
    """Return the classes without members, and what the individuals are, which HermiT prints as hierarchy."""
    above: defaultdict[str, set[str]] = defaultdict(set)
    direct: list[tuple[str, str]] = []
    unsatisfiable: set[str] = set()
    for line in lines:
        names = _NAME.findall(line)
        if line.startswith("SubClassOf("):
            above[names[0]].add(names[1])
        elif line.startswith("EquivalentClasses("):
            for name in names:
                above[name].update(names)
            if _NOTHING in names:
                unsatisfiable.update(names)
        elif line.startswith("Type("):
            direct.append((names[0], names[1]))
    memberships = {(one, kind) for one, below in direct for kind in reachable(below, above)}
    return unsatisfiable - {_NOTHING}, memberships


def _relations(lines: Iterator[str]) -> Iterator[tuple[str, str, str]]:
    """Yield the relations that HermiT prints, each under the lowest property, and those above them."""
    above: defaultdict[_Role, set[_Role]] = defaultdict(set)
    known: list[tuple[str, str, str]] = []
    for line in lines:
        roles = [(bool(inverse), name) for inverse, name in _ROLE.findall(line)]
        if line.startswith("SubObjectPropertyOf("):
            _place_below(above, roles[0], roles[1])
        elif line.startswith("EquivalentObjectProperties("):
            for role in roles:
                _place_below(above, roles[0], role)
                _place_below(above, role, roles[0])
        elif match := _RELATIONS.match(line):
            known += [(one, match[1], other) for one, other in _PAIR.findall(match[2])]
    for one, name, other in known:
        for inverse, higher in reachable((False, name), above):
            yield (other, higher, one) if inverse else (one, higher, other)


def _place_below(above: "defaultdict[_Role, set[_Role]]", role: _Role, other: _Role) -> None:
    """Note that a property lies below another, and so their inverses."""
    above[role].add(other)
    above[not role[0], role[1]].add((not other[0], other[1]))
