"""Whole ontologies that a user has imported: which there are, and where their triples lie.

They lie in the user's data folder and not in the cache, so that they outlast an upgrade. One file there, the
list, says which count; it is replaced in one step, so that at any moment the old list or the new one holds.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from glutakg.cache import absolute
from glutakg.errors import SourceError, StoreError
from glutakg.files import read_text, write_atomically
from glutakg.languages import translator
from glutakg.rdf import PREFIXES

__all__ = [
    "XREFS",
    "Import",
    "Skew",
    "default_data_dir",
    "import_folder",
    "imports_as_json",
    "imports_from_json",
    "read_imports",
    "read_skew",
    "slices_notes",
    "write_imports_list",
]


XREFS = "xrefs.nt"
"""The file beside the triples of an import that has the cross-references of its terms as IRIs."""

_LIST = "imports.json"
_TRIPLES = "triples.nt"
_FORM = 1


class Import(NamedTuple):
    """One imported ontology.

    Attributes:
        name: under which it is listed; its graph is `gkg:imports/<name>`.
        source: the file or address that it was read from.
        sha256: of what was read, packed as it was.
        format: in which it was written.
        ontology: its IRI; empty where it has none.
        version: its version IRI, or else what it says of its version; empty where it says nothing.
        licence: that it names; empty where it names none.
        date: when it was imported, in UTC.
        triples: how many it has.
        others: ontologies that it imports itself (`owl:imports`).
        check: what came of the check for contradictions: `passed`, `unchecked` or `forced`.
        apart: whether only a query that names its graph sees it.
        folder: of its triples, in the folder `imports`.
    """

    name: str
    source: str
    sha256: str
    format: str
    ontology: str
    version: str
    licence: str
    date: str
    triples: int
    others: tuple[str, ...]
    check: str
    apart: bool
    folder: str

    @property
    def graph(self) -> str:
        """The IRI of its graph."""
        return f"{PREFIXES['gkg']}imports/{self.name}"

    def triples_file(self, data_dir: Path) -> Path:
        """Return where its triples lie, in N-Triples."""
        return import_folder(data_dir, self.folder) / _TRIPLES

    def xrefs_file(self, data_dir: Path) -> Path:
        """Return where the cross-references of its terms lie as IRIs, in N-Triples; it may not be there."""
        return import_folder(data_dir, self.folder) / XREFS


class Skew(NamedTuple):
    """Something in which imports do not fit together.

    Attributes:
        kind: `release` (of a third that they rest on), or `label`, `obsolete` or `parent` of classes.
        imports: the names of those concerned.
        number: of releases, or of the classes in which they differ.
        examples: the releases, or some of the classes as CURIEs.
    """

    kind: str
    imports: tuple[str, ...]
    number: int
    examples: tuple[str, ...]

    def __str__(self) -> str:
        """Return it as a sentence.

        >>> print(Skew("label", ("cl", "go"), 1, ("CL:0000540",)))
        cl and go call 1 class otherwise, such as CL:0000540.
        """
        names = " and ".join(filter(None, (", ".join(self.imports[:-1]), self.imports[-1])))
        examples = ", ".join(self.examples)
        if self.kind == "release":
            rest = "rests" if len(self.imports) == 1 else "rest"
            return f"{names} {rest} on {self.number} releases of one ontology: {examples}."
        classes = f"{self.number:,} class" + ("" if self.number == 1 else "es")
        said = {
            "label": f"call {classes} otherwise",
            "obsolete": f"differ on whether {classes} should still be used",
            "parent": f"place {classes} otherwise",
        }
        return f"{names} {said[self.kind]}, such as {examples}."


def default_data_dir() -> Path:
    """Return the folder for what is imported: `GLUTAKG_DATA` where that is set, else the user's data folder.

    Raises:
        StoreError: there is no such folder, since the user has no home.
    """
    if chosen := os.environ.get("GLUTAKG_DATA"):
        return absolute(Path(chosen))
    from platformdirs import user_data_path

    with suppress(RuntimeError):
        folder = user_data_path("glutakg", appauthor=False)
        if folder.is_absolute():
            return folder
    raise StoreError("There is no home folder to keep imports in; set GLUTAKG_DATA to the path of a folder.")


def import_folder(data_dir: Path, name: str) -> Path:
    """Return the folder that holds the triples of an import."""
    return data_dir / "imports" / name


def read_imports(data_dir: Path | None = None) -> tuple[Import, ...]:
    """Return what is imported, by name.

    Args:
        data_dir: where imports are kept; by default `default_data_dir()`.

    Raises:
        SourceError: the list of imports cannot be read.
    """
    try:
        path = (data_dir or default_data_dir()) / _LIST
    except StoreError:  # without a home nobody has imported anything
        return ()
    return imports_from_json(path) if path.exists() else ()


def slices_notes(ontologies: Iterable[str], lang: str, *, is_empty: bool = False) -> tuple[str, ...]:
    """Return what is to be known of an answer that sees ontologies as slices: nothing where all are whole.

    Args:
        ontologies: that the query is about, by the names of their slices.
        lang: of the sentences.
        is_empty: whether nothing was found, which may be due to this.

    Raises:
        SourceError: the list of imports cannot be read.
    """
    whole = {each.name for each in read_imports() if not each.apart} if ontologies else set()
    slices = [each for each in ontologies if each not in whole]
    if not slices:
        return ()
    _ = translator(lang)
    named = ", ".join(slices)
    notes = [_("This sees a slice, not the whole ontology, of: {ontologies}.", ontologies=named)]
    if is_empty:
        notes.append(
            _(
                "That nothing was found may be due to this; `glutakg import {name}` brings the whole.",
                name=slices[0],
            )
        )
    return tuple(notes)


def imports_from_json(path: Path) -> tuple[Import, ...]:
    """Return the imports that a file lists, by name.

    Raises:
        SourceError: it cannot be read, or is no such list.
    """
    import json

    try:
        told = json.loads(read_text(path))
        if told["form"] != _FORM:
            raise SourceError("Another release of glutakg has written this; use that one.", path=path)
        return tuple(sorted((_import(each) for each in told["imports"]), key=lambda each: each.name))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise SourceError(
            "This is no list of imports that glutakg has written; remove it, and import again.", path=path
        ) from error


def _import(told: dict[str, Any]) -> Import:
    values = {name: told[name] for name in Import._fields}
    return Import(**{**values, "others": tuple(values["others"])})


def read_skew(data_dir: Path | None = None) -> tuple[Skew, ...]:
    """Return in what imports do not fit together, as it was found with the last one.

    Args:
        data_dir: where imports are kept; by default `default_data_dir()`.

    Raises:
        SourceError: the list of imports cannot be read.
    """
    import json

    if not read_imports(data_dir):
        return ()
    path = (data_dir or default_data_dir()) / _LIST
    try:
        told = json.loads(read_text(path)).get("skew", ())
        return tuple(
            Skew(
                str(each["kind"]), tuple(map(str, each["imports"])), int(each["number"]),
                tuple(map(str, each["examples"])),
            )
            for each in told
        )  # fmt: skip
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SourceError(
            "What it says of version skew is not what glutakg writes; import again.", path=path
        ) from error


def imports_as_json(imports: Iterable[Import], skew: Iterable[Skew] = ()) -> str:
    """Return the list of imports as text, which another installation can import the same from.

    Args:
        imports: to be listed.
        skew: in what they do not fit together, for those who read it.
    """
    import json

    told = {"imports": [each._asdict() for each in imports], "skew": [each._asdict() for each in skew]}
    return json.dumps({"form": _FORM, **told}, indent=1) + "\n"


def write_imports_list(data_dir: Path, imports: Iterable[Import], skew: Iterable[Skew] = ()) -> None:
    """Say which imports count from now on, in one step.

    Args:
        data_dir: where imports are kept.
        imports: that count.
        skew: in what they do not fit together.

    Raises:
        SourceError: the list cannot be written.
    """
    write_atomically(data_dir / _LIST, imports_as_json(imports, skew))
