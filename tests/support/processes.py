"""Processes that tests start and end: whether one runs, and how a test waits for that."""

import select
import subprocess
import time
from collections.abc import Callable

JAVA = ("java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""What runs for seconds: compiled less well, it takes two thirds of the processor time."""

PATIENCE = 120.0
"""Seconds that a test waits for what must come, however busy the machine is."""


def is_running(process: int) -> bool:
    """Return whether a process runs; one that has ended and was not yet asked for its end does not."""
    command = ["ps", "-o", "stat=", "-p", str(process)]
    state = subprocess.run(command, capture_output=True, encoding="utf-8", check=False).stdout.strip()
    return state != "" and not state.startswith("Z")


def wait_until(holds: Callable[[], bool], what: str, *, seconds: float = PATIENCE) -> None:
    """Wait until something holds; fail where it takes too long."""
    latest = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < latest, f"after {seconds:g} s not yet: {what}"
        select.select([], [], [], 0.02)
