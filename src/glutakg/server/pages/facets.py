"""Facets of a list: by what it can be narrowed down, and how many things each value leaves."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from glutakg.claims import Named
from glutakg.errors import ParameterError
from glutakg.languages import N_, Translator
from glutakg.rdf import local_name
from glutakg.server.pages.links import Links

__all__ = ["Choice", "Facet", "Narrowed", "check", "choices", "end_of", "year"]


Thing = TypeVar("Thing")
_YEAR = re.compile("[12][0-9]{3}")


@dataclass(frozen=True, slots=True)
class Facet(Generic[Thing]):
    """By what things can be chosen: the word for it, and what a thing has of it."""

    label: str
    values: Callable[[Thing], Iterable[Named]]


@dataclass(frozen=True, slots=True)
class Choice:
    """A facet as the form shows it: its name in the address, its label, and the labels of its values."""

    name: str
    label: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Gives addresses of the list as it is narrowed down already; those of other pages as `links` does."""

    links: Links
    fields: Mapping[str, str]

    def to(self, path: str, /, **fields: str | None) -> str:
        """Return the address of the list, narrowed down further."""
        return self.links.to(path, **{**self.fields, **fields})

    def to_term(self, iri: str, /) -> str:
        """Return the address of the page of a term."""
        return self.links.to_term(iri)


def end_of(named: Named) -> str:
    """Return the end of an IRI, by which an address names a value."""
    return local_name(named.iri)


def choices(
    facets: Mapping[str, Facet[Thing]],
    things_without: Callable[[str], Sequence[Thing]],
    _: Translator,
) -> list[Choice]:
    """Return the values of each facet by label, each with the number of things that it leaves.

    Args:
        facets: by their name in the address.
        things_without: gives the things that fit all that is asked for but one facet.
        _: gives messages in the language of the page.
    """
    found = []
    for name, facet in facets.items():
        counted: dict[Named, int] = {}
        for thing in things_without(name):
            for value in dict.fromkeys(facet.values(thing)):
                counted[value] = counted.get(value, 0) + 1
        ranked = sorted(counted.items(), key=lambda item: item[0].label)
        values = {end_of(value): f"{value.label} ({count})" for value, count in ranked}
        found.append(Choice(name, _(facet.label), values))
    return found


def check(name: str, given: Mapping[str, str], known: Iterable[str], label: str) -> None:
    """Raise `ParameterError` where a facet is given a value that there is not."""
    values = list(dict.fromkeys(known))
    if name in given and given[name] not in values:
        message = N_(
            "Under {filter} there is no {value!r}; choose one of {choices}.",
            value=given[name][:80],
            filter=label,
            choices=", ".join(values),
        )
        raise ParameterError(message, parameter=name)


def year(given: Mapping[str, str], name: str) -> int | None:
    """Return the year that is given, None without one; raise `ParameterError` where it is none."""
    text = given.get(name, "").strip()
    if text and not _YEAR.fullmatch(text):
        message = N_("{value!r} is no year; give four digits, such as 2015.", value=text[:80])
        raise ParameterError(message, parameter=name)
    return int(text) if text else None
