"""The command on a real terminal of a given size."""

import os
import re
import subprocess
import sys

import pytest
from processes import PATIENCE

__all__ = ["on_a_terminal", "without_escapes"]

_TELLS_OF_A_TERMINAL = re.compile(
    "COLORTERM|COLUMNS|FORCE_.*|GLUTAKG_LANG|KITTY_.*|KONSOLE_.*|LINES|NO_COLOR|TERM_.*|VTE_.*|WT_.*"
)
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\")


def on_a_terminal(columns: int, *arguments: str, **environment: str) -> str:
    """Return what the command writes to standard output, a terminal of so many columns."""
    pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (40, columns))
    process = subprocess.Popen(
        [sys.executable, "-m", "glutakg", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        env={
            **{name: value for name, value in os.environ.items() if not _TELLS_OF_A_TERMINAL.fullmatch(name)},
            "PYTHONPATH": os.pathsep.join(sys.path),
            "TERM": "xterm",
            **environment,
        },
    )
    os.close(theirs)
    written = b""
    try:
        while piece := os.read(ours, 65536):
            written += piece
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(ours)
    assert process.wait(timeout=PATIENCE) == 0
    return written.decode().replace("\r\n", "\n")


def without_escapes(text: str) -> str:
    """Return text without colours and links."""
    return _ESCAPES.sub("", text)
