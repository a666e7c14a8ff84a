"""The ontologies that an ontology imports (`owl:imports`), had with it where the user asks for that.

Each counts once, however many import it, and cycles end. A file may be named for an IRI by a catalog in the
form of OASIS XML Catalogs 1.1, as Protégé and ROBOT write it; without one, the IRI is the address.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from glutakg.dataset import Import
from glutakg.errors import SourceError
from glutakg.linking.fetching import is_address
from glutakg.linking.making import Imported

__all__ = ["followed", "read_catalog"]


MOST_FOLLOWED = 200
"""Ontologies that one may bring with it."""

_CATALOG = "{urn:oasis:names:tc:entity:xmlns:xml:catalog}"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_MOST_CATALOG_BYTES = 10_000_000


def followed(
    first: Imported,
    listed: Sequence[Import],
    places: Mapping[str, str],
    make: Callable[[str, str | None, bool], Imported],
) -> tuple[list[Imported], list[str]]:
    """Have the ontologies that one imports, and those that they import, each once; told is what is left out.

    What is imported already under such an IRI, as ontology or version, stays as it is. What a file names must
    be at a public host, unless the user named that host, or names it in the catalog.

    Args:
        first: that has been had.
        listed: what is imported already.
        places: the file or address for an IRI, as `read_catalog` gives it.
        make: has an ontology, given its source, a name for it (None for its own), and whether its address
            must be that of a public host.

    Raises:
        SourceError: one of them cannot be had or read, or there are too many.
    """
    known = {iri for each in (first.made, *listed) for iri in _iris(each)}
    names = {each.name: each.ontology for each in (*listed, first.made)}
    typed = _host(first.made.source)
    versions = {each.ontology: each.version for each in (*listed, first.made) if each.ontology}
    found: list[Imported] = []
    notes: list[str] = []
    waiting = [(iri, first.made.source) for iri in first.made.others]
    while waiting:
        iri, by = waiting.pop(0)
        if iri in known:
            continue
        if len(found) == MOST_FOLLOWED:
            message = f"It imports more than {MOST_FOLLOWED} ontologies, which are not followed any more."
            raise SourceError(message, path=first.made.source)
        source = places.get(iri, iri)
        if iri not in places and not is_address(iri):
            message = f"It imports {iri[:200]}, which is no address; a file for it can be named by --catalog."
            raise SourceError(message, path=by)
        try:
            one = make(source, None, iri not in places and _host(iri) != typed)
            if one.made.ontology in versions:  # another address or release of what is there
                there = versions[one.made.ontology]
                if one.made.version != there:
                    notes.append(f"{by} imports {iri}, a release beside {there}, which stays.")
                known.add(iri)
                continue
            if one.made.name in names and names[one.made.name] != one.made.ontology:
                free = (f"{one.made.name[:60]}-{number}" for number in range(2, MOST_FOLLOWED + 3))
                name = next(each for each in free if each not in names)
                one = Imported(one.made._replace(name=name), one.notes)
        except SourceError as error:
            message = f"{str(error).rstrip('.')}; {by} imports it. --catalog can name a file for it."
            raise SourceError(message) from None
        known |= {iri, *_iris(one.made)}
        names[one.made.name] = one.made.ontology
        if one.made.ontology:
            versions[one.made.ontology] = one.made.version
        found.append(one)
        waiting += [(each, one.made.source) for each in one.made.others]
    return found, notes


def _host(source: str) -> str | None:
    """Return the host and port of an address; None where it is none."""
    try:
        return urlsplit(source).netloc if is_address(source) else None
    except ValueError:
        return None


def _iris(each: Import) -> set[str]:
    return {each.ontology, each.version, each.source} - {""}


def read_catalog(path: Path) -> dict[str, str]:
    """Return which file or address a catalog names for each IRI.

    Args:
        path: of the catalog; its `uri` elements count, and relative names are beside it.

    Raises:
        SourceError: it cannot be read, or is no such catalog.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_CATALOG_BYTES + 1)
    except OSError as error:
        raise SourceError(f"The catalog cannot be read ({error.strerror}).", path=path) from error
    if len(data) > _MOST_CATALOG_BYTES or b"<!DOCTYPE" in data or b"\0" in data:  # UTF-16 could hide one
        message = "This catalog is too large, has a DTD, which none needs, or is in UTF-16."
        raise SourceError(message, path=path)
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise SourceError(f"This is no catalog: {error}.", path=path) from None
    if root.tag != f"{_CATALOG}catalog":
        raise SourceError("This is no catalog in the form of OASIS XML Catalogs.", path=path)
    found: dict[str, str] = {}
    waiting = [(root, path.parent)]
    while waiting:
        element, folder = waiting.pop()
        folder = folder / _as_path(element.get(_BASE, ""))
        for each in element:
            if each.tag == f"{_CATALOG}group":
                waiting.append((each, folder))
            elif each.tag == f"{_CATALOG}uri" and (iri := each.get("name")) and (place := each.get("uri")):
                found.setdefault(iri, place if is_address(place) else str(folder / _as_path(place)))
            elif isinstance(each.tag, str):
                kind = each.tag.rpartition("}")[2]
                message = f"Its entry {kind} is not read; name each file by uri, with name and uri."
                raise SourceError(message, path=path)
    return found


def _as_path(place: str) -> str:
    return unquote(place.removeprefix("file://").removeprefix("file:"))
