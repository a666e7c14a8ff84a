"""The graph in a notebook: what is shown of it, and `%sparql`, which asks it."""

import re
import shlex
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from glutakg.errors import GlutakgError, ParameterError
from glutakg.graph.description import Description
from glutakg.graph.knowledge_graph import KnowledgeGraph, open as open_graph
from glutakg.graph.rows import AnswerRows
from glutakg.markup import Html, element, joined_html, link, table
from glutakg.sparql import rows_html
from glutakg.text import printable

if TYPE_CHECKING:
    import rdflib
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["EXAMPLES", "description_html", "graph_html", "load_ipython_extension"]


EXAMPLES = (
    ('kg.run("protective-nutrients")', "what is claimed of nutrients, with the evidence for and against"),
    ('kg.evidence("C054")', "one claim, and the studies on either side"),
    ('kg.why("taurine", "may matter in", "epilepsy")', "where an answer comes from"),
)
"""Three things to try."""

_PARAMETER = re.compile(r"\w+=")


def description_html(description: Description) -> Html:
    """Return a description: a heading and a table for each section."""
    parts = [element("h4", link(description.curie, description.iri))]
    for title, rows in description.titled():
        parts += [element("h4", f"{title} ({len(rows)})"), rows_html(rows)]
    return joined_html(parts)


def graph_html(graph: KnowledgeGraph) -> Html:
    """Return how much there is in each graph, and three things to try; of a closed graph only these."""
    tries = element("ul", *(element("li", element("code", call), " ", tells) for call, tells in EXAMPLES))
    parts = [element("h4", "glutakg: the glutamate-glutamine-GABA cycle"), tries]
    try:
        facts = graph.info()
    except GlutakgError as error:
        parts.append(element("p", error, class_="note"))
        return joined_html(parts)
    counts = facts["graphs"]
    assert isinstance(counts, dict)
    rows = [(name, f"{number:,}") for name, number in counts.items() if not name.startswith("imports/")]
    imported = sum(number for name, number in counts.items() if name.startswith("imports/"))
    rows.append(("imports/…", f"{imported:,}"))
    parts.append(
        table(("graph", "triples"), rows, (False, True), f"{facts['queries']} queries: kg.catalogue")
    )
    return joined_html(parts)


def load_ipython_extension(shell: "InteractiveShell") -> None:
    """Give IPython the magics `%sparql` and `%%sparql`, by `%load_ext glutakg`.

    `%sparql NAME parameter=value …` asks a query of the catalogue, `%sparql SELECT …` and a cell below
    `%%sparql` ask their text. With `--into NAME` the answer becomes a variable instead of being shown. Asked
    is the graph that the variable `kg` holds, or one that is opened.
    """
    from IPython.core.error import UsageError
    from IPython.core.magic import MAGIC_NO_VAR_EXPAND_ATTR

    opened: list[KnowledgeGraph] = []

    def graph() -> KnowledgeGraph:
        mine = shell.user_ns.get("kg")
        if isinstance(mine, KnowledgeGraph):
            return mine
        if not opened:
            opened.append(open_graph())
        return opened[0]

    def sparql(line: str, cell: str | None = None) -> object:
        """Ask the knowledge graph: `%sparql NAME parameter=value …`, `%sparql SELECT …`, or a cell."""
        try:
            into, rest = _into(line)
            answer = _asked(graph(), rest, cell)
            if isinstance(answer, AnswerRows):
                for found in answer.why_empty():
                    print(f"glutakg: note: {printable(str(found))}", file=sys.stderr)
        except GlutakgError as error:
            raise UsageError(printable(str(error))) from None
        if into is None:
            return answer
        shell.user_ns[into] = answer
        return None

    setattr(sparql, MAGIC_NO_VAR_EXPAND_ATTR, True)  # braces and ? are those of SPARQL
    shell.magics_manager.register_function(sparql, magic_kind="line_cell", magic_name="sparql")


def _into(line: str) -> tuple[str | None, str]:
    """Return the variable that the answer goes into, and the rest of the line."""
    option, *after = line.split(maxsplit=2) or [""]
    if option != "--into":
        return None, line.strip()
    name, *rest = after or [""]
    if not name.isidentifier():
        raise ParameterError(f"--into takes the name of a variable; {name!r} is none.", parameter="--into")
    return name, "".join(rest)


def _asked(graph: KnowledgeGraph, line: str, cell: str | None) -> "AnswerRows | bool | rdflib.Graph":
    if cell is not None:
        if line:
            raise ParameterError(
                f"{line!r} is not understood; a cell takes --into NAME and nothing else.", parameter="line"
            )
        return graph.query(cell)
    name, *given = _words(line)
    if name in graph.catalogue or all(map(_PARAMETER.match, given)):
        return graph.run(name, **dict(map(_parameter, given)))  # which knows names that are near
    return graph.query(line)


def _words(line: str) -> Sequence[str]:
    try:
        words = shlex.split(line)
    except ValueError:
        words = line.split()
    if not words:
        raise ParameterError(
            "There is nothing to ask; give the name of a query, or SPARQL.", parameter="line"
        )
    return words


def _parameter(word: str) -> tuple[str, Any]:
    name, equals, value = word.partition("=")
    if not equals:
        raise ParameterError(f"The parameter {word!r} has no value; write {name}=VALUE.", parameter=name)
    return name, value
