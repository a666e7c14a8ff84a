"""Processes that tests start and end: whether one runs, and how a test waits for that."""

import subprocess
import time
from collections.abc import Callable


def is_running(process: int) -> bool:
    """Return whether a process runs; one that has ended and was not yet asked for its end does not."""
    command = ["ps", "-o", "stat=", "-p", str(process)]
    state = subprocess.run(command, capture_output=True, encoding="utf-8", check=False).stdout.strip()
    return state != "" and not state.startswith("Z")


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds, or fail."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, what
