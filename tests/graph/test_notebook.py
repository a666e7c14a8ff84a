"""What a notebook shows: each value in a line and as HTML, all of it escaped; `%sparql`; the tutorial."""

import json
import os
import re
import sys
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from places import CHECKOUT

import glutakg
from glutakg import KnowledgeGraph
from glutakg.charts import Chart
from glutakg.claims import conflict_lines
from glutakg.claims.assumptions import Decision
from glutakg.claims.notebook import claim_html
from glutakg.claims.values import (
    Claim,
    Conflict,
    ConflictSides,
    Evidence,
    EvidenceItem,
    Named,
    Publication,
    Side,
)
from glutakg.claims.verdicts import Verdicts
from glutakg.graph.description import Description
from glutakg.markup import MOST_SHOWN, Listing, element, framed, link
from glutakg.owl.reasoners import Conclusions
from glutakg.rdf import PREFIXES, Iri, Literal
from glutakg.shacl.report import Report
from glutakg.sparql.rows import IriText, Rows
from glutakg.why.contradictions import Contradiction
from glutakg.why.emptiness.explanations import Explanation, Reason as Kind
from glutakg.why.reasons import Reason

HOSTILE = "<img src=x onerror=alert(1)>\"'&</div><script>alert(2)</script>\x1b[31m"
XSD = PREFIXES["xsd"]
TUTORIAL = CHECKOUT / "examples" / "tutorial.ipynb"
VOID_ELEMENTS = frozenset({"br", "hr", "img"})


@pytest.fixture(scope="module")
def kg() -> Iterator[KnowledgeGraph]:
    """Give the shipped graph."""
    with glutakg.open() as graph:
        yield graph


class Page(HTMLParser):
    """Reads HTML as a browser does, and tells what is in it."""

    def __init__(self, text: str) -> None:
        """Read all of the text."""
        super().__init__()
        self.names: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element and where it leads; nothing may run."""
        self.names.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name == "src"]
        self.addresses += [value or "" for name, value in attrs if name == "href"]
        if tag not in VOID_ELEMENTS:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the element that is open."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note the text, without that of styles."""
        self.text += data if "style" not in self._open else ""


def hostile_values() -> list[Any]:
    """Return a value of each kind in which every text is hostile."""
    name = Named("javascript:alert(3)", HOSTILE)
    publication = Publication(name.iri, HOSTILE, 2000, HOSTILE, HOSTILE)
    item = EvidenceItem(
        name.iri, name, publication, (name,), (name,), (name,), (name,), name, 3, HOSTILE, (name,), True
    )
    conflict = Conflict(name.iri, HOSTILE, HOSTILE, name, (name,), (HOSTILE,), HOSTILE, HOSTILE)
    claim = Claim(
        name.iri, HOSTILE, HOSTILE, name, name, HOSTILE, name, name, name, (name,), (name,), name, 1, 2, None,
        None, (1,), (name,), (item,), (conflict,), (),
    )  # fmt: skip
    side = Side((claim,), (), (name,))
    statement = (Iri("urn:s"), Iri("urn:p"), Literal(HOSTILE))
    reason = Reason(
        statement,
        HOSTILE,
        "asserted",
        ("source",),
        HOSTILE,
        HOSTILE,
        (claim,),
        (),
        (claim,),
        (name,),
        ((HOSTILE,),),
    )
    rows = Rows((HOSTILE, "doi"), [{HOSTILE: Iri(f"javascript:{HOSTILE}"), "doi": Literal(HOSTILE)}])
    return [
        rows,
        Description("urn:x", {"labels": rows}),
        claim,
        item,
        conflict,
        ConflictSides(conflict, side, side, side),
        Evidence(claim, (item,)),
        reason,
        Contradiction((HOSTILE,), (claim,)),
        Decision(claim, Verdicts(name.iri, None, None), Verdicts(name.iri, None, None), claim.balance),
        Chart(HOSTILE, "en", "<svg></svg>", (HOSTILE,), ((HOSTILE,),)),
        Explanation(Kind.UNEXPLAINED, HOSTILE, (), (), {"en": HOSTILE, "nl": HOSTILE}),
    ]


@pytest.mark.parametrize("value", hostile_values(), ids=lambda value: type(value).__name__)
def test_a_hostile_label_is_text(value: Any) -> None:
    """In HTML it makes no element and no link; in the line it steers no terminal and ends no line."""
    page = Page(value._repr_html_())
    assert not {"script", "img"} & set(page.names)
    assert [each for each in page.addresses if not each.startswith(("http://", "https://"))] == []
    assert "<script>alert(2)</script>" in page.text
    assert "\x1b" not in page.text
    assert "\x1b" not in repr(value)
    assert "\x1b" not in str(value)


def test_every_kind_of_value_has_a_line_and_a_page(kg: KnowledgeGraph) -> None:
    """None is a dump of fields; what is in the page is what the value holds."""
    nutrients = kg.run("protective-nutrients")
    assert isinstance(nutrients, Rows)
    [evidence] = kg.evidence("C054")
    [conflict, *_] = kg.conflicts("C054")
    shown: list[tuple[Any, str]] = [
        (kg, "protective-nutrients"),
        (nutrients, "magnesium"),
        (kg.describe("taurine"), "gkd:taurine"),
        (evidence.claim, "Magnesium is listed as able to protect"),
        (evidence, "Saver et al. (2015)"),
        (evidence.items[0], evidence.items[0].publication.label),
        (conflict, "the other side"),
        (conflict.conflict, "would decide"),
    ]
    for value, expected in shown:
        assert "(iri=" not in repr(value)
        assert expected in Page(value._repr_html_()).text
    assert repr(evidence).startswith("<Evidence on C054: Magnesium is listed as able to protect")
    assert (
        repr(conflict)
        == "<ConflictSides E06: magnesium in the laboratory and in stroke trials (evidence against claim)>"
    )
    assert str(len(kg.catalogue)) in repr(kg.catalogue)
    assert "protective-nutrients" in Page(kg.catalogue._repr_html_()).text


def test_values_that_hold_much_are_told_in_a_line(kg: KnowledgeGraph) -> None:
    """What a reasoner takes and says, a report, and a query of the catalogue, whose page has its text."""
    premises = kg.premises()
    assert re.fullmatch(r"<Premises: [\d,]+ triples, [\d,]+ contested ones left out>", repr(premises))
    told = repr(Conclusions("hermit", True, (), frozenset()))
    assert told == "<Conclusions of hermit: all can be true; 0 classes without members; 0 triples follow>"
    assert repr(Report(True, (), {}, "")) == "<Report: conforms; print(report.render()) tells all>"
    query = kg.catalogue["protective-nutrients"]
    assert repr(query) == f"<CatalogueQuery protective-nutrients: {query.question['en']}>"
    assert query.text in Page(query._repr_html_()).text


def test_a_conflict_that_no_claim_is_in_announces_none(kg: KnowledgeGraph) -> None:
    """Neither the notebook nor the line of a terminal has an empty list of claims."""
    [found] = kg.conflicts("D10")
    assert found.conflict.claims == ()
    assert "claims" not in found._repr_html_()
    assert "()" not in conflict_lines([found])
    [other] = kg.conflicts("T13")
    assert f"claims {', '.join(other.conflict.claims)}" in other._repr_html_()


def test_conflicts_have_two_columns(kg: KnowledgeGraph) -> None:
    """One for each side, in both of which their members stand."""
    [found] = kg.conflicts("E06")
    first, _, second = found._repr_html_().partition("the other side")
    assert '<div class="sides"><div>' in first
    assert "Nowak et al. (1984)" in first
    assert "Saver et al. (2015)" in second


def test_a_reason_is_a_tree_that_folds(kg: KnowledgeGraph) -> None:
    """Each step down to the claims is an element that opens; the root is open."""
    reason = kg.why("taurine", "may matter in", "epilepsy")
    page = reason._repr_html_()
    assert page.count("<details") > len(list(reason.walk()))
    assert page.count("<details open>") == 1
    for each in reason.walk():
        assert f"<summary><b>{each.text}</b></summary>" in page
    assert repr(reason) == "<Reason taurine may matter in epilepsy (hypothesis; rests on 2)>"


def test_iris_have_labels_and_links(kg: KnowledgeGraph) -> None:
    """Also where the query did not ask for labels; of a graph that is closed only the CURIE is told."""
    rows = kg.query("SELECT ?who { VALUES ?who { <https://w3id.org/glutakg/data/taurine> <urn:x> } }")
    assert isinstance(rows, Rows)
    page = Page(rows._repr_html_())
    assert "taurine gkd:taurine" in page.text
    assert page.addresses == ["https://w3id.org/glutakg/data/taurine"]
    with glutakg.open() as other:
        later = other.query("SELECT ?who { VALUES ?who { <https://w3id.org/glutakg/data/taurine> } }")
    assert isinstance(later, Rows)
    assert "gkd:taurine" in Page(later._repr_html_()).text


def test_statuses_and_stances_are_badges(kg: KnowledgeGraph) -> None:
    """As terms, and as labels in columns of such."""
    rows = kg.run("protective-nutrients")
    assert isinstance(rows, Rows)
    assert '<span class="badge Disputed">◑ disputed</span>' in rows._repr_html_()
    rows = kg.query(f"SELECT * {{ VALUES (?x ?y) {{ (<{PREFIXES['gk']}Supports> 'supports') }} }}")
    assert isinstance(rows, Rows)
    assert rows._repr_html_().count('class="badge Supports"') == 1


@pytest.mark.parametrize(
    ("number", "expected"), [(1, "1 row"), (20, "20 rows"), (21, "21 rows, of which the first 20")]
)
def test_the_first_twenty_rows_are_shown(number: int, expected: str) -> None:
    """And it is said how many there are, in the notebook and in the line."""
    rows = Rows(("n",), [{"n": Literal(f"value {at}")} for at in range(number)])
    page = Page(rows._repr_html_())
    assert page.names.count("tr") == 1 + min(number, MOST_SHOWN)
    assert expected in page.text
    assert expected in repr(rows)
    assert repr(rows).count("value") == min(number, MOST_SHOWN)


def test_lists_show_the_first_twenty(kg: KnowledgeGraph) -> None:
    """They are lists all the same, and carry one style."""
    claims = kg.claims()
    assert isinstance(claims, list)
    assert isinstance(claims, Listing)
    assert claims == list(claims)
    more = f"{len(claims) - MOST_SHOWN} more"
    assert repr(claims).count("<Claim ") == MOST_SHOWN
    assert more in repr(claims)
    page = Page(claims._repr_html_())
    assert more in page.text
    assert page.names.count("style") == 1
    assert repr(Listing()) == "[]"
    assert "none" in Page(Listing()._repr_html_()).text


def test_a_closed_graph_still_shows_itself() -> None:
    """Without counts, and with the reason."""
    with glutakg.open() as graph:
        pass
    page = Page(graph._repr_html_()).text
    assert "has been closed" in page
    assert 'kg.evidence("C054")' in page


def test_only_addresses_of_the_web_are_links() -> None:
    """Everything else is text."""
    assert link("x", "data:text/html,x") == "x"
    assert 'href="https://e.org/?a=1&amp;b=2"' in link("x", "https://e.org/?a=1&b=2")
    assert framed(element("p", "a<b")).endswith('<div class="glutakg"><p>a&lt;b</p></div>')
    assert claim_html.__module__ == "glutakg.claims.notebook"


def test_a_data_frame_keeps_integers_dates_and_iris() -> None:
    """Each cell is what the row has, also beside unbound ones and numbers that 64 bits do not hold."""
    pytest.importorskip("pandas", reason="needs the pandas extra")
    big = 2**70

    def row(number: int | None, wide: int, day: str | None) -> dict[str, Any]:
        return {
            "number": None if number is None else Literal(str(number), XSD + "integer"),
            "wide": Literal(str(wide), XSD + "integer"),
            "day": None if day is None else Literal(day, XSD + "date"),
            "iri": Iri(PREFIXES["gkd"] + "taurine"),
        }

    rows = Rows(("number", "wide", "day", "iri"), [row(2**60 + 1, big, "2026-02-28"), row(None, 1, None)])
    frame = rows.to_pandas()
    assert [str(kind) for kind in frame.dtypes] == ["Int64", "object", "object", "object"]
    assert frame["number"][0] == 2**60 + 1
    assert frame["wide"].tolist() == [big, 1]
    assert frame["day"][0] == date(2026, 2, 28)
    assert isinstance(frame["iri"][1], IriText)
    assert frame["iri"][1].curie == "gkd:taurine"


# In IPython


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Give IPython with the extension loaded; it keeps no history and leaves this process as it is."""
    pytest.importorskip("IPython", reason="needs IPython: pip install ipykernel")
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config({"HistoryManager": {"enabled": False}})
    module = ModuleType("notebook")
    folder = str(tmp_path_factory.mktemp("ipython"))
    shell = InteractiveShell(  # type: ignore[no-untyped-call]
        config=config, user_module=module, ipython_dir=folder
    )
    shell.run_line_magic("load_ext", "glutakg")
    yield shell
    sys.modules.pop("notebook", None)


def test_a_line_and_a_cell_are_answered(shell: Any, kg: KnowledgeGraph) -> None:
    """A name with parameters, SPARQL in the line, and SPARQL in the cell, whose braces are left alone."""
    shell.user_ns.update(kg=kg, s="replaced")
    by_name = shell.run_line_magic("sparql", "evidence-on-nutrient nutrient='vitamin D' lang=nl")
    assert by_name.terms == kg.run("evidence-on-nutrient", nutrient="vitamin D", lang="nl").terms  # type: ignore[union-attr]
    assert shell.run_line_magic("sparql", "SELECT ?s { VALUES ?s { 'x' } }")[0].s == "x"
    cell = "SELECT ?s {\n  VALUES ?s { 'y' }\n}\n"
    assert shell.run_cell_magic("sparql", "", cell)[0].s == "y"
    assert shell.run_cell_magic("sparql", "--into found", cell) is None
    assert shell.user_ns["found"][0].s == "y"


@pytest.mark.parametrize(
    ("line", "cell", "message"),
    [
        ("", None, "There is nothing to ask"),
        ("protective-nutriens", None, "Did you mean protective-nutrients"),
        ("protective-nutriens lang=nl", None, "Did you mean protective-nutrients"),
        ("evidence-on-nutrient magnesium", None, "write magnesium=VALUE"),
        ("", "SELEC ?s {}", "Line 1, column 1"),
        ("--into 2x", "ASK {}", "'2x' is none"),
        ("--intoo x", "ASK {}", "is not understood"),
        ("--into", "ASK {}", "'' is none"),
        ("magnesium", "ASK {}", "is not understood"),
        ("", "DELETE WHERE { ?s ?p ?o }", "never changes|read-only|Update"),
    ],
    ids=str,
)
def test_a_mistake_is_a_sentence(
    shell: Any, kg: KnowledgeGraph, line: str, cell: str | None, message: str
) -> None:
    """IPython shows it without a traceback."""
    from IPython.core.error import UsageError

    shell.user_ns["kg"] = kg
    with pytest.raises(UsageError, match=message):
        if cell is None:
            shell.run_line_magic("sparql", line)
        else:
            shell.run_cell_magic("sparql", line, cell)


def test_an_empty_answer_says_why(shell: Any, kg: KnowledgeGraph, capsys: pytest.CaptureFixture[str]) -> None:
    """On standard error, as the command does."""
    shell.user_ns["kg"] = kg
    shell.run_cell_magic("sparql", "", "SELECT ?o { <https://w3id.org/glutakg/data/taurin> ?p ?o }")
    assert "Did you mean gkd:taurine" in capsys.readouterr().err


def test_the_tutorial_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every cell, in a kernel of its own; each that shows something shows HTML of ours."""
    nbclient = pytest.importorskip("nbclient", reason="needs nbclient, nbformat and ipykernel")
    import nbformat

    notebook = nbformat.read(TUTORIAL, as_version=4)  # type: ignore[no-untyped-call]
    assert [cell for cell in notebook.cells if cell.get("outputs")] == [], "keep the outputs out of git"
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path))  # and nothing is left in the folders of the user
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = "".join(
        "".join(output.get("data", {}).get("text/html", ""))
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    )
    for expected in (
        "Saver et al. (2015)",
        "the other side",
        "taurine may matter in epilepsy",
        "SLC17A7",
        "<svg",
        "taurine",
    ):
        assert expected in shown
    errors = json.dumps(
        [each for cell in notebook.cells for each in cell.get("outputs", []) if each.output_type == "error"]
    )
    assert errors == "[]"
