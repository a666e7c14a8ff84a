"""Work that is done in a process of its own, since it may end that, or take too long."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Run", "run_apart"]


@dataclass(frozen=True, slots=True)
class Run:
    """How a process ended.

    Attributes:
        code: its exit code.
        output: what it wrote to standard output.
        errors: what it wrote to standard error.
        is_late: whether it was stopped.
    """

    code: int
    output: bytes
    errors: str
    is_late: bool = False

    @property
    def last_line(self) -> str:
        """The last line that it wrote to standard error, or else how it ended."""
        return self.errors.strip().rpartition("\n")[2] or f"exit code {self.code}"


def run_apart(module: str, arguments: Sequence[str], *, seconds: float) -> Run:
    """Run a module of this package, which ends when its standard input closes, and return how it ended.

    Args:
        module: that has a `main`.
        arguments: for it.
        seconds: after which it is stopped.
    """
    package_parent = str(Path(__file__).resolve().parents[2])
    held, open_end = os.pipe()  # whose other end closes with this process, however it ends
    try:
        with subprocess.Popen(
            [sys.executable, "-P", "-m", module, *arguments],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [*sys.path, package_parent]))},
            stdin=held,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            is_late = False
            try:
                output, errors = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                is_late = True
                process.kill()
                output, errors = process.communicate()
            except BaseException:
                process.kill()
                raise
        return Run(process.returncode, output, errors.decode(errors="replace"), is_late)
    finally:
        os.close(held)
        os.close(open_end)
