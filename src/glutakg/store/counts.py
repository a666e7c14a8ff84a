"""How many triples a store has: counted while it is compacted, and kept beside it."""

import json
from collections.abc import Mapping
from pathlib import Path

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from pyoxigraph import Store

__all__ = ["counted", "keep_counts", "kept_counts"]


_COUNTS = "counts.json"


def counted(store: "Store") -> dict[str, int]:
    """Return the number of triples of each named graph and, under no name, of the default graph."""
    patterns = {each.value: f"GRAPH {each} {{ ?s ?p ?o }}" for each in store.named_graphs()}
    numbers = {name: _number(store, pattern) for name, pattern in patterns.items()}
    return {"": _number(store, "?s ?p ?o"), **{name: each for name, each in numbers.items() if each}}


def _number(store: "Store", pattern: str) -> int:
    from pyoxigraph import QuerySolutions  # by whoever has a store; who only reads the counts needs none

    found = store.query(f"SELECT (COUNT(*) AS ?number) {{ {pattern} }}")
    assert isinstance(found, QuerySolutions)
    return int(next(found)["number"].value)


def keep_counts(folder: Path, counts: Mapping[str, int]) -> None:
    """Keep in the folder of a store what was counted of it.

    Raises:
        OSError: it cannot be written.
    """
    (folder / _COUNTS).write_text(json.dumps(counts), encoding="utf-8")


def kept_counts(location: str) -> dict[str, int]:
    """Return what was counted of a store when it was compacted; nothing where it was not, or lies elsewhere.

    Args:
        location: of the store, as an engine names it: a folder, an address, or what stands for memory.
    """
    if not Path(location).is_absolute():
        return {}
    try:
        counts = json.loads((Path(location) / _COUNTS).read_bytes())
        return {str(name): int(each) for name, each in counts.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
