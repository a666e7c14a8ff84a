"""What the server counts, in the text format of Prometheus."""

from collections.abc import Mapping

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

__all__ = ["METRICS_TYPE", "Metrics"]

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""The media type of the text format."""

_BUCKETS = (0.001, 0.005, 0.025, 0.1, 0.25, 1.0, 5.0, 30.0)


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
        self._cache = Counter(
            "glutakg_cache_lookups", "Looks into the finished answers.", ("result",), registry=registry
        )
        self._bytes = Counter("glutakg_sent_bytes", "Bytes of answers.", registry=registry)
        self._seconds = Histogram(
            "glutakg_request_seconds",
            "Time from the head of a request to its answer.",
            buckets=_BUCKETS,
            registry=registry,
        )
        self._gauges: dict[str, Gauge] = {}

    def answered(self, route: str, status: int, reason: str, seconds: float, size: int) -> None:
        """Count an answer: its route, status, reason where it is a problem, time and bytes."""
        self._requests.labels(route, str(status), reason).inc()
        self._seconds.observe(seconds)
        self._bytes.inc(size)

    def worker_ended(self, cause: str) -> None:
        """Count the end of a worker."""
        self._ended.labels(cause).inc()

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
