"""The user's cache folder: what lies in it is built beside its place, put there whole, and goes when old.

Imports little, since a process that waits for the cache may be started before all else.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress

from glutakg.errors import StoreError

TYPE_CHECKING = False  # as type checkers know it, without the cost of importing typing
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["absolute", "build_folder", "default_cache_dir", "is_whole", "remove_old"]


_OUR_FOLDERS = r"(store|loaded|generated)-[0-9a-f]{32}|(building)-[0-9a-f]{32}-[0-9a-z_]{8}"
_DAY_SECONDS = 24 * 3600
_OLDEST_SECONDS = {"building": 3600, "loaded": _DAY_SECONDS}
_MANIFEST = "manifest.json"


def default_cache_dir() -> Path:
    """Return the cache folder: `GLUTAKG_CACHE` where that is set, else one of the user's cache folders.

    Raises:
        StoreError: there is no such folder, since the user has no home or the current folder is gone.
    """
    from pathlib import Path

    if chosen := os.environ.get("GLUTAKG_CACHE"):
        return absolute(Path(chosen))
    from platformdirs import user_cache_path

    with suppress(RuntimeError):
        folder = user_cache_path("glutakg", appauthor=False)
        if folder.is_absolute():
            return folder
    raise StoreError(
        "There is no home folder to keep the store in; set GLUTAKG_CACHE to the path of a folder."
    )


def absolute(path: Path) -> Path:
    """Return the absolute form of a path.

    Raises:
        StoreError: the path is relative and the current folder is gone.
    """
    try:
        return path.absolute()
    except OSError as error:
        raise StoreError(
            f"The cache folder {path} cannot be found from here ({error.strerror}); give its full path."
        ) from error


def build_folder(folder: Path, write: Callable[[Path], None], is_sound: Callable[[Path], bool]) -> None:
    """Build a folder beside its place and put it there whole, with a manifest of its files.

    A damaged folder of that name makes way. Where another process was quicker, its folder stays.

    Args:
        folder: its place, in a cache folder that is made when missing; named after its kind and key.
        write: fills the folder that it is given.
        is_sound: tells whether a folder that is there already can stay.

    Raises:
        OSError: the folder cannot be written.
    """
    import json

    folder.parent.mkdir(parents=True, exist_ok=True)
    with _working_folder(folder) as working:
        building = working / folder.name
        building.mkdir()
        write(building)
        (building / _MANIFEST).write_text(json.dumps(_sizes(building)), encoding="utf-8")
        if folder.exists() and not is_sound(folder):
            folder.rename(working / "damaged")  # in one step, so that nobody meets it half removed
        try:
            building.rename(folder)
        except OSError:
            if not folder.exists():
                raise


def is_whole(folder: Path) -> bool:
    """Return whether the files of a folder are all there, in the sizes that its manifest records."""
    try:
        return _manifest(folder) == _sizes(folder)
    except (OSError, ValueError):
        return False


def remove_old(cache_dir: Path, *, keep: Path) -> None:
    """Remove what has not been built anew for a week, and what is left of builds that were cut off.

    A store that was compacted since goes after a day: who has it open may not have read it all.

    Args:
        cache_dir: the cache folder; what does not have the name and the manifest of something of ours stays.
        keep: the folder in it that is in use.
    """
    import re
    import time

    for path in cache_dir.iterdir():
        match = re.fullmatch(_OUR_FOLDERS, path.name)
        if match and path != keep:
            oldest = _OLDEST_SECONDS.get(match[1] or match[2], 7 * _DAY_SECONDS)
            with suppress(OSError, ValueError):  # it has just gone, or is not ours
                if time.time() - path.stat().st_mtime > oldest and (match[2] or _is_listed(path)):
                    _remove(path)


def _manifest(folder: Path) -> object:
    import json

    return json.loads((folder / _MANIFEST).read_bytes())


def _sizes(folder: Path) -> dict[str, int]:
    """Return the size of each file below a folder, but of the manifest."""
    paths = (os.path.join(parent, name) for parent, _, names in os.walk(folder) for name in names)
    sizes = {os.path.relpath(path, folder).replace(os.sep, "/"): os.stat(path).st_size for path in paths}
    sizes.pop(_MANIFEST, None)
    return sizes


def _is_listed(folder: Path) -> bool:
    """Return whether the manifest of a folder lists what lies in it: then it was built here."""
    manifest = _manifest(folder)
    return isinstance(manifest, dict) and manifest.keys() == _sizes(folder).keys()


@contextmanager
def _working_folder(folder: Path) -> Iterator[Path]:
    """Give a new folder beside the one to be built, and remove it with what is left in it."""
    from pathlib import Path
    from tempfile import mkdtemp

    key = folder.name.partition("-")[2]
    working = Path(mkdtemp(prefix=f"building-{key}-", dir=folder.parent))
    try:
        yield working
    finally:
        _remove(working)


def _remove(folder: Path) -> None:
    from shutil import rmtree

    rmtree(folder, ignore_errors=True)
