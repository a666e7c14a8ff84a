"""The commands that run and write the model: flux, and export in the format sbml."""

import csv
import io
import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from glutakg.cli.main import cli


def run(*arguments: str) -> Result:
    """Run a command."""
    return CliRunner().invoke(cli, arguments)


def test_the_table_says_what_it_rests_on() -> None:
    """Scenario, limits, shares and assumed steps stand above the steps."""
    result = run("flux", "--scenario", "burnt", "--share", "burnt=0.2")
    assert result.exit_code == 0, result.stderr
    heading = result.stdout.partition("\n\n")[0]
    assert "scenario: burnt (most glutamate released, a part of it burnt)" in heading
    assert "share: burnt at least 0.2 (" in heading and "; assumed)" in heading
    assert "D-glucose in blood plasma: 1 in, none out" in heading
    assert " active steps are conventions or lumps" in heading
    assert "glutamine synthesis in the astrocyte" in result.stdout
    assert result.stderr.endswith(" active steps\n")


def test_a_stopped_flux_is_a_no() -> None:
    """The exit code is 1, and --why says what would bring the flux back."""
    result = run("flux", "--knock-out", "GLUL", "--why")
    assert result.exit_code == 1
    assert "\nknocked out: GLUL\nflux: 0.0000\nwithout the knock-out: " in result.stdout
    assert "\nexpected from stoichiometry alone; `glutakg docs flux` tells what was found\n" in result.stdout
    assert "\nreturns with: " in result.stdout
    assert result.stderr == "no active steps\n"


def test_formats_for_programs() -> None:
    """JSON and CSV have the same steps."""
    told = json.loads(run("flux", "--format", "json").stdout)
    rows = list(csv.DictReader(io.StringIO(run("flux", "--format", "csv").stdout)))
    assert [each["step"] for each in told["steps"]] == [row["step"] for row in rows]
    assert told["flux"] > 0 and told["scenario"] == "cycle"
    assert {each["publication"] for each in told["shares"]} == {None}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--scenario", "cycel"], "There is no scenario 'cycel'. Did you mean cycle?"),
        (["--knock-out", "NONE1"], "There is no gene or step 'NONE1' in the model."),
        (["--maximize", "gkd:nothing"], "There is no step 'gkd:nothing' in the model."),
        (["--share", "burnt"], "'burnt' is no share; write NAME=VALUE"),
        (["--share", "burnt=two"], "'burnt=two' is no share; write NAME=VALUE"),
        (["--share", "burnt=2"], "The share 'burnt' is 2; give a number from 0 to 1."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(arguments: list[str], message: str) -> None:
    """The exit code is 2, and nothing is written to standard output."""
    result = run("flux", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr and "Traceback" not in result.stderr


@pytest.mark.parametrize("without_extra", [True, False])
def test_dead_ends_are_told_where_the_extra_is_missing(
    without_extra: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same command tells what stops; with the extra, on request."""
    if without_extra:
        monkeypatch.setitem(sys.modules, "cobra.io", None)
    result = run("flux", "--knock-out", "GLUL", *([] if without_extra else ["--dead-ends"]))
    assert result.exit_code == 1
    assert result.stdout.startswith("knocked out: GLUL\n\n")
    assert "release of glutamine from the astrocyte" in result.stdout
    assert result.stderr.endswith(" steps that stop\n")
    assert ("pip install 'glutakg[flux]'" in result.stderr) is without_extra
    assert "Traceback" not in result.stderr


def test_dead_ends_in_formats_for_programs() -> None:
    """JSON and CSV have the same steps, with the round and what is missing."""
    told = json.loads(run("flux", "--knock-out", "GLUL", "--dead-ends", "--format", "json").stdout)
    table = run("flux", "--knock-out", "GLUL", "--dead-ends", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [each["step"] for each in told["steps"]] == [row["step"] for row in rows]
    assert (told["knocked_out"], told["by"]) == (["GLUL"], "dead ends")
    assert {row["round"] for row in rows} >= {"0", "1", "2"}


def test_dead_ends_are_those_of_a_knock_out() -> None:
    """A scenario means nothing to them."""
    result = run("flux", "--dead-ends", "--scenario", "gaba", "--knock-out", "GLUL")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "give --knock-out, and neither --scenario" in result.stderr


def test_an_assumed_share_is_marked_in_every_format() -> None:
    """Nobody takes a share that no publication states for a finding."""
    shares = json.loads(run("flux", "--scenario", "burnt", "--format", "json").stdout)["shares"]
    assert {(share["publication"], share["assumed"]) for share in shares} == {(None, True)}
    assert "; assumed)" in run("flux", "--scenario", "burnt").stdout
    assert "; assumed)" in run("flux", "--scenario", "burnt", "--format", "csv").stderr
    assert "rests on: an assumption" in run("export", "--format", "sbml", "--scenario", "burnt").stdout


def test_fluxes_are_told_in_dutch() -> None:
    """Names, heading and notes; the option stands after the command or before it."""
    result = run("flux", "--lang", "nl", "--scenario", "burnt")
    assert "glutaminesynthese in de astrocyt" in result.stdout
    assert "aangenomen: " in result.stdout and "; aangenomen)" in result.stdout
    assert result.stderr.endswith(" actieve stappen\n")
    assert run("--lang", "nl", "flux", "--scenario", "burnt").stdout == result.stdout
    left_out = run("export", "--format", "sbml", "--lang", "nl")
    assert "weggelaten: binding van GABA" in left_out.stderr
    assert 'name="glutaminesynthese in de astrocyt"' in left_out.stdout


def test_a_dropped_share_is_told() -> None:
    """A note says which share did not count."""
    result = run("flux", "--scenario", "gaba", "--knock-out", "SLC6A1", "--knock-out", "SLC6A11")
    assert result.exit_code == 1
    assert "note: The share gaba-to-astrocyte does not count" in result.stderr


def test_export_writes_the_model_and_tells_what_it_has_not(tmp_path: Path) -> None:
    """The file and standard output are the same; what is left out is told on standard error."""
    path = tmp_path / "cycle.sbml"
    written = run("export", "-o", str(path), "--scenario", "gaba")
    shown = run("export", "--format", "sbml", "--scenario", "gaba")
    assert (written.exit_code, written.stdout) == (0, "")
    assert path.read_text(encoding="utf-8").strip() == shown.stdout.strip()
    assert "left out: binding of GABA to the GABA-A receptor, since it binds to a receptor" in shown.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "sbml", "--graph", "source"], "The model is made from the whole graph"),
        (["--format", "sbml", "--base"], "The model is made from the whole graph"),
        (["--format", "ttl", "--graph", "source", "--scenario", "gaba"], "Only a model has a scenario"),
        (["--format", "sbml", "--scenario", "nothing"], "There is no scenario 'nothing'."),
    ],
)
def test_export_of_a_model_takes_no_graphs(arguments: list[str], message: str, tmp_path: Path) -> None:
    """The exit code is 2, and no file is begun."""
    path = tmp_path / "model"
    result = run("export", *arguments, "-o", str(path))
    assert result.exit_code == 2 and message in result.stderr
    assert not path.exists()


def test_reasons_that_a_format_lacks_are_told() -> None:
    """With --why, JSON has what would bring the flux back, and a note says where the reasons are."""
    result = run("flux", "--why", "--format", "json")
    assert result.exit_code == 0
    assert "leave out --format" in result.stderr
