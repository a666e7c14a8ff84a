"""Mends what a check of links has found, in the files that people write: mappings, data and queries."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from glutakg.dataset import SSSOM_SUFFIX, canonical_sssom, shipped_root
from glutakg.errors import SourceError
from glutakg.files import check_writable, read_text, write_atomically
from glutakg.linking.checks import Change, Finding
from glutakg.linking.uses import declared_prefixes, matches
from glutakg.rdf import canonical_turtle
from glutakg.sparql import canonical_sparql

__all__ = ["Fixed", "checkout", "fix_links"]


class Fixed(NamedTuple):
    """What was written, and what is left.

    Attributes:
        paths: the files that were written.
        mended: the findings that are mended by that.
        left: those that somebody has to decide.
    """

    paths: tuple[Path, ...]
    mended: tuple[Finding, ...]
    left: tuple[Finding, ...]


def checkout() -> Path:
    """Return the folder of the checkout.

    Raises:
        SourceError: this is an installed package, whose files are not for editing.
    """
    root = shipped_root()
    if not (root / "pyproject.toml").is_file():
        raise SourceError(
            "Files of an installed package are not changed; run this in a checkout of glutakg that is"
            " installed by `pip install -e .`.",
            path=root,
        )
    return root


def fix_links(findings: Iterable[Finding]) -> Fixed:
    """Write what mends the findings that can be mended without a decision; all of a file or nothing.

    Obsolete terms are replaced by the living ones that their owners name, labels and forms corrected, and
    predicates weakened that claim too much. Files are written in their canonical form.

    Args:
        findings: what a check has found in the files as they are now.

    Raises:
        SourceError: this is no checkout, or a file cannot be read or written, or would not be right
            afterwards; then no file is changed.
    """
    checkout()
    faults = [each for each in findings if not each.known]
    by_path: defaultdict[Path, list[Change]] = defaultdict(list)
    for each in faults:
        if each.change:
            by_path[each.change.path].append(each.change)
    texts = {path: _mended(read_text(path), path, changes) for path, changes in sorted(by_path.items())}
    for path in texts:
        check_writable(path)
    for path, text in texts.items():
        write_atomically(path, text)
    return Fixed(
        tuple(texts),
        tuple(each for each in faults if each.change),
        tuple(each for each in faults if not each.change),
    )


def _mended(text: str, path: Path, changes: Sequence[Change]) -> str:
    if path.name.endswith(SSSOM_SUFFIX):
        return canonical_sssom(_with_cells(text, changes), path)
    replacements = {each.old: each.new for each in changes}
    mended = "".join(_replaced(text, replacements))
    return canonical_sparql(mended, path) if path.suffix == ".rq" else canonical_turtle(mended, path)


def _with_cells(text: str, changes: Iterable[Change]) -> str:
    """Return a table of mappings with new cells; what a row says of where a label was read follows it."""
    lines = text.split("\n")
    names = next(line for line in lines if line and not line.startswith("#")).split("\t")
    for change in changes:
        row = dict(zip(names, lines[change.line - 1].split("\t"), strict=True))
        row.update(change.cells)
        lines[change.line - 1] = "\t".join(row.values())
    return "\n".join(lines)


def _replaced(text: str, replacements: dict[str, str]) -> Iterator[str]:
    """Yield the parts of a text of Turtle or SPARQL with IRIs replaced, with prefixes that the text has."""
    prefixes = declared_prefixes(text)
    end = 0
    for match, iri in matches(text):
        if iri in replacements:
            yield text[end : match.start()]
            yield _written(replacements[iri], prefixes)
            end = match.end()
    yield text[end:]


def _written(iri: str, prefixes: dict[str, str]) -> str:
    for prefix, namespace in sorted(prefixes.items(), key=lambda item: -len(item[1])):
        if iri.startswith(namespace) and re.fullmatch(r"\w+", iri[len(namespace) :], re.ASCII):
            return f"{prefix}:{iri[len(namespace) :]}"
    return f"<{iri}>"
