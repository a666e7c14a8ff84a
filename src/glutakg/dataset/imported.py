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
from glutakg.rdf import PREFIXES

__all__ = [
    "XREFS",
    "Import",
    "default_data_dir",
    "import_folder",
    "imports_as_json",
    "imports_from_json",
    "read_imports",
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


def imports_as_json(imports: Iterable[Import]) -> str:
    """Return the list of imports as text, which another installation can import the same from."""
    import json

    return json.dumps({"form": _FORM, "imports": [each._asdict() for each in imports]}, indent=1) + "\n"


def write_imports_list(data_dir: Path, imports: Iterable[Import]) -> None:
    """Say which imports count from now on, in one step.

    Raises:
        SourceError: the list cannot be written.
    """
    write_atomically(data_dir / _LIST, imports_as_json(imports))
