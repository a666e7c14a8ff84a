"""Shapes of SVG as elements of XML, which escape what stands in them."""

from xml.etree.ElementTree import Element, tostring

from glutakg.text import printable

__all__ = ["arrow_head", "chip", "chip_size", "in_lines", "leading", "markup", "shape", "titled"]


def shape(name: str, *inside: "Element | str", **attributes: str | float | None) -> Element:
    """Return an element of SVG.

    Args:
        name: of the element.
        inside: elements and text in it, in order.
        attributes: `class_` stands for class, an underscore for a hyphen; None leaves one out.

    >>> markup(shape("text", "A < B", class_="label", x=1.5, font_size=9))
    '<text class="label" x="1.5" font-size="9">A &lt; B</text>'
    """
    element = Element(name)
    for key, value in attributes.items():
        if value is not None:
            text = value if isinstance(value, str) else f"{value:.5g}"
            element.set(key.rstrip("_").replace("_", "-"), printable(text))
    last: Element | None = None
    for each in inside:
        if isinstance(each, str):
            text = printable(each)
            if last is None:
                element.text = (element.text or "") + text
            else:
                last.tail = (last.tail or "") + text
        else:
            element.append(each)
            last = each
    return element


def titled(title: str, *inside: Element, href: str | None = None, name: str | None = None) -> Element:
    """Return shapes that tell their title when pointed at, and lead somewhere where there is an address.

    Args:
        title: what is told.
        inside: the shapes.
        href: where a click leads.
        name: what assistive technology calls the link; with one, the keyboard reaches it as well.
    """
    if href is None:
        return shape("g", shape("title", title), *inside)
    reached: dict[str, str] = {"aria_label": name} if name else {"tabindex": "-1"}
    return shape("a", shape("title", title), *inside, href=href, **reached)


def markup(element: Element) -> str:
    """Return an element as text."""
    return tostring(element, encoding="unicode")


def leading(name: str, href: str | None, **attributes: str | float | None) -> Element:
    """Return a line of text, as a link where it leads somewhere."""
    text = shape("text", name, **attributes)
    return text if href is None else shape("a", text, href=href)


def in_lines(text: str, width: int, most: int) -> list[str]:
    """Return a text in lines of at most so many characters; … stands for what goes beyond the last.

    >>> in_lines("glutamate is taken up by astrocytes", 16, 2)
    ['glutamate is', 'taken up by…']
    """
    from textwrap import wrap

    return wrap(text, width, max_lines=most, placeholder="…", break_long_words=False) or [""]


def arrow_head(kind: str) -> Element:
    """Return the head of an arrow, to be named as `#arrow-` and its kind where a line ends."""
    return shape(
        "marker",
        shape("path", d="M0 0 L8 4 L0 8 z"),
        id=f"arrow-{kind}",
        class_=f"head {kind}",
        viewBox="0 0 8 8",
        refX=7,
        refY=4,
        markerWidth=9,
        markerHeight=9,
        markerUnits="userSpaceOnUse",
        orient="auto",
    )


def chip(text: str, x: float, y: float, class_: str) -> list[Element]:
    """Return a small label whose middle lies at a point; `chip_size` says what room it takes."""
    width, height = chip_size(text)
    return [
        shape("rect", class_=class_, x=x - width / 2, y=y - height / 2, width=width, height=height, rx=3),
        shape("text", text, class_=f"mid {class_}", x=x, y=y + 4),
    ]


def chip_size(text: str) -> tuple[float, float]:
    """Return width and height of a small label."""
    return len(text) * 6.1 + 8, 15
