"""The catalogue: one runnable SPARQL query per file, found by name, and what is given for its parameters.

Beside the queries that people ask there are those that the program asks for its own answers and pages. They
lie in `queries/program` and are not listed, but can be run by name all the same.

The `VALUES` lines of parameters stand first in the outermost pattern. Where a program asks for another value,
the line is taken out and the variable bound to a typed term (an IRI, a string, a number or a boolean) by the
store. A page shows the text that it runs: the typed term is written into the line, and read back from it. No
text of a user ever becomes part of a query otherwise.
"""

import warnings
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from glutakg.dataset.headers import CatalogueQuery, load_query
from glutakg.dataset.old_names import DROPPED_IN, OLD_NAMES
from glutakg.dataset.parameters import Parameter, Resolver, Value, coerce
from glutakg.dataset.shipped import program_query_file, program_query_files, query_files
from glutakg.errors import ParameterError, QueryError
from glutakg.languages import N_
from glutakg.markup import Html, element, fold, framed, table
from glutakg.rdf import Iri, compress, expand
from glutakg.text import did_you_mean

__all__ = [
    "Catalogue",
    "as_plain",
    "bind",
    "catalogue",
    "load_program_queries",
    "program_query",
    "renaming",
    "terms_of",
]


class Catalogue(Mapping[str, CatalogueQuery]):
    """The catalogue queries by name, sorted; a file is read when its query is first asked for.

    A query of the program and an old name are found as well, but not listed; an old name with a
    `FutureWarning`.

    Raises `QueryError` for an unknown name, a name that two files share, and a broken header.

    >>> empty = Catalogue([])
    >>> len(empty)
    0
    """

    def __init__(
        self,
        paths: Iterable[Path],
        *,
        program: Iterable[Path] = (),
        old_names: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Take the query files, whose stems are the names.

        Args:
            paths: those that are listed.
            program: those that are not, since only the program asks them.
            old_names: the name of a query by the name that it had before.
        """
        listed = sorted(paths, key=lambda path: path.stem)
        self._listed = tuple(path.stem for path in listed)
        self._old_names = old_names
        self._paths: dict[str, Path] = {}
        self._loaded: dict[str, CatalogueQuery] = {}
        for path in (*listed, *program):
            if path.stem in self._paths:
                other = self._paths[path.stem]
                raise QueryError(
                    N_(
                        "Two catalogue queries are named {stem!r}: {other} and {path}; rename one.",
                        stem=path.stem,
                        other=other,
                        path=path,
                    )
                )
            self._paths[path.stem] = path

    def __getitem__(self, name: str) -> CatalogueQuery:
        """Return the query called `name`, or once called so."""
        current = self.current_name(name)
        if current != name:
            warnings.warn(renaming(name, current), FutureWarning, stacklevel=2)
        if current not in self._loaded:
            self._loaded[current] = load_query(self._paths[current])
        return self._loaded[current]

    def current_name(self, name: str) -> str:
        """Return what the query is called that is or was called `name`; raise `QueryError` for no query.

        >>> catalogue().current_name("nutrient-evidence")
        'evidence-on-nutrient'
        """
        if name in self._paths:
            return name
        if name not in self._old_names:
            hint = did_you_mean(name, self._listed)
            raise QueryError(
                N_(
                    "There is no catalogue query {name!r}.{hint} `glutakg queries` lists them all.",
                    name=name,
                    hint=hint,
                )
            )
        return self._old_names[name]

    def __contains__(self, name: object) -> bool:
        """Return whether a query is or was called `name`, without reading its file."""
        return name in self._paths or name in self._old_names

    def __iter__(self) -> Iterator[str]:
        """Go through the names of the queries that people ask, in alphabetical order."""
        return iter(self._listed)

    def __len__(self) -> int:
        """Return the number of queries that people ask."""
        return len(self._listed)

    def __repr__(self) -> str:
        return f"<Catalogue of {len(self)} queries: kg.catalogue.search(WORD), kg.run(NAME)>"

    def _repr_html_(self) -> str:
        """Give a notebook the queries by subject, each with its title and parameters."""
        by_subject: dict[str, list[CatalogueQuery]] = {}
        for query in self.values():
            by_subject.setdefault(query.subject, []).append(query)
        return framed(
            element("h4", f"{len(self)} queries: kg.run(NAME, parameter=…)"),
            *(fold(f"{subject} ({len(listed)})", _listed(listed)) for subject, listed in by_subject.items()),
        )

    def recognized(self, text: str) -> tuple[CatalogueQuery, dict[str, Value]] | None:
        """Return the listed query that a text is, with the values that stand in it; None for any other text.

        >>> query = catalogue()["evidence-on-nutrient"]
        >>> found = catalogue().recognized(query.text)
        >>> found[0].name, found[1]["nutrient"].value
        ('evidence-on-nutrient', 'https://w3id.org/glutakg/data/magnesium')
        """
        for query in self.values():
            if (values := query.values_in(text)) is not None:
                return query, values
        return None

    def search(self, word: str = "", *, tag: str | None = None) -> list[CatalogueQuery]:
        """Return the queries that contain `word` in name, title, question or tags and carry `tag`, by name.

        Upper and lower case count as the same. An unknown tag is a `QueryError` with near misses.
        """
        queries = list(self.values())
        if tag is not None:
            tags = {each for query in queries for each in query.tags}
            if tag not in tags:
                listed = ", ".join(sorted(tags))
                raise QueryError(
                    N_(
                        "No catalogue query has the tag {tag!r}.{hint} Tags: {listed}.",
                        tag=tag,
                        hint=did_you_mean(tag, tags),
                        listed=listed,
                    )
                )
            queries = [query for query in queries if tag in query.tags]
        return [query for query in queries if _folded(word) in _searchable(query)]


def _listed(queries: Iterable[CatalogueQuery]) -> Html:
    rows = [
        (element("code", each.name), each.title["en"], ", ".join(part.name for part in each.parameters))
        for each in queries
    ]
    return table(("name", "title", "parameters"), rows)


def catalogue() -> Catalogue:
    """Return the catalogue of shipped queries."""
    return Catalogue(query_files(), program=program_query_files(), old_names=OLD_NAMES)


def renaming(old: str, new: str) -> str:
    """Return the sentence that tells the new name of a query, and how long the old one answers."""
    return f"The query {old!r} is now called {new!r}; release {DROPPED_IN} drops the old name."


def program_query(name: str) -> CatalogueQuery:
    """Return the query of that name which the program asks for itself; its file is read once in a process.

    >>> [parameter.name for parameter in program_query("term-as-graph").parameters]
    ['term']
    """
    return _load_once(program_query_file(name))


def load_program_queries() -> None:
    """Read every query of the program, for a process that will not be able to open files."""
    for path in program_query_files():
        _load_once(path)


_load_once = cache(load_query)


def as_plain(query: CatalogueQuery) -> dict[str, object]:
    """Return what the header of a query says as plain values, to be written as JSON."""
    return {
        "name": query.name,
        "subject": query.subject,
        "title": query.title,
        "question": query.question,
        "tags": query.tags,
        "answers": query.answers,
        "needs": query.needs,
        "ontologies": query.ontologies,
        "parameters": [_parameter_as_plain(parameter) for parameter in query.parameters],
    }


def _parameter_as_plain(parameter: Parameter) -> dict[str, object]:
    default = parameter.default
    return {
        "name": parameter.name,
        "type": parameter.type,
        "description": parameter.description,
        "default": compress(default.value) if isinstance(default, Iri) else default.value,
    }


def bind(
    query: CatalogueQuery, values: Mapping[str, object], *, resolve: Resolver = expand
) -> tuple[str, dict[str, Value]]:
    """Return the text of `query` without the defaults of the parameters in `values`, and their typed terms.

    `values` maps parameter names to Python values or to text; what is not given keeps its default. `resolve`
    makes the IRI of what is given for a parameter of type `iri`. Line numbers stay as they are in the file.
    Raises `ParameterError` for an unknown parameter and for a value that does not fit its type.
    """
    terms = terms_of(query, values, resolve=resolve)
    return query.without_defaults(*terms), terms


def terms_of(
    query: CatalogueQuery, values: Mapping[str, object], *, resolve: Resolver = expand
) -> dict[str, Value]:
    """Return the typed terms of values for parameters of `query`, as `bind` does."""
    known = {parameter.name: parameter for parameter in query.parameters}
    terms: dict[str, Value] = {}
    for name, value in values.items():
        if name not in known:
            raise ParameterError(_unknown_parameter(query, name, known), parameter=name)
        terms[name] = coerce(known[name], value, resolve=resolve)
    return terms


def _unknown_parameter(query: CatalogueQuery, name: str, known: Iterable[str]) -> str:
    names = ", ".join(known)
    if not names:
        return N_("The query {query!r} has no parameter {name!r}. It has none.", query=query.name, name=name)
    return N_(
        "The query {query!r} has no parameter {name!r}.{hint} It has {names}.",
        query=query.name,
        name=name,
        hint=did_you_mean(name, known),
        names=names,
    )


def _searchable(query: CatalogueQuery) -> str:
    return "\n".join((query.name, *query.title.values(), *query.question.values(), *query.tags)).casefold()


def _folded(word: str) -> str:
    """Return a word in one case, its letters whole."""
    from unicodedata import normalize

    return normalize("NFC", word).casefold()
