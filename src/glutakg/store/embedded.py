"""The embedded store: the shipped files, or others, in a store on disk that a worker process opens."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NoReturn

from glutakg.cache import absolute, default_cache_dir
from glutakg.dataset import ShippedFile
from glutakg.errors import SourceError, StoreError
from glutakg.languages import N_
from glutakg.store.client import StoreClient
from glutakg.store.messages import Failure, Fault, Opened, OpenFiles, Rights

__all__ = ["EmbeddedStore", "open_store"]


_SECONDS_TO_BUILD = 2_000.0  # of which deriving may take most


def open_store(
    cache_dir: Path | str | None = None,
    *,
    files: Sequence[ShippedFile] | None = None,
    memory_limit_mb: int = 1024,
    timeout: float = 30.0,
    allow_service: Collection[str] = (),
) -> "EmbeddedStore":
    """Return a store over the shipped files, or over the files given.

    The worker process starts at once; the first question waits until it is ready, which the very first time
    includes building the store on disk.

    Args:
        cache_dir: folder to keep the store in; without it `default_cache_dir()`.
        files: other files than the shipped ones.
        memory_limit_mb: megabytes that evaluating may take beyond what the opened store takes.
        timeout: seconds that a query may run, at most a day; as long may all endpoints take that it asks.
        allow_service: hosts that SERVICE may name, as `host` or `host:port`; none by default. This process
            asks them, not the one that evaluates queries.

    Raises:
        ParameterError: the timeout is no number of seconds.
        StoreError: the worker process cannot be started, or there is no cache folder.

    >>> with open_store() as store:
    ...     store.evaluate("ASK { ?s ?p ?o }").boolean
    True
    """
    return EmbeddedStore(
        absolute(Path(cache_dir)) if cache_dir is not None else default_cache_dir(),
        files=files,
        memory_limit_mb=memory_limit_mb,
        timeout=timeout,
        allow_service=allow_service,
    )


class EmbeddedStore(StoreClient):
    """A store of files, kept on disk. `open_store` makes one."""

    _opening = "Building the store, which is kept for the next time; this takes some seconds …"

    def __init__(
        self,
        cache_dir: Path,
        *,
        files: Sequence[ShippedFile] | None,
        memory_limit_mb: int,
        timeout: float,
        allow_service: Collection[str],
    ) -> None:
        """Start the worker process; see `open_store` for the arguments."""
        paths = None if files is None else [(str(each.path.absolute()), each.graph_name) for each in files]
        self._location: Path | None = None
        super().__init__(
            OpenFiles(str(cache_dir), paths),
            rights=Rights(memory_limit_mb),
            timeout=timeout,
            allow_service=allow_service,
            seconds_to_open=_SECONDS_TO_BUILD,
        )

    @property
    def path(self) -> Path | None:
        """The folder that holds the store; None where it lives in memory.

        Raises:
            SourceError: a file cannot be read or is not Turtle.
            StoreError: the store cannot be opened.
        """
        with self._lock:
            self._ready_worker()
            return self._location

    @property
    def location(self) -> str:
        """The folder that holds the store, or `memory`; raises what `path` raises."""
        return str(self.path or "memory")

    def _opened(self, reply: Opened) -> None:
        self._location = Path(reply.location) if reply.location else None

    def _raise_failure(self, failure: Failure, seconds: float) -> NoReturn:
        if failure.fault is Fault.SOURCE:
            error = SourceError(failure.message)
            error.path, error.line, error.column = failure.path, failure.line, failure.column
            raise error
        if failure.fault in (Fault.ENGINE, Fault.DAMAGED):
            if self._location is None:  # nothing was opened, or all is in memory
                raise StoreError(
                    N_("The store cannot be opened or read: {reason}.", reason=failure.message.rstrip("."))
                )
            raise StoreError(
                N_(
                    "The store cannot be read: {reason}. Remove the folder {location} and try again.",
                    reason=failure.message,
                    location=self._location,
                )
            )
        super()._raise_failure(failure, seconds)
