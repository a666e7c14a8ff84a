"""Version skew: imports that rest on different releases of a third, or whose copies of a class differ.

Read are the triples as their owners wrote them, so that our slices have no part in it. A parent that a class
has in one import alone counts only where the other has both classes and cannot have left the place to a
reasoner.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from glutakg.dataset import Import, Skew
from glutakg.rdf import PREFIXES, compress

__all__ = ["skew_among"]


_EXAMPLES = 3
_RELEASE = re.compile(r"/(?:releases/)?(?:\d{4}-\d{2}-\d{2}|v?\d+(?:\.\d+)*)(?=/)")
_OWL, _RDFS = (PREFIXES[name].encode() for name in ("owl", "rdfs"))
_LABEL, _BELOW = b"<%slabel>" % _RDFS, b"<%ssubClassOf>" % _RDFS
_DEFINED, _OBSOLETE = b"<%sequivalentClass>" % _OWL, b"<%sdeprecated>" % _OWL
_IS_CLASS = b"<%stype> <%sClass> .\n" % (PREFIXES["rdf"].encode(), _OWL)


@dataclass(slots=True)
class _Classes:
    """What an import says of classes, each as it stands in N-Triples."""

    named: set[bytes] = field(default_factory=set)
    obsolete: set[bytes] = field(default_factory=set)
    defined: set[bytes] = field(default_factory=set)
    labels: defaultdict[bytes, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    parents: defaultdict[bytes, set[bytes]] = field(default_factory=lambda: defaultdict(set))

    def above(self, name: bytes) -> set[bytes]:
        """Return the named classes above one, by what is stated."""
        found: set[bytes] = set()
        waiting = [name]
        while waiting:
            fresh = self.parents.get(waiting.pop(), set()) - found
            found |= fresh
            waiting += fresh
        return found


def skew_among(imports: Sequence[Import], data_dir: Path) -> list[Skew]:
    """Return where imports rest on different releases, or differ on classes that both have.

    Args:
        imports: to be compared, each with each.
        data_dir: where their triples lie.

    Raises:
        OSError: the triples of one cannot be read.
    """
    found = list(_of_releases(imports))
    if len(imports) > 1:
        read = {each.name: _read(each.triples_file(data_dir)) for each in imports}
        for one, other in combinations(read, 2):
            found += _between(one, read[one], other, read[other])
    return found


def _of_releases(imports: Iterable[Import]) -> Iterator[Skew]:
    """Yield of which ontologies several releases are imported, or named as what is to be."""
    cited: defaultdict[str, dict[str, set[str]]] = defaultdict(dict)
    for each in imports:
        for iri in {each.version, *each.others}:
            if (whole := _RELEASE.sub("", iri, count=1)) != iri:
                cited[whole].setdefault(iri, set()).add(each.name)
    for _, releases in sorted(cited.items()):
        if len(releases) > 1:
            names = sorted(set().union(*releases.values()))
            yield Skew("release", tuple(names), len(releases), tuple(sorted(releases)))


def _read(path: Path) -> _Classes:
    read = _Classes()
    with path.open("rb") as file:
        for line in file:
            subject, _, rest = line.partition(b" ")
            if not line.startswith(b"<"):
                continue
            property, _, value = rest.partition(b" ")
            if rest == _IS_CLASS:
                read.named.add(subject)
            elif property == _LABEL:
                read.labels[subject].add(value[: value.rfind(b'"')])
            elif property == _BELOW and value.startswith(b"<"):
                read.parents[subject].add(value[:-3])
            elif property == _DEFINED:
                read.defined.add(subject)
            elif property == _OBSOLETE and value.startswith((b'"true"', b'"1"')):
                read.obsolete.add(subject)
    return read


def _between(one: str, ones: _Classes, other: str, others: _Classes) -> Iterator[Skew]:
    both = ones.named & others.named
    living = both - ones.obsolete - others.obsolete
    apart: dict[str, Iterable[bytes]] = {
        "obsolete": both & (ones.obsolete ^ others.obsolete),
        "label": (
            each
            for each in living
            if (mine := ones.labels.get(each)) and (theirs := others.labels.get(each)) and not mine & theirs
        ),
        "parent": (each for each in living if _differs(each, ones, others) or _differs(each, others, ones)),
    }
    for kind, classes in apart.items():
        if names := sorted(each[1:-1].decode() for each in classes):
            yield Skew(kind, (one, other), len(names), tuple(map(compress, names[:_EXAMPLES])))


def _differs(name: bytes, ones: _Classes, others: _Classes) -> bool:
    """Return whether a class has a parent in one that the other has too, and does not place it below."""
    above: set[bytes] | None = None
    for parent in ones.parents.get(name, ()):
        if parent in others.named and parent not in others.defined and parent not in others.obsolete:
            above = others.above(name) if above is None else above
            if parent != name and parent not in above:
                return True
    return False
