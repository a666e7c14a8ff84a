"""The door of a room: what its `__init__` offers is imported when it is first asked for, and not before."""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["door"]


def door(room: str, offered: Mapping[str, Sequence[str]]) -> tuple[Callable[[str], object], list[str]]:
    """Return the `__getattr__` and the `__all__` of a package that offers names of its modules.

    Args:
        room: name of the package.
        offered: for each module of the package, the names that it gives to others.

    >>> find, names = door("glutakg.rdf", {"terms": ("Iri", "Literal")})
    >>> names, find("Iri").__module__
    (['Iri', 'Literal'], 'glutakg.rdf.terms')
    """
    place = {name: module for module, names in offered.items() for name in names}

    def find(name: str) -> object:
        if name not in place:
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(f"{room}.{place[name]}"), name)

    return find, sorted(place)
