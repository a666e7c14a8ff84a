"""HTML as all pages share it: escaping, the frame of a page, its language, its security headers."""

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias
from urllib.parse import quote, urlencode

from glutakg.languages import LANGUAGE_NAMES, LANGUAGES
from glutakg.text import xml_can_hold

__all__ = ["Html", "Node", "address", "element", "escaped", "join", "page"]


_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
_ATTRIBUTE = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*")
_LINKING = frozenset({"action", "href", "src"})
_SAFE_ADDRESS = re.compile(r"(?!.*[\x00-\x20\\])(?:https?://|/(?!/)|[#?]|[\w.-]+(?:[/?#]|\Z))", re.DOTALL)
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_TURNS_TEXT_AROUND = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NAVIGATION = {
    "/": {"en": "Start", "nl": "Start"},
    "/query": {"en": "Query", "nl": "Vragen"},
    "/evidence": {"en": "Evidence", "nl": "Bewijs"},
    "/conflicts": {"en": "Conflicts", "nl": "Tegenspraken"},
    "/openapi.json": {"en": "API", "nl": "API"},
}
_WORDS = {
    "en": {
        "skip": "Skip to the content",
        "navigation": "Main",
        "language": "Language",
        "tagline": "the glutamate-glutamine-GABA cycle: who claims what, what speaks for and against it",
        "notice": "glutakg is a research tool. It records claims and findings, many of them disputed.",
        "no advice": "It gives no medical advice.",
        "licence": "Ontology, data and queries: CC BY 4.0. Code: MIT.",
    },
    "nl": {
        "skip": "Naar de inhoud",
        "navigation": "Hoofdmenu",
        "language": "Taal",
        "tagline": "de glutamaat-glutamine-GABA-cyclus: wie wat beweert, wat ervoor en ertegen spreekt",
        "notice": "glutakg is een hulpmiddel voor onderzoek. Het legt beweringen en bevindingen vast, "
        "waarvan veel betwist.",
        "no advice": "Het geeft geen medisch advies.",
        "licence": "Ontologie, gegevens en vragen: CC BY 4.0. Code: MIT.",
    },
}


class Html(str):
    """Text that is HTML already, made by `element`, `join` or `escaped`; every other text gets escaped."""

    __slots__ = ()


Node: TypeAlias = "str | int | Iterable[Node] | None"
"""What may stand in an element: HTML, text, a number, nothing, or several of these."""


def escaped(text: object) -> Html:
    r"""Return text as HTML that shows it, also characters that no page may hold or that turn text round.

    >>> print(escaped("<b>GABA & 'x'</b>"), escaped("a\x00b"))
    &lt;b&gt;GABA &amp; &#39;x&#39;&lt;/b&gt; a\x00b
    """
    if isinstance(text, Html):
        return text
    plain = str(text)
    if not xml_can_hold(plain) or _TURNS_TEXT_AROUND.search(plain):
        plain = "".join(map(_shown, plain))
    return Html(plain.translate(_ESCAPES))


def _shown(character: str) -> str:
    if not xml_can_hold(character) or _TURNS_TEXT_AROUND.match(character):
        return character.encode("unicode_escape").decode()
    return character


def join(nodes: Iterable[Node], between: Node = "") -> Html:
    """Return the nodes one after the other, with `between` between them.

    >>> print(join(["a", element("b", "<"), None, 3], ", "))
    a, <b>&lt;</b>, 3
    """
    return Html(_flat(between).join(_flat(node) for node in nodes if node is not None))


def _flat(node: Node) -> str:
    if node is None:
        return ""
    return escaped(node) if isinstance(node, str | int) else "".join(map(_flat, node))


def element(
    name: str, /, *children: Node, attributes: Mapping[str, object] | None = None, **more: object
) -> Html:
    """Return an element with its attributes and what stands in it, all escaped that is not `Html`.

    Args:
        name: of the element.
        children: what stands in it.
        attributes: by name; None and False leave one out, True gives it without a value.
        more: the same for names that are Python names; `_` at the end is taken off, inside it becomes `-`.

    Raises:
        ValueError: an attribute has no proper name, or a link would lead to something other than the web.

    >>> print(element("a", "x < y", href="/data/x?a=1&b=2", class_="term", hidden=False))
    <a href="/data/x?a=1&amp;b=2" class="term">x &lt; y</a>
    """
    all_attributes = dict(attributes or {})
    all_attributes |= {key.rstrip("_").replace("_", "-"): value for key, value in more.items()}
    written = "".join(_attribute(key, value) for key, value in all_attributes.items())
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{''.join(map(_flat, children))}</{name}>")


def _attribute(name: str, value: object) -> str:
    if value is None or value is False:
        return ""
    if not _ATTRIBUTE.fullmatch(name) or name.lower().startswith("on") or name == "style":
        raise ValueError(f"{name!r} cannot be an attribute here.")
    if value is True:
        return f" {name}"
    if name in _LINKING and not _SAFE_ADDRESS.match(str(value)):
        raise ValueError(f"{str(value)[:80]!r} is no address that a page may lead to.")
    return f' {name}="{escaped(str(value))}"'


def address(path: str, /, *, root: str = "", **fields: str | None) -> str:
    """Return the address of a page of this server.

    Args:
        path: of the page, not yet encoded.
        root: the path under which the server is seen, without a slash at its end.
        fields: parameters by name; None leaves one out.

    >>> address("/why", s="gkd:taurine", lang="nl", o=None)
    '/why?s=gkd%3Ataurine&lang=nl'
    """
    given = {name: value for name, value in fields.items() if value is not None}
    # a path may begin with one slash only: two would name another server
    path = "/" + quote(path.lstrip("/"), safe="/:@!$&()*+,;=~")
    return f"{root}{path}{'?' if given else ''}{urlencode(given)}"


def page(
    title: str,
    body: Node,
    *,
    lang: str,
    path: str,
    fields: Mapping[str, str] | None = None,
    scripts: Iterable[str] = (),
    styles: Iterable[str] = (),
    alternates: Mapping[str, str] | None = None,
    root: str = "",
) -> str:
    """Return a whole page: `body` between the header with navigation and the footer.

    Args:
        title: of the page; it is its `h1` as well.
        body: what stands under the title.
        lang: en or nl.
        path: of the page on the server, not encoded, such as /data/taurine.
        fields: the parameters of its address besides lang, which the switch of language keeps.
        scripts: addresses on this server, such as /static/query.js; they run when the page has been read.
        styles: the same of style sheets besides the common one.
        alternates: addresses of the page in other media types, by media type.
        root: the path under which the server is seen, without a slash at its end.

    >>> "<title>A &lt; B · glutakg</title>" in page("A < B", "", lang="en", path="/")
    True
    """
    words = _WORDS[lang]
    sheets = [f"/static/{_COMMON_STYLE}", *styles]
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", attributes={"name": "color-scheme"}, content="light dark"),
        element("title", f"{title} · glutakg"),
        [element("link", rel="stylesheet", href=f"{root}{sheet}") for sheet in sheets],
        element("link", rel="icon", href=f"{root}/static/icon.svg", type="image/svg+xml"),
        [
            element("link", rel="alternate", type=media_type, href=where)
            for media_type, where in (alternates or {}).items()
        ],
        [
            element("link", rel="alternate", hreflang=other, href=_in_language(path, fields, other, root))
            for other in LANGUAGES
        ],
        [element("script", src=f"{root}{script}", defer=True) for script in scripts],
    )
    header = element(
        "header",
        element("a", words["skip"], href="#content", class_="skip"),
        element(
            "div",
            element("a", "glutakg", href=address("/", root=root, lang=lang), class_="name"),
            element("p", words["tagline"], class_="tagline"),
            class_="brand",
        ),
        element("nav", _navigation(lang, path, root), aria_label=words["navigation"]),
        element("nav", _language_switch(lang, path, fields, root), aria_label=words["language"]),
        class_="site-header",
    )
    main = element("main", element("h1", title), body, id="content", tabindex="-1")
    footer = element(
        "footer",
        element("p", words["notice"], " ", element("strong", words["no advice"])),
        [
            element("p", element("strong", other["no advice"]), lang=code)
            for code, other in _WORDS.items()
            if code != lang
        ],
        element("p", words["licence"]),
        class_="site-footer",
    )
    document = element("html", head, element("body", header, main, footer), lang=lang)
    return f"<!DOCTYPE html>\n{document}\n"


_COMMON_STYLE = "style.css"


def _navigation(lang: str, path: str, root: str) -> Html:
    links = []
    for where, names in _NAVIGATION.items():
        href = address(where, root=root, lang=None if where.endswith(".json") else lang)
        current = "page" if path == where else None
        links.append(element("li", element("a", names[lang], href=href, aria_current=current)))
    return element("ul", links)


def _language_switch(lang: str, path: str, fields: Mapping[str, str] | None, root: str) -> Html:
    return element(
        "ul",
        [
            element(
                "li",
                element(
                    "a",
                    name,
                    href=_in_language(path, fields, code, root),
                    lang=code,
                    hreflang=code,
                    aria_current="true" if code == lang else None,
                ),
            )
            for code, name in LANGUAGE_NAMES.items()
        ],
    )


def _in_language(path: str, fields: Mapping[str, str] | None, lang: str, root: str) -> str:
    return address(path, root=root, **{**(fields or {}), "lang": lang})
