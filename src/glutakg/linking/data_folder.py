"""The user's data folder while imports change: one process at a time, and nothing left lying."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from glutakg.dataset import Import
from glutakg.errors import StoreError

__all__ = ["tidy", "writing"]


@contextmanager
def writing(home: Path) -> Iterator[None]:
    """Keep others from changing imports meanwhile, which ends with this process, however it ends.

    Args:
        home: the data folder; made when missing.

    Raises:
        StoreError: it cannot be written.
    """
    try:
        (home / "imports").mkdir(parents=True, exist_ok=True)
        with (home / "lock").open("w") as lock:
            _wait_for(lock.fileno())
            yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(
            f"The folder {home} cannot be written ({reason}); set GLUTAKG_DATA to one that can."
        ) from error


def _wait_for(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)


def tidy(home: Path, listed: Sequence[Import]) -> None:
    """Remove the folders that no import of the list has: what was replaced, and what was cut off."""
    kept = {each.folder for each in listed}
    for path in (home / "imports").iterdir():
        if path.name not in kept and path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
