"""Ask a server everything at once for ten minutes while its workers die, and print what came of it.

    python tests/benchmarks/bench_soak.py [SECONDS [OPTION …]]

The options are further ones of `glutakg serve`, such as `--front plain` or `--in-memory`. Workers are killed,
aborted and stopped; there are endless queries, clients that read slowly and clients that vanish. In the end
10,000 connections are opened and left, and the disk of another server is full when its cache and its workers
go. The exit code is 1 where an answer was wrong, cut or another's, or where the server holds 5 % more memory
in the end than after the second minute.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from running_server import running_server
from soak import OPTIONS, fill_disk, soak

_SECONDS = 600.0
_SETTLED_AFTER = 0.2
_MOST_GROWTH = 1.05
_CONNECTIONS = 10_000


def main() -> int:
    """Soak, print, and return the exit code."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else _SECONDS
    with running_server(*OPTIONS, *sys.argv[2:]) as server:
        settled_after = _SETTLED_AFTER * seconds
        told = soak(server, seconds=seconds, settled_after=settled_after, connections=_CONNECTIONS)
    with tempfile.TemporaryDirectory() as folder:
        told.faults += fill_disk(Path(folder, "cache"))
    print("| status | answers |\n|---|---|")
    for status, number in sorted(told.answers.items()):
        print(f"| {status} | {number:,} |")
    growths = []
    for what, (before, after) in {"all processes": told.megabytes, "front": told.front_megabytes}.items():
        growths.append(after / before)
        print(f"\n{what}: {before:.1f} MB, in the end {after:.1f} MB ({after / before - 1:+.1%})")
    before, after = told.front_descriptors
    print(f"\ndescriptors of the front before {_CONNECTIONS:,} connections: {before}, afterwards: {after}")
    print(f"\n{told.deaths} workers killed, aborted or stopped, {len(told.faults)} wrong answers")
    print(*told.faults[:20], sep="\n")
    return int(bool(told.faults) or max(growths) >= _MOST_GROWTH)


if __name__ == "__main__":
    sys.exit(main())
