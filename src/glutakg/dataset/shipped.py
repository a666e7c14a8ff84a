"""What is shipped with the package and where it lies."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from glutakg.errors import SourceError

__all__ = [
    "PACKAGE",
    "ShippedFile",
    "kept_files",
    "program_query_file",
    "program_query_files",
    "query_files",
    "shape_files",
    "shipped_root",
]


PACKAGE = Path(__file__).resolve().parent.parent
"""The folder of the code."""

_PROGRAM = "program"


class ShippedFile(NamedTuple):
    """A Turtle file or SSSOM table and the name of its graph, such as `source` or `imports/chebi`."""

    path: Path
    graph_name: str


@cache
def shipped_root() -> Path:
    """Return the folder that holds `ontology/`, `data/` and `queries/`: inside the wheel, or the checkout.

    Raises:
        SourceError: neither is there, so the installation is damaged.

    >>> (shipped_root() / "ontology").is_dir()
    True
    """
    for root in (PACKAGE / "_shipped", PACKAGE.parent.parent):
        if (root / "ontology").is_dir():
            return root
    raise SourceError(
        "The shipped ontology and data are missing from this installation; install glutakg again.",
        path=PACKAGE,
    )


def kept_files() -> list[ShippedFile]:
    """Return every file that git keeps and that holds data (shapes do not), sorted by its place in the tree.

    `glutakg.dataset.shipped_files()` has those besides that are generated.
    """
    root = shipped_root()
    return [
        *(ShippedFile(path, "ontology") for path in sorted(root.glob("ontology/*.ttl"))),
        *(ShippedFile(path, f"imports/{path.stem}") for path in sorted(root.glob("ontology/imports/*.ttl"))),
        *(ShippedFile(path, path.parent.name) for path in sorted(root.glob("data/*/*.ttl"))),
        *(ShippedFile(path, path.parent.name) for path in sorted(root.glob("data/*/*.sssom.tsv"))),
    ]


def shape_files() -> list[Path]:
    """Return the shipped SHACL files, sorted."""
    return sorted(shipped_root().glob("ontology/shapes/*.ttl"))


def query_files() -> list[Path]:
    """Return the shipped SPARQL files that people ask, sorted; the folder of each is its subject."""
    return [path for path in sorted(shipped_root().glob("queries/*/*.rq")) if path.parent.name != _PROGRAM]


def program_query_files() -> list[Path]:
    """Return the shipped SPARQL files that only the program asks, sorted."""
    return sorted(shipped_root().glob(f"queries/{_PROGRAM}/*.rq"))


def program_query_file(name: str) -> Path:
    """Return where the query of this name lies that only the program asks."""
    return shipped_root() / "queries" / _PROGRAM / f"{name}.rq"
