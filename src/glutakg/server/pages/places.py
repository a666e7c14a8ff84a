"""The page of all places: a map of organs, cells and compartments, and what is in each."""

from glutakg.charts import place_map
from glutakg.languages import translator
from glutakg.server.pages.html import page
from glutakg.server.pages.reader import Reader
from glutakg.server.pages.request import PageRequest

__all__ = ["places_page"]


def places_page(reader: Reader, request: PageRequest) -> bytes:
    """Return the map of places, beside which each place tells what is there."""
    _ = translator(request.lang)
    places = reader.places(request.lang)
    return page(
        "places",
        request.links,
        _("Where in the cell"),
        path=request.path,
        places=places,
        map=place_map(places, request.lang, goals=request.links),
    ).encode()
