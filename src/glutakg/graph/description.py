"""What the graph tells about one term, as sections of rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glutakg.languages import N_, translator
from glutakg.rdf import Literal, compress
from glutakg.sparql import Rows
from glutakg.text import Style

if TYPE_CHECKING:
    from glutakg.claims import SourceText

__all__ = ["DESCRIPTION_SECTIONS", "Description", "with_passages"]
_PLAIN = Style()


DESCRIPTION_SECTIONS: Mapping[str, str] = {
    "labels": N_("names"),
    "types": N_("types"),
    "relations": N_("relations"),
    "inferences": N_("what follows"),
    "claims": N_("claims"),
    "balance": N_("balance of evidence"),
    "evidence": N_("evidence"),
    "conflicts": N_("conflicts"),
    "sources": N_("sources"),
    "mappings": N_("mappings"),
}
"""What a description holds, in order, with its heading in English.

The catalogue query `term-<section>` answers each.
"""


@dataclass(frozen=True, slots=True, repr=False)
class Description:
    """What the graph tells about one term: its IRI, and the rows of each section that has any."""

    iri: str
    sections: Mapping[str, Rows]
    lang: str = "en"

    def __getitem__(self, section: str) -> Rows:
        return self.sections[section]

    @property
    def curie(self) -> str:
        """The short form of the IRI."""
        return compress(self.iri)

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        told = ", ".join(f"{section} ({len(rows)})" for section, rows in self.sections.items())
        return f"<Description {self.curie}: {told}>"

    def _repr_html_(self) -> str:
        from glutakg.graph.notebook import description_html
        from glutakg.markup import framed

        return framed(description_html(self))

    def to_text(self, width: int | None = None, style: Style = _PLAIN) -> str:
        """Return the description as text, a heading and a table for each section.

        Args:
            width: columns that a line may take, as `Rows.to_table` says.
            style: how headings and cells stand out.
        """
        titled = self.titled()
        blocks = (f"{style.heading(title.upper())}\n{rows.to_table(width, style)}" for title, rows in titled)
        return "\n\n".join((style.heading(self.curie), *blocks))

    def to_markdown(self) -> str:
        """Return the description as Markdown, a heading and a table for each section."""
        blocks = (f"## {title}\n\n{rows.to_markdown()}" for title, rows in self.titled())
        return "\n\n".join((f"# {self.curie}", *blocks))

    def titled(self) -> Iterator[tuple[str, Rows]]:
        """Yield each section under its heading in the language of the description."""
        _ = translator(self.lang)
        for section, rows in self.sections.items():
            yield _(DESCRIPTION_SECTIONS[section]), rows


def with_passages(rows: Rows, source: "SourceText") -> Rows:
    """Return rows with the passage of each, where they tell where it begins and ends."""
    if not {"start", "end"} <= set(rows.variables):
        return rows
    variables = (*rows.variables, "passage")
    terms = [dict(zip(rows.variables, each, strict=True)) for each in rows.terms]
    for row, each in zip(rows, terms, strict=True):
        start, end = row["start"], row["end"]
        assert isinstance(start, int)
        assert isinstance(end, int)
        each["passage"] = Literal(source.passage(start, end))
    return Rows(variables, terms)
