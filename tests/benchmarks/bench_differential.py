"""Compare answers to many random queries with those of Jena and sparq, and print what differs.

    python tests/benchmarks/bench_differential.py [FIRST_SEED] [QUERIES]

It takes a minute for some 1,500 queries. The exit code is 1 where a difference is new.
"""

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from differential import differences
from jena import missing, running_jena


def main() -> None:
    """Ask, print, and end with 1 where something is new."""
    first = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    if missing():
        sys.exit(missing())
    kinds: Counter[str] = Counter()
    with running_jena() as jena:
        for found in differences(jena, range(first, first + count)):
            kinds[found.name or "new"] += 1
            print(f"{found.seed} {found.name or 'NEW'}\n{found.query}")
            print(f"  ours: {found.ours}\n  Jena: {found.theirs}")
    print(f"{count:,} queries: {dict(kinds) or 'no difference'}")
    sys.exit(bool(kinds["new"]))


if __name__ == "__main__":
    main()
