"""Pages from templates: what every template may use, and how text is shown that no page can hold."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup, escape

from glutakg.charts import ICONS
from glutakg.claims import CONTRADICTS, SUPPORTS, balance_text, citations, of_stance, place, population, study
from glutakg.judgements import judgement_of
from glutakg.languages import LANGUAGE_NAMES, LANGUAGES, translator
from glutakg.rdf import Iri, compress, local_name
from glutakg.server.http.static import static_paths
from glutakg.server.pages.links import Links
from glutakg.text import turns_text_around, xml_can_hold
from glutakg.why import manner

__all__ = ["page", "read_templates", "visible"]

_TEMPLATES = Path(__file__).with_name("templates")
_STYLE = re.compile(r"&lt;(em|i|small|sub|sup)&gt;((?:(?!&lt;).)*)&lt;/\1&gt;")


def visible(value: object) -> object:
    r"""Return a value of a template as the page shows it; it is escaped afterwards, unless it is HTML.

    Characters that no page may hold, or that turn the direction of text, become backslash escapes; None
    shows nothing.

    >>> visible("a\x00b"), visible(None), visible(3)
    ('a\\x00b', '', '3')
    """
    if isinstance(value, Markup):
        return value
    text = "" if value is None else str(value)
    if xml_can_hold(text) and not turns_text_around(text):
        return text
    return "".join(map(_visible_character, text))


def _visible_character(character: str) -> str:
    if not xml_can_hold(character) or turns_text_around(character):
        return character.encode("unicode_escape").decode()
    return character


@cache
def read_templates() -> Environment:
    """Return the templates, all read: a process that may open no more files can still fill them in.

    Raises:
        SourceError: the messages of a language cannot be read.
    """
    for lang in LANGUAGES:
        translator(lang)
    environment = Environment(
        loader=DictLoader({path.name: path.read_text(encoding="utf-8") for path in _TEMPLATES.iterdir()}),
        autoescape=True,
        auto_reload=False,
        finalize=visible,
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "curie": compress,
        "local": local_name,
        "heading_id": _heading_id,
        "formula_parts": _formula_parts,
        "styled": _styled,
        "judgement": judgement_of,
    }
    environment.tests["named"] = lambda term: isinstance(term, Iri)
    environment.globals |= {
        "CONTRADICTS": CONTRADICTS,
        "ICONS": ICONS,
        "LANGUAGE_NAMES": LANGUAGE_NAMES,
        "SUPPORTS": SUPPORTS,
        "balance_text": balance_text,
        "citations": citations,
        "drawn": Markup,
        "manner": manner,
        "of_stance": of_stance,
        "place": place,
        "static": static_paths(),
        "population": population,
        "study": study,
        "translator": translator,
    }
    return environment


def _heading_id(name: str) -> str:
    """Return the identifier of a heading, for links into a page."""
    return "".join(each if each.isalnum() else "-" for each in name.lower())


def _formula_parts(formula: str) -> list[str]:
    """Return the symbols and the numbers of a formula, in order."""
    return re.findall(r"[0-9]+|[^0-9]+", formula)


def _styled(text: str) -> Markup:
    r"""Return a text with small and raised letters where ChEBI marks them; all else in it is escaped.

    >>> _styled("<small>L</small>-x, <b onclick=f>y</b>, <sub>z")
    Markup('<small>L</small>-x, &lt;b onclick=f&gt;y&lt;/b&gt;, &lt;sub&gt;z')
    """
    return Markup(_STYLE.sub(r"<\1>\2</\1>", str(escape(visible(text)))))


def page(
    template: str,
    links: Links,
    title: str,
    *,
    path: str,
    fields: Mapping[str, str | Sequence[str]] | None = None,
    **context: object,
) -> str:
    """Return a page: a template filled in.

    Args:
        template: name of its file, without .html.
        links: of the page; they know its language.
        title: of the page; it is its `h1` as well.
        path: of the page on the server, not encoded, such as /data/taurine.
        fields: the parameters of its address besides lang, which the switch of language keeps.
        context: what else the template shows.

    Raises:
        UndefinedError: the template shows something that it was not given.
        ValueError: a link would lead to something other than the web.

    >>> given = {"fields": {"text": ""}, "groups": [], "number": 0, "most": 1}
    >>> found = page("search", Links("en"), "A < B", path="/search", **given)
    >>> "<title>A &lt; B · glutakg</title>" in found
    True
    """
    return (
        read_templates()
        .get_template(f"{template}.html")
        .render(
            _=translator(links.lang),
            links=links,
            title=title,
            path=path,
            fields=fields or {},
            **context,
        )
    )
