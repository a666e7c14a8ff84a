"""Measure the endpoint against rdflib-endpoint and the Oxigraph server, and print Markdown.

    pip install '.[bench]'
    python tests/benchmarks/bench_server.py [SECONDS]

It needs `wrk` on the path, and some ten minutes at the two seconds for which each is asked by default. The
servers are measured in turn, several times, on the same data and without a cache of answers but where one is
named, and the medians are compared; on a machine that does other work too, look at the ratios only. The exit
code is 1 when a goal is missed.
"""

import math
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote
from urllib.request import Request, urlopen

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from running_server import children_of

from glutakg.dataset.exports import export
from glutakg.dataset.generated import shipped_files

ROUNDS = 2
ROUNDS_OF_GOALS = 3
SECONDS = int(sys.argv[1]) if len(sys.argv) > 1 else 2  # wrk takes whole ones
CONNECTIONS = 16
ALL_CONNECTIONS = (1, 8, 16, 32, 256)
SMALL = "SELECT ?p ?o { <https://w3id.org/glutakg/data/taurine> ?p ?o }"
MEDIUM = """\
PREFIX gk: <https://w3id.org/glutakg/ontology/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?claim ?subject ?status WHERE {
  ?statement a gk:Claim ; gk:claimIdentifier ?claim ; gk:subject ?thing ; gk:curatorStatus ?judgement .
  ?thing skos:prefLabel ?subject FILTER(LANG(?subject) = "en")
  ?judgement skos:prefLabel ?status FILTER(LANG(?status) = "en")
}
"""
ORDERED = f"{MEDIUM}ORDER BY ?claim\n"
"""The same as it is rewritten, since the engine has no order of all terms."""
HEAVY = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f }"
HEAVY_CLIENTS = 10
DATA = "https://w3id.org/glutakg/data/"
LOOK_UPS = [
    (64, "GET", True, False),
    (3_000, "GET", True, False),
    (3_000, "GET", True, True),
    (64, "POST", True, False),
    (64, "GET", False, False),
]
"""How many subjects are asked for in turn, how, whether connections stay open, and whether by name."""
OURS, IN_MEMORY = "glutakg", "glutakg, in memory"
REPEATED = (
    "/",
    "/data/glutamine",
    "/evidence",
    "/queries/nutrients-at-steps",
    "/queries/steps-by-species",
)
"""Pages and queries of the catalogue, of which the first take some time."""
RDFLIB_ENDPOINT = """
import sys, rdflib, uvicorn
from rdflib_endpoint import SparqlEndpoint
graph = rdflib.Graph().parse(sys.argv[1], format="nt")
uvicorn.run(SparqlEndpoint(graph=graph, path="/sparql"), port=int(sys.argv[2]), log_level="error")
"""


class Measured(NamedTuple):
    """Requests a second, and the time in milliseconds within which 99 of 100 are answered."""

    rate: float
    p99: float


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def served(command: list[str], address: str) -> Iterator[tuple[str, int]]:
    """Run a server until it is no longer measured; give its address and the number of its process."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        latest = time.monotonic() + 120
        while True:
            with suppress(OSError):
                urlopen(f"{address}?query=ASK%7B%7D", timeout=10).read()
                break
            if time.monotonic() > latest or process.poll() is not None:
                raise SystemExit(f"{command[0]} does not answer at {address}")
        yield address, process.pid
    finally:
        process.terminate()
        process.wait()


def glutakg(*options: str) -> tuple[list[str], str]:
    """Return the command and the address of our server."""
    port = free_port()
    command = [sys.executable, "-m", "glutakg", "serve", "--port", str(port), *options]
    return command, f"http://127.0.0.1:{port}/sparql"


def oxigraph(folder: Path) -> tuple[list[str], str]:
    """Return the command and the address of the Oxigraph server on the same data."""
    found = shutil.which("oxigraph") or str(Path(sys.executable).with_name("oxigraph"))
    for name in ("all.nq", "default.nt"):
        subprocess.run(
            [found, "load", "--location", str(folder / "store"), "--file", str(folder / name)],
            check=True,
            capture_output=True,
        )
    address = f"127.0.0.1:{free_port()}"
    command = [found, "serve-read-only", "--location", str(folder / "store"), "--bind", address]
    return command, f"http://{address}/query"


def rdflib_endpoint(folder: Path) -> tuple[list[str], str]:
    """Return the command and the address of rdflib-endpoint on the same default graph."""
    port = free_port()
    command = [sys.executable, "-c", RDFLIB_ENDPOINT, str(folder / "default.nt"), str(port)]
    return command, f"http://127.0.0.1:{port}/sparql"


def measured(address: str, query: str | Path, connections: int) -> Measured:
    """Ask one query, or what a script says, over and over for some seconds."""
    what = ["-s", str(query), address] if isinstance(query, Path) else [
        "-H", "Accept: application/sparql-results+json", f"{address}?query={quote(query)}"
    ]  # fmt: skip
    done = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS:g}", "--latency", "--timeout", "30", *what],
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip
    closes = isinstance(query, Path) and query.stem.endswith("closed")  # which wrk calls an error of reading
    errors = re.search(r"Non-2xx|connect [1-9]|write [1-9]|timeout [1-9]|read [1-9]", done.stdout)
    if errors is not None and not (closes and errors[0].startswith("read")):
        raise SystemExit(f"{address} did not answer every request:\n{done.stdout}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout)
    assert rate is not None
    assert p99 is not None
    return Measured(float(rate[1]), float(p99[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[p99[2]])


@contextmanager
def heavy_load(address: str) -> Iterator[None]:
    """Keep ten clients asking what takes longer than allowed."""
    over = threading.Event()

    def ask(number: int) -> None:
        request = f"{address}?query={quote(f'{HEAVY} # {number}')}"
        while not over.is_set():
            with suppress(OSError):
                urlopen(Request(request, headers={"X-Forwarded-For": f"192.0.2.{number}"}), timeout=60).read()

    clients = [threading.Thread(target=ask, args=(number,), daemon=True) for number in range(HEAVY_CLIENTS)]
    for client in clients:
        client.start()
    over.wait(2)
    try:
        yield
    finally:
        over.set()


def script(
    folder: Path, subjects: list[str], *, method: str, keeps_alive: bool, by_name: bool = False
) -> Path:
    """Write what wrk asks: one subject after the other."""
    texts = [f"SELECT ?p ?o {{ <{subject}> ?p ?o }}" for subject in subjects]
    if by_name:
        names = (f"gkd:{subject.removeprefix(DATA)}" for subject in subjects)
        texts = [f"PREFIX gkd: <{DATA}> SELECT ?p ?o {{ {name} ?p ?o }}" for name in names]
    queries = ",".join(f'"{quote(text)}"' for text in texts)
    fields = {"Accept": "application/sparql-results+json"}
    if not keeps_alive:
        fields["Connection"] = "close"
    target, body = 'wrk.path .. "?query=" .. asked[turn]', "nil"
    if method == "POST":
        fields["Content-Type"] = "application/x-www-form-urlencoded"
        target, body = "wrk.path", '"query=" .. asked[turn]'
    written = ",".join(f'["{name}"]="{value}"' for name, value in fields.items())
    path = folder / f"{len(subjects)}-{method}-{by_name}-{'open' if keeps_alive else 'closed'}.lua"
    path.write_text(
        f"local asked, turn = {{{queries}}}, 0\n"
        "request = function()\n"
        "  turn = turn % #asked + 1\n"
        f'  return wrk.format("{method}", {target}, {{{written}}}, {body})\n'
        "end\n"
    )
    return path


def look_ups(folder: Path, addresses: dict[str, str]) -> None:
    """Print requests a second of small look-ups as a share of Oxigraph's; 0 where some were refused."""
    lines = (folder / "default.nt").read_text(encoding="utf-8").splitlines()
    known = sorted({line.partition(" ")[0].strip("<>") for line in lines if line.startswith("<https:")})
    print("\n| subjects | request | connections | oxigraph, requests/s |", end="")
    others = [name for name in addresses if name != "oxigraph"]
    print("".join(f" {name} |" for name in others))
    print("|---:|---|---:|---:|" + "---:|" * len(others), flush=True)
    named = [each for each in known if re.fullmatch(re.escape(DATA) + "[a-z0-9-]+", each)]
    for number, (subjects, method, keeps_alive, by_name) in enumerate(LOOK_UPS):
        chosen = (named if by_name else known)[:subjects]
        asked = script(folder, chosen, method=method, keeps_alive=keeps_alive, by_name=by_name)
        # how the slower ones do is seen once
        measured_here = {
            name: address
            for name, address in addresses.items()
            if not number or name in ("oxigraph", OURS, IN_MEMORY)
        }
        for connections in ALL_CONNECTIONS:
            found = in_turn(measured_here, asked, connections=connections, may_refuse=True)
            native = found["oxigraph"].rate
            shares = (f"{found[name].rate / native:.2f}" if name in found else "" for name in others)
            kept = ("kept open" if keeps_alive else "closed") + ", by name" * by_name
            print(f"| {subjects:,} | {method}, {kept} | {connections} | {native:,.0f} |", end="")
            print("".join(f" {share} |" for share in shares), flush=True)


def repeated(address: str, path: str) -> float:
    """Return the seconds of an answer that was asked for before, the median of some."""
    times = []
    for _ in range(ROUNDS_OF_GOALS + 1):
        began = time.perf_counter()
        urlopen(address.removesuffix("/sparql") + path, timeout=60).read()
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])


def megabytes(pid: int) -> float:
    """Return what a process holds with those that it has started, what they share counted once."""
    found = 0.0
    for each in (pid, *children_of(pid)):
        told = Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii")
        found += int(told.partition("\nPss:")[2].split()[0]) / 1_000
    return found


def in_turn(
    addresses: dict[str, str],
    query: str | Path,
    *,
    connections: int = CONNECTIONS,
    rounds: int = ROUNDS,
    may_refuse: bool = False,
) -> dict[str, Measured]:
    """Measure each server several times, one after the other, and return the medians.

    Where a server may refuse requests, none are counted of a run in which it does.
    """
    found: dict[str, list[Measured]] = {name: [] for name in addresses}
    for _ in range(rounds):
        for name, address in addresses.items():
            try:
                found[name].append(measured(address, query, connections))
            except SystemExit:
                if not may_refuse:
                    raise
                found[name].append(Measured(0.0, math.inf))
    return {
        name: Measured(
            statistics.median(one.rate for one in each), statistics.median(one.p99 for one in each)
        )
        for name, each in found.items()
    }


def main() -> int:
    """Measure, print, and return the exit code."""
    if shutil.which("wrk") is None:
        print("bench_server: wrk is not installed", file=sys.stderr)
        return 2
    missed = False

    def line(what: str, value: float, limit: float, fits: Callable[[float, float], bool]) -> None:
        nonlocal missed
        kept = fits(value, limit)
        missed = missed or not kept
        print(f"| {what} | {value:.2f} | {limit:g} | {'yes' if kept else 'no'} |", flush=True)

    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        (folder / "all.nq").write_bytes(export(shipped_files(), format="nq"))
        (folder / "default.nt").write_bytes(export(shipped_files(), "default", format="nq"))
        servers = {
            "oxigraph": oxigraph(folder),
            OURS: glutakg("--cache", "0"),
            IN_MEMORY: glutakg("--cache", "0", "--in-memory"),
            "front alone": glutakg("--cache", "0", "--front", "plain"),
            "rdflib-endpoint": rdflib_endpoint(folder),
        }
        running = {each: stack.enter_context(served(*server)) for each, server in servers.items()}
        addresses = {name: address for name, (address, _) in running.items()}
        print("| what | measured | goal | kept |\n|---|---:|---:|---|", flush=True)
        for kind, query, goal in (("light", SMALL, 0.8), ("medium", MEDIUM, 1.0)):
            found = in_turn(addresses, query, rounds=ROUNDS_OF_GOALS, may_refuse=True)
            native, slow = found["oxigraph"], found["rdflib-endpoint"].rate
            for each in (OURS, IN_MEMORY):
                of_it = f"{each}, {kind}"
                line(
                    f"{of_it}: requests/s, times oxigraph", found[each].rate / native.rate, goal, float.__ge__
                )
                line(f"{of_it}: p99, times oxigraph", found[each].p99 / native.p99, 1.0, float.__le__)
                faster = found[each].rate / slow if slow else math.inf  # where it was too slow to answer all
                line(f"{of_it}: requests/s, times rdflib-endpoint", faster, 4.0, float.__ge__)
        found = in_turn(addresses, ORDERED, rounds=ROUNDS_OF_GOALS, may_refuse=True)
        for each in (OURS, IN_MEMORY):
            ratio = found[each].rate / found["oxigraph"].rate
            print(
                f"| {each}, medium, rewritten: requests/s, times oxigraph | {ratio:.2f} | - | - |", flush=True
            )
        for each, options in ((OURS, ()), (IN_MEMORY, ("--in-memory",))):
            with served(*glutakg("--cache", "0", "--timeout", "5", *options)) as (address, _):
                alone = in_turn({"": address}, SMALL, rounds=ROUNDS_OF_GOALS)[""].p99
                with heavy_load(address):
                    loaded = in_turn({"": address}, SMALL, rounds=ROUNDS_OF_GOALS)[""].p99
            line(f"{each}, light: p99 beside ten heavy, times alone", loaded / alone, 3.0, float.__le__)
        look_ups(folder, addresses)
        print("\n| server | MB, all processes |\n|---|---:|")
        for name, (_, pid) in running.items():
            print(f"| {name} | {megabytes(pid):.0f} |")
        print("\n| asked again | ms, no cache | ms, cache |\n|---|---:|---:|", flush=True)
        with served(*glutakg()) as (caching, _):
            for path in REPEATED:
                times = [repeated(address, path) * 1_000 for address in (addresses[OURS], caching)]
                print(f"| `{path}` | {times[0]:.1f} | {times[1]:.1f} |", flush=True)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
