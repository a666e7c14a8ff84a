"""Where an ontology is read from: a file, standard input, an address, or that of an owner."""

import re
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from glutakg.errors import SourceError
from glutakg.files import STDIN
from glutakg.linking.fetching import addresses_of, fetched, is_address

__all__ = ["on_disk"]


@contextmanager
def on_disk(
    source: str, home: Path, *, offline: bool, only_public: bool = False, say: Callable[[str], object]
) -> Iterator[tuple[str, Path]]:
    """Give what a source is called and its file; what is sent or fetched is written into one first.

    Args:
        source: path of a file, `-` for standard input, an address, or the name of an OBO ontology.
        home: the data folder, where files lie meanwhile.
        offline: whether to refuse what would need the network.
        only_public: whether an address must be that of a public host.
        say: is called with a sentence on how far it is.

    Raises:
        SourceError: it cannot be read or had.
    """
    is_name = re.fullmatch(r"[a-z][a-z0-9_]*", source) is not None and not Path(source).exists()
    if is_address(source) or is_name:
        if offline:
            message = "It would have to be fetched, which --offline forbids; name a file."
            raise SourceError(message, path=source)
        say(f"Fetching {source} …")
        addresses = (source,) if is_address(source) else addresses_of(source)
        address, path = fetched(addresses, home / "downloads", only_public=only_public, say=say)
        try:
            yield address, path
        finally:
            path.unlink(missing_ok=True)
        return
    if source != "-":
        path = _readable(Path(source))
        yield str(path.absolute()), path
        return
    if sys.stdin is None:
        raise SourceError("It is closed; send an ontology into it, or name a file.", path=STDIN)
    path = home / "imports" / "standard-input"
    try:
        with path.open("wb") as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy, 1 << 20)
        yield STDIN, path
    finally:
        path.unlink(missing_ok=True)


def _readable(path: Path) -> Path:
    """Return the path of a file that can be read."""
    try:
        kind = path.stat().st_mode
        if stat.S_ISREG(kind):
            path.open("rb").close()
    except FileNotFoundError:
        message = "There is no such file; check the name."
        if path.parts[:1] == ("file:",):
            message = "Addresses of files are not read; give the path alone."
        raise SourceError(message, path=path) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"The file cannot be read ({reason}).", path=path) from error
    if stat.S_ISDIR(kind):
        raise SourceError("This is a folder; name a file in it.", path=path)
    if not stat.S_ISREG(kind):
        raise SourceError("This is a device, a pipe or a socket; name a file, or - for it.", path=path)
    return path
