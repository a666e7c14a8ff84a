"""A chart as pixels, for those who take no SVG: link previews and slides."""

from importlib.resources import files

from glutakg.charts.values import Chart
from glutakg.errors import MissingExtraError

__all__ = ["as_png"]


_FONT = "Source Sans Pro"
_CUTS = ("Regular", "Semibold", "Bold")


def as_png(chart: Chart, width: int = 1200) -> bytes:
    r"""Return the picture of a chart as PNG, on white, in a font that comes along.

    Args:
        chart: what is drawn.
        width: in pixels; the height follows.

    Raises:
        MissingExtraError: what draws pixels is not installed.

    >>> as_png(Chart("a", "en", '<svg viewBox="0 0 2 1"></svg>', (), ()), 20)[:8]
    b'\x89PNG\r\n\x1a\n'
    """
    try:
        from resvg_py import svg_to_bytes

        fonts = files("font_source_sans_pro") / "files"
    except ImportError as error:
        raise MissingExtraError("A picture as PNG", library=error.name, extra="server") from error
    return svg_to_bytes(
        svg_string=chart.svg,
        width=width,
        background="white",
        skip_system_fonts=True,
        font_files=[str(fonts / f"SourceSansPro-{cut}.ttf") for cut in _CUTS],
        font_family=_FONT,
        sans_serif_family=_FONT,
    )
