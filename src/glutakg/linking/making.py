"""An ontology becomes triples in the data folder, and what is to be listed of it."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from glutakg._version import __version__
from glutakg.cache import build_folder, is_whole
from glutakg.dataset import Import, import_folder
from glutakg.errors import MissingExtraError, SourceError
from glutakg.linking.fetching import is_address
from glutakg.linking.processes import Run, run_apart
from glutakg.linking.sources import on_disk

__all__ = ["Imported", "Say", "made_from"]


_SUFFIXES = re.compile(
    r"(?:\.(?:owl|obo|rdf|ttl|nt|nq|trig|json|jsonld|xml|ofn|owx|sssom|tsv|gz|zst|xz|zip))+$"
)
_SECONDS_TO_CONVERT = 6 * 3_600.0
_OBO = "http://purl.obolibrary.org/obo/"
_OF_OWNER = re.compile(
    re.escape(_OBO) + r"(?P<name>[a-z0-9_]+)(?:/(?P=name)(?:-(?:base|full|edit|simple))?)?\.(?:owl|obo|json)"
)
_ABOUT, _TRIPLES = "about.json", "triples.nt"

Say = Callable[[str], object]
"""Tells the user how far it is."""


@dataclass(frozen=True, slots=True)
class Imported:
    """An import that has just been made.

    Attributes:
        made: what is listed of it.
        notes: sentences on what is to be known of it.
        others: the ontologies that it imports, and that were imported with it.
    """

    made: Import
    notes: tuple[str, ...]
    others: "tuple[Imported, ...]" = ()


def made_from(
    source: str, name: str | None, home: Path, *, offline: bool, only_public: bool = False, say: Say
) -> Imported:
    """Have the triples of an ontology in the data folder, and return what is to be listed of it.

    Args:
        source: path of a file, `-` for standard input, an address, or the name of an OBO ontology.
        name: under which it is listed; None for that of its owner's address, or else of the file.
        home: the data folder.
        offline: whether to refuse what would need the network.
        only_public: whether an address must be that of a public host.
        say: is called with a sentence on each step.

    Raises:
        SourceError: it cannot be read or had, or is not an ontology in a format that is read.
        MissingExtraError: a library is missing that reads this format.
    """
    with on_disk(source, home, offline=offline, only_public=only_public, say=say) as (told, path):
        say("Reading …")
        folder, about = _converted(path, told, home)
    made = Import(
        name=name or _name_of(about["ontology"], source),
        source=told,
        sha256=about["sha256"],
        format=about["format"],
        ontology=about["ontology"],
        version=about["version"],
        licence=about["licence"],
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        triples=about["triples"],
        others=tuple(about["others"]),
        check="unchecked",
        apart=False,
        folder=folder.name,
    )
    notes = list(about["notes"])
    if graphs := about["graphs"]:
        notes.append(f"The names of its {graphs} named graphs are not kept; all is in {made.graph}.")
    return Imported(made, tuple(notes))


def _name_of(ontology: str, source: str) -> str:
    """Return the name of an import: that of the owner's ontology, or the end of its address, or the file's.

    >>> _name_of("http://purl.obolibrary.org/obo/go/go-base.owl", ""), _name_of("", "My map.sssom.tsv.gz")
    ('go', 'my-map')
    """
    if owner := _OF_OWNER.fullmatch(ontology):
        return owner["name"]
    last = PurePosixPath(ontology.rstrip("#/")).name or (
        "standard-input" if source == "-" else Path(source).name
    )
    bare = _SUFFIXES.sub("", last.lower())
    slug = re.sub(r"[^a-z0-9_.-]+", "-", bare).strip("-_.")[:64].rstrip("-_.")
    return slug or "ontology"


def _converted(path: Path, told: str, home: Path) -> tuple[Path, dict[str, Any]]:
    """Return the folder with the triples of a file, converted if need be, and what is known of them."""
    digest = hashlib.sha256()
    base = told if is_address(told) else ""
    with path.open("rb") as file:
        while data := file.read(1 << 20):
            digest.update(data)
    key = hashlib.sha256(f"{digest.hexdigest()} {base} {__version__}".encode()).hexdigest()[:32]
    folder = import_folder(home, f"ontology-{key}")
    if not is_whole(folder):
        build_folder(folder, partial(_convert, path, told, digest.hexdigest()), is_whole)
    return folder, json.loads((folder / _ABOUT).read_bytes())


def _convert(path: Path, told: str, sha256: str, folder: Path) -> None:
    """Convert a file in a process of its own, which ends with this one."""
    base = told if is_address(told) else ""
    arguments = [str(path), told, str(folder / _TRIPLES), base]
    run = run_apart("glutakg.linking.conversion", arguments, seconds=_SECONDS_TO_CONVERT)
    if run.code or not run.output:
        raise SourceError(_why_ended(run), path=told)
    about = json.loads(run.output)
    if "missing" in about:
        raise _missing(about["missing"])
    if "fault" in about:
        raise SourceError(about["fault"])
    (folder / _ABOUT).write_text(json.dumps({**about, "sha256": sha256}), encoding="utf-8")


def _missing(sentence: str) -> MissingExtraError:
    error = MissingExtraError("Reading it", library=None, extra="import")
    error.message = sentence
    return error


def _why_ended(run: Run) -> str:
    if run.is_late:
        return "It took too long to be read."
    if "memory allocation" in run.errors or "MemoryError" in run.errors or run.code == -9:
        return "It needs too much memory to be read; split it, or convert it to N-Triples."
    if "overflowed its stack" in run.errors or run.code in (-11, -7, -6):
        return "It nests too deeply to be read."
    return f"It could not be converted ({run.last_line})."
