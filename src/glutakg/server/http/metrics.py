"""What the server counts, in the text format of Prometheus."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from glutakg.server.workers.passing import BUCKETS, WorkerCounts

__all__ = ["METRICS_TYPE", "OTHER", "REWRITTEN", "WHY_EMPTY", "Metrics"]

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""The media type of the text format."""

REWRITTEN, WHY_EMPTY, OTHER = "rewritten", "why-empty", "other"
"""What the times of answers are told apart by: what is asked otherwise because of a fault of the engine, what
explains an empty answer, and all else."""


class _Seconds(Collector):
    """A histogram to which many observations can be added at once, as that of the library cannot."""

    def __init__(self) -> None:
        self._counts = {work: [0] * (len(BUCKETS) + 1) for work in (OTHER, REWRITTEN, WHY_EMPTY)}
        self._sums = dict.fromkeys(self._counts, 0.0)

    def add(self, work: str, counts: Sequence[int], seconds: float) -> None:
        self._counts[work] = [old + new for old, new in zip(self._counts[work], counts, strict=True)]
        self._sums[work] += seconds

    def observe(self, work: str, seconds: float) -> None:
        self._counts[work][bisect_left(BUCKETS, seconds)] += 1
        self._sums[work] += seconds

    def collect(self) -> Iterator[Metric]:
        names = [*map(floatToGoString, BUCKETS), "+Inf"]
        told = "Time from the head of a request to its answer, by the work that it took."
        family = HistogramMetricFamily("glutakg_request_seconds", told, labels=["work"])
        for work, counts in self._counts.items():
            family.add_metric([work], list(zip(names, accumulate(counts), strict=True)), self._sums[work])
        yield family


class Metrics:
    """Counts since the server was started.

    >>> metrics = Metrics()
    >>> metrics.answered("sparql", 200, "", 0.002, 120)
    >>> b'glutakg_requests_total{reason="",route="sparql",status="200"} 1.0' in metrics.text({}).splitlines()
    True
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the server has one start for all
        registry = CollectorRegistry()
        self._registry = registry
        self._requests = Counter(
            "glutakg_requests", "Requests answered.", ("route", "status", "reason"), registry=registry
        )
        self._ended = Counter(
            "glutakg_workers_ended", "Worker processes that ended, by cause.", ("cause",), registry=registry
        )
        self._replays = Counter(
            "glutakg_requests_replayed",
            "Requests asked again because their worker ended; each at most four times.",
            registry=registry,
        )
        self._cache = Counter(
            "glutakg_cache_lookups", "Looks into the finished answers.", ("result",), registry=registry
        )
        self._bytes = Counter("glutakg_sent_bytes", "Bytes of answers.", registry=registry)
        self._seconds = _Seconds()
        registry.register(self._seconds)
        self._gauges: dict[str, Gauge] = {}

    def answered(
        self, route: str, status: int, reason: str, seconds: float, size: int, *, work: str = OTHER
    ) -> None:
        """Count an answer: its route, status, reason where it is a problem, time, bytes and work."""
        self._requests.labels(route, str(status), reason).inc()
        self._seconds.observe(work, seconds)
        self._bytes.inc(size)

    def answered_by_worker(self, route: str, status: int, counts: WorkerCounts, *, work: str) -> None:
        """Count answers that a worker sent itself.

        Args:
            route: of their requests.
            status: of all of them.
            counts: how many, with their bytes and times.
            work: that they took.
        """
        self._requests.labels(route, str(status), "").inc(sum(counts.buckets))
        self._seconds.add(work, counts.buckets, counts.seconds)
        self._bytes.inc(counts.size)

    def worker_ended(self, cause: str) -> None:
        """Count the end of a worker."""
        self._ended.labels(cause).inc()

    def replayed(self) -> None:
        """Count that a request is asked again, since the worker that it was with has ended."""
        self._replays.inc()

    def cache_lookup(self, result: str) -> None:
        """Count a look into the finished answers: `hit` or `miss`."""
        self._cache.labels(result).inc()

    def text(self, gauges: Mapping[str, tuple[str, float]]) -> bytes:
        """Return all counts; `gauges` are values of this moment by name, each with its help text."""
        for name, (help_text, value) in gauges.items():
            if name not in self._gauges:
                self._gauges[name] = Gauge(f"glutakg_{name}", help_text, registry=self._registry)
            self._gauges[name].set(value)
        return generate_latest(self._registry)
