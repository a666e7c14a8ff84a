"""The commands that run and write the model: flux, and export in the format sbml."""

import csv
import io
import json
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
