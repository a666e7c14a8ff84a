"""A process that runs one program and lets it outlive neither its time nor the process that started it.

It is run as a script, with the number of its parent, the seconds, a folder for its files, and the command.
Its standard input is a pipe that its parent holds open and never writes to: where that closes, the parent is
gone. On Linux the kernel tells it as well, and ends the program should this process be killed.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial

OVERDUE = 124
"""The exit code where the time was up, as that of the command `timeout`."""

CANNOT_START = 126
"""The exit code where there is no such program, or none that can be run."""

_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)


def _death_signal() -> Callable[[int, int], None] | None:
    """Return what asks the kernel for a signal when the parent ends; None where the kernel has none."""
    if sys.platform != "linux":
        return None
    import ctypes

    prctl = ctypes.CDLL(None).prctl

    def ask(parent: int, number: int) -> None:
        prctl(_SET_DEATH_SIGNAL, number)
        if os.getppid() != parent:  # it had gone before the kernel was asked
            os._exit(1)

    return ask


def _end(program: "subprocess.Popen[bytes]", folder: str) -> None:
    """End the program, and remove the files of which nobody is left to read them."""
    program.kill()
    program.wait()
    shutil.rmtree(folder, ignore_errors=True)


def _await_parent(program: "subprocess.Popen[bytes]", folder: str) -> None:
    """End everything once the pipe from the parent closes."""
    os.read(0, 1)
    _end(program, folder)
    os._exit(1)


def main() -> int:
    """Run the program, and return its exit code."""
    parent, seconds, folder, *command = sys.argv[1:]
    ask = _death_signal()
    try:
        program = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            preexec_fn=partial(ask, os.getpid(), signal.SIGKILL) if ask else None,
        )
    except OSError as error:
        print(f"{os.path.basename(command[0])} cannot be started: {error}", file=sys.stderr)
        return CANNOT_START

    def ended(number: int, frame: object) -> None:
        _end(program, folder)
        os._exit(1)

    signal.signal(signal.SIGTERM, ended)
    threading.Thread(target=_await_parent, args=(program, folder), daemon=True).start()
    if ask:
        ask(int(parent), signal.SIGTERM)
    try:
        return program.wait(float(seconds))
    except subprocess.TimeoutExpired:
        return OVERDUE
    finally:
        program.kill()
        program.wait()


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code if code >= 0 else 128 - code)  # nothing is left to wait for but the pipe
