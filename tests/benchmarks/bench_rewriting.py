"""Measure what rewriting costs: each shipped query on the bare engine and in our own way, in turn.

    python tests/benchmarks/bench_rewriting.py [ROUNDS]

It prints the queries that became slowest, and the ratio of the fastest times of all queries added up. The
exit code is 1 where that is over the limit. It takes a minute for five rounds.
"""

import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import pyoxigraph as ox

from glutakg.cache import default_cache_dir
from glutakg.dataset.shipped import query_files
from glutakg.store.backend import LocalBackend
from glutakg.store.cache import open_cached

LIMIT = 1.1
MOST_SHOWN = 5


def seconds(ask: Callable[[str], Any], text: str) -> float:
    """Return how long a query takes with all its rows."""
    start = time.perf_counter()
    found = ask(text)
    if isinstance(found, Iterable):
        deque(found, maxlen=0)
    return time.perf_counter() - start


def main() -> None:
    """Measure, print, and end with 1 where it takes too long."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    location = open_cached(None, default_cache_dir()).location
    if location is None:
        sys.exit("The store of the cache cannot be opened.")
    store = ox.Store.read_only(str(location / "rocksdb"))
    ways: tuple[Callable[[str], Any], ...] = (store.query, LocalBackend(store).query)
    texts = {path.stem: path.read_text(encoding="utf-8") for path in query_files()}
    texts = {name: text for name, text in texts.items() if "# needs: network" not in text}
    fastest = {name: [seconds(way, text) for way in ways] for name, text in texts.items()}
    for _ in range(rounds):
        for name, text in texts.items():
            for number, way in enumerate(ways):
                fastest[name][number] = min(fastest[name][number], seconds(way, text))
    slower = sorted(fastest, key=lambda name: fastest[name][0] - fastest[name][1])
    for name in slower[:MOST_SHOWN]:
        bare, ours = fastest[name]
        print(f"{name}: {bare * 1000:.1f} ms bare, {ours * 1000:.1f} ms rewritten")
    bare, ours = (sum(times[number] for times in fastest.values()) for number in (0, 1))
    print(f"{len(texts)} queries: {bare:.3f} s bare, {ours:.3f} s rewritten, ratio {ours / bare:.2f}")
    sys.exit(ours / bare > LIMIT)


if __name__ == "__main__":
    main()
