"""Measure this checkout against another one, in turn in the same run, and print a Markdown table of ratios.

    git worktree add ../before COMMIT
    (cd ../before && python3 -m venv .venv && .venv/bin/pip install -e '.[test]')
    python tests/benchmarks/bench_before.py ../before [--without WORD ...]

Run it with the Python of this checkout's own `.venv`. Each pair is measured one after the other, over and
over, and the table has the median of each and the ratio of the medians; where the machine is busy, look at
the ratios only. It takes some ten minutes. Commands with a word after `--without` are not measured, such as
one that the older code cannot do on newer data. The exit code is 1 where a ratio is over its limit.
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

HERE = Path(__file__).resolve().parents[2]
LIMIT = 1.1
QUESTION = "SELECT ?p ?o { <https://w3id.org/glutakg/data/taurine> ?p ?o }"
# Each query of a folder, asked again and again in one session; the fastest of the times of each, added up.
CATALOGUE = """
import sys, time
from pathlib import Path
import glutakg

total = 0.0
with glutakg.open() as graph:
    for path in sorted(Path(sys.argv[1]).rglob("*.rq")):
        text = path.read_text(encoding="utf-8")
        if "# needs: network" not in text:
            graph.query(text)
            times = []
            for _ in range(5):
                start = time.perf_counter()
                graph.query(text)
                times.append(time.perf_counter() - start)
            total += min(times)
print(total)
"""


class Pair(NamedTuple):
    """What was measured of the other checkout and of this one, in seconds."""

    what: str
    before: float
    after: float

    @property
    def ratio(self) -> float:
        """How many times as long this checkout takes."""
        return self.after / self.before

    def __str__(self) -> str:
        kept = "yes" if self.ratio <= LIMIT else "**no**"
        return f"| {self.what} | {self.before:.4g} | {self.after:.4g} | {self.ratio:.2f} | {kept} |"


class Checkout:
    """A checkout whose package is installed in its own `.venv`, with a cache of its own."""

    def __init__(self, root: Path, cache: Path) -> None:
        """Take the folder of the checkout, and one for its cache."""
        self.root = root
        self.scripts = root / ".venv" / "bin"
        self.environment = {**os.environ, "GLUTAKG_CACHE": str(cache)}

    def run(self, name: str, *arguments: str) -> str:
        """Run a command of the environment and return what it prints."""
        done = subprocess.run(
            [self.scripts / name, *arguments],
            env=self.environment,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        return done.stdout

    @contextmanager
    def served(self) -> Iterator[http.client.HTTPConnection]:
        """Give a connection to the endpoint of the checkout, which keeps no answers."""
        command = [str(self.scripts / "glutakg"), "serve", "--port", "0", "--cache", "0"]
        process = subprocess.Popen(
            command, env=self.environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, encoding="utf-8"
        )
        assert process.stderr is not None
        try:
            told = next(line for line in process.stderr if "http://" in line)
            connection = http.client.HTTPConnection(told.split("http://")[1].split("/")[0], timeout=60)
            yield connection
            connection.close()
        finally:
            process.terminate()
            process.wait()
            process.stderr.close()


def seconds(action: Callable[[], object]) -> float:
    """Return how long an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def in_turn(what: str, runs: int, before: Callable[[], float], after: Callable[[], float]) -> Pair:
    """Measure two things one after the other, `runs` times after one that does not count."""
    before(), after()
    times = [(before(), after()) for _ in range(runs)]
    print(f"{what}: {times}", file=sys.stderr)
    return Pair(what, *(statistics.median(each) for each in zip(*times, strict=True)))


def timed(checkout: Checkout, command: tuple[str, ...]) -> Callable[[], float]:
    """Return what runs a command of a checkout for its time."""
    return lambda: seconds(lambda: checkout.run(*command))


def commands(before: Checkout, after: Checkout, without: Collection[str]) -> Iterator[Pair]:
    """Yield the figures of whole processes, without the commands that have one of some words."""
    for what, runs, command in (
        ("`python -c 'import glutakg'`", 21, ("python", "-c", "import glutakg")),
        ("`glutakg query protective-nutrients`, warm", 21, ("glutakg", "query", "protective-nutrients")),
        ("`glutakg why taurine 'protects against' excitotoxicity`", 7,
         ("glutakg", "why", "taurine", "protects against", "excitotoxicity")),
        ("`glutakg validate`", 7, ("glutakg", "validate")),
        ("`glutakg reason`, everything", 3, ("glutakg", "reason")),
    ):  # fmt: skip
        if not set(without).intersection(command):
            yield in_turn(what, runs, *(timed(each, command) for each in (before, after)))


def catalogue(before: Checkout, after: Checkout) -> Pair:
    """Return how long the queries of this checkout take in both."""
    folder = str(after.root / "queries")
    return in_turn(
        "the queries of the catalogue, in one session",
        3,
        *(lambda each=each: float(each.run("python", "-c", CATALOGUE, folder)) for each in (before, after)),
    )


def endpoint(before: Checkout, after: Checkout) -> Pair:
    """Return how long a hundred small questions take over HTTP, none of which was asked before."""
    numbers = count()

    def ask(connection: http.client.HTTPConnection) -> None:
        for _ in range(100):
            connection.request("GET", f"/sparql?query={quote(f'{QUESTION} # {next(numbers)}')}")
            answer = connection.getresponse()
            rows = json.load(answer)["results"]["bindings"]
            assert answer.status == 200 and rows

    with ExitStack() as stack:
        connections = [stack.enter_context(each.served()) for each in (before, after)]
        return in_turn(
            "a hundred small queries over HTTP",
            21,
            *(lambda each=each: seconds(lambda: ask(each)) for each in connections),
        )


def machine() -> str:
    """Say when this is, and where."""
    model = "processor not told"
    if (told := Path("/proc/cpuinfo")).exists():
        names = [line.split(":")[1].strip() for line in told.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    version = ".".join(map(str, sys.version_info[:3]))
    return f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({model}), {sys.platform}, Python {version}"


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("before", type=Path)
    parser.add_argument("--without", nargs="*", default=[])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="glutakg-bench-") as folder:
        before = Checkout(given.before.resolve(), Path(folder, "before"))
        after = Checkout(HERE, Path(folder, "after"))
        pairs = [*commands(before, after, given.without), catalogue(before, after), endpoint(before, after)]
    commits = [
        subprocess.run(
            ["git", "-C", each.root, "rev-parse", "--short", "HEAD"],
            capture_output=True,
            encoding="utf-8",
            check=True,
        ).stdout.strip()
        for each in (before, after)
    ]
    print(f"{machine()}\n")
    print(f"| measured (seconds) | {commits[0]} | {commits[1]} | ratio | at most {LIMIT} |")
    print("| --- | ---: | ---: | ---: | --- |", *pairs, sep="\n")
    return 0 if all(pair.ratio <= LIMIT for pair in pairs) else 1


if __name__ == "__main__":
    sys.exit(main())
