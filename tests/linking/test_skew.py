"""Imports that do not fit together are told: other releases, names, places, or terms given up."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from glutakg.cli.main import cli
from glutakg.dataset import Import, Skew, import_folder, read_skew, write_imports_list
from glutakg.linking.skew import skew_among

RDFS, OWL = "http://www.w3.org/2000/01/rdf-schema#", "http://www.w3.org/2002/07/owl#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
OBO = "http://purl.obolibrary.org/obo/"


def an_import(home: Path, name: str, version: str, others: tuple[str, ...], *facts: str) -> Import:
    """Write the triples of an import, given as `subject property value`, and return it."""
    made = Import(name, "", "", "", f"{OBO}{name}.owl", version, "", "", 1, others, "passed", False, name)
    names = {"label": f"<{RDFS}label>", "below": f"<{RDFS}subClassOf>", "same": f"<{OWL}equivalentClass>"}
    lines = []
    for fact in facts:
        subject, property, value = fact.split(" ")
        if property == "obsolete":
            name, end = f"<{OWL}deprecated>", '"true"'
        else:
            name, end = names[property], f'"{value}"@en' if property == "label" else f"<{OBO}{value}>"
        lines += [f"<{OBO}{subject}> {name} {end} .\n", f"<{OBO}{subject}> <{TYPE}> <{OWL}Class> .\n"]
    folder = import_folder(home, made.folder)
    folder.mkdir(parents=True)
    (folder / "triples.nt").write_text("".join(lines), encoding="utf-8")
    return made


def test_each_kind_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What both have and say otherwise counts; what one lacks, or a reasoner may find, does not."""
    one = an_import(
        tmp_path, "one", f"{OBO}one/releases/2026-01-01/one.owl", (f"{OBO}ro/releases/2025-12-17/ro.owl",),
        "CL_1 label neuron", "CL_1 below CL_3", "CL_2 below CL_1", "CL_4 obsolete -", "CL_3 label cell",
        "CL_5 below CL_6", "CL_6 label defined", "CL_7 below CL_8", "CL_8 label only-here",
    )  # fmt: skip
    other = an_import(
        tmp_path, "other", "", (f"{OBO}ro/releases/2024-04-24/ro.owl", f"{OBO}one/2025-01-01/one.owl"),
        "CL_1 label nerve", "CL_1 below CL_9", "CL_9 below CL_3", "CL_2 label b", "CL_4 label d",
        "CL_3 label cell", "CL_5 label e", "CL_6 same x", "CL_7 label g",
    )  # fmt: skip
    found = skew_among([one, other], tmp_path)
    assert found == [
        Skew(
            "release", ("one", "other"), 2,
            (f"{OBO}one/2025-01-01/one.owl", f"{OBO}one/releases/2026-01-01/one.owl"),
        ),
        Skew(
            "release", ("one", "other"), 2,
            (f"{OBO}ro/releases/2024-04-24/ro.owl", f"{OBO}ro/releases/2025-12-17/ro.owl"),
        ),
        Skew("obsolete", ("one", "other"), 1, ("CL:4",)),
        Skew("label", ("one", "other"), 1, ("CL:1",)),
        Skew("parent", ("one", "other"), 1, ("CL:2",)),
    ]  # fmt: skip
    assert skew_among([one], tmp_path) == []
    write_imports_list(tmp_path, [one, other], found)
    monkeypatch.setenv("GLUTAKG_DATA", str(tmp_path))
    assert read_skew() == tuple(found)
    done = CliRunner().invoke(cli, ["imports"])
    assert "note: one and other call 1 class otherwise, such as CL:1." in done.stderr
    assert '"kind": "parent"' in CliRunner().invoke(cli, ["imports", "--format", "json"]).stdout
