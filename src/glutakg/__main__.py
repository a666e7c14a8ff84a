"""The `glutakg` command, also as `python -m glutakg`."""

from __future__ import annotations

import signal
import sys

from glutakg.store import start_ahead

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from typing import NoReturn

__all__ = ["main"]

_ASKING_COMMANDS = frozenset({"describe", "info", "query"})


def main() -> NoReturn:
    """Run the command line; where it will ask the store, have the store opened meanwhile.

    Ctrl-C simply ends the process, except in a command, which ends its worker first.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    if len(sys.argv) > 2 and sys.argv[1] in _ASKING_COMMANDS and not _asks_no_shipped_store(sys.argv):
        start_ahead()
    from glutakg.cli.main import main as run

    run()


def _asks_no_shipped_store(arguments: list[str]) -> bool:
    return any(each == "--help" or each.startswith("--endpoint") for each in arguments)


if __name__ == "__main__":
    main()
