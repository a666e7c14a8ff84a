"""What the server counts, in the text format of Prometheus."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Metrics"]


_BUCKETS = (0.001, 0.005, 0.025, 0.1, 0.25, 1.0, 5.0, 30.0)
_PREFIX = "glutakg"


class Metrics:
    """Counts since the server was started.

    >>> metrics = Metrics()
    >>> metrics.answered("sparql", 200, "", 0.002, 120)
    >>> 'glutakg_requests_total{route="sparql",status="200",reason=""} 1' in metrics.text({}).splitlines()
    True
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._requests: Counter[tuple[str, int, str]] = Counter()
        self._buckets: Counter[float] = Counter()
        self._seconds = 0.0
        self._bytes = 0
        self._ended: Counter[str] = Counter()
        self._cache: Counter[str] = Counter()

    def answered(self, route: str, status: int, reason: str, seconds: float, size: int) -> None:
        """Count an answer: its route, status, reason where it is a problem, time and bytes."""
        self._requests[route, status, reason] += 1
        self._seconds += seconds
        self._bytes += size
        for bucket in _BUCKETS:
            if seconds <= bucket:
                self._buckets[bucket] += 1
                break

    def worker_ended(self, cause: str) -> None:
        """Count the end of a worker."""
        self._ended[cause] += 1

    def looked_up(self, found: str) -> None:
        """Count a look into the finished answers: `hit` or `miss`."""
        self._cache[found] += 1

    def text(self, gauges: Mapping[str, tuple[str, float]]) -> str:
        """Return all counts; `gauges` are values of this moment by name, each with its help text."""
        return "\n".join([*self._lines(gauges), ""])

    def _lines(self, gauges: Mapping[str, tuple[str, float]]) -> Iterator[str]:
        requests = (
            (f'route="{route}",status="{status}",reason="{reason}"', number)
            for (route, status, reason), number in sorted(self._requests.items())
        )
        yield from _family("requests_total", "counter", "Requests answered.", requests)
        yield from _family(
            "workers_ended_total",
            "counter",
            "Worker processes that ended, by cause.",
            ((f'cause="{cause}"', number) for cause, number in sorted(self._ended.items())),
        )
        yield from _family(
            "cache_lookups_total",
            "counter",
            "Looks into the finished answers.",
            ((f'result="{found}"', number) for found, number in sorted(self._cache.items())),
        )
        yield from _family("sent_bytes_total", "counter", "Bytes of answers.", [("", self._bytes)])
        yield from self._histogram()
        for name, (help_text, value) in gauges.items():
            yield from _family(name, "gauge", help_text, [("", value)])

    def _histogram(self) -> Iterator[str]:
        name = f"{_PREFIX}_request_seconds"
        yield f"# HELP {name} Time from the head of a request to its answer."
        yield f"# TYPE {name} histogram"
        total = 0
        for bucket in _BUCKETS:
            total += self._buckets[bucket]
            yield f'{name}_bucket{{le="{bucket:g}"}} {total}'
        count = sum(self._requests.values())
        yield f'{name}_bucket{{le="+Inf"}} {count}'
        yield f"{name}_sum {self._seconds:.6f}"
        yield f"{name}_count {count}"


def _family(name: str, kind: str, help_text: str, values: Iterable[tuple[str, float]]) -> Iterator[str]:
    yield f"# HELP {_PREFIX}_{name} {help_text}"
    yield f"# TYPE {_PREFIX}_{name} {kind}"
    for labels, value in values:
        yield f"{_PREFIX}_{name}{{{labels}}} {value}" if labels else f"{_PREFIX}_{name} {value}"
