"""The graphs that git does not keep: derivations, their premises, and what VoID counts of all the data.

They follow from the files that git keeps and from the code that makes them, and both are in their key. They
are built with the package (`glutakg.build`), so that a wheel and an sdist carry them. Where they are missing,
or are of other files, a process of its own builds them into the cache folder when they are first needed: who
only asks a store has no use for rules and their memory.
"""

import hashlib
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from glutakg.cache import build_folder, default_cache_dir, is_whole, remove_old
from glutakg.dataset.graphs import content_key
from glutakg.dataset.shipped import PACKAGE, ShippedFile, kept_files, program_query_files
from glutakg.errors import SourceError, StoreError

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

    from glutakg.dataset.axioms import Statements
    from glutakg.dataset.imported import Import
    from glutakg.dataset.joined import Bearing

__all__ = [
    "CARRIED",
    "Following",
    "generated_files",
    "generated_key",
    "generated_name",
    "remove_temporary",
    "shipped_files",
    "what_follows",
    "write",
]


CARRIED = Path(__file__).resolve().parent / "built"
"""Where the package carries the folder of the generated files."""

_ROOMS = ("rdf", "dataset", "owl")
"""The rooms whose code reads what git keeps and makes the rest of it."""

_FOLLOWING = ("come.nq", "gone.nq")
_SECONDS_TO_BUILD = 1_800.0  # far more than it takes: a busy machine is no fault


def shipped_files(cache_dir: Path | None = None) -> list[ShippedFile]:
    """Return every file that holds data (shapes do not): those that git keeps, then the generated ones.

    Args:
        cache_dir: where the generated files are built if the package has none that fit; by default
            `glutakg.cache.default_cache_dir()`.

    Raises:
        SourceError: a file that git keeps cannot be read or is not Turtle, so that nothing follows from it.
        StoreError: the generated files cannot be built, or not kept anywhere.
    """
    return [*kept_files(), *generated_files(cache_dir)]


class Following(NamedTuple):
    """What follows otherwise where something is imported, as lines of N-Quads.

    Attributes:
        come: what follows besides.
        gone: what follows no longer.
    """

    come: frozenset[bytes] = frozenset()
    gone: frozenset[bytes] = frozenset()


def what_follows(imports: "Mapping[Import, Statements]", cache_dir: Path | None = None) -> Following:
    """Return what follows otherwise with imports than without.

    Args:
        imports: that count, with what each states.
        cache_dir: where it is kept; by default `glutakg.cache.default_cache_dir()`.

    Raises:
        StoreError: it cannot be derived, or not kept anywhere.
    """
    if not imports:
        return Following()
    from glutakg.dataset.joined import bearing

    if (told := bearing(imports)) is None:
        return Following()
    key = hashlib.sha256(f"{generated_key()}\0{told.form}".encode()).hexdigest()[:32]
    folder = _folder(f"generated-{key}", cache_dir, partial(_documents_with, told, cache_dir))
    return Following(
        *(frozenset((folder / name).read_bytes().splitlines(keepends=True)) for name in _FOLLOWING)
    )


def generated_files(cache_dir: Path | None = None) -> list[ShippedFile]:
    """Return the generated files, which are built where they are not there yet; see `shipped_files`."""
    name = generated_name()
    if is_whole(CARRIED / name):
        return _files_in(CARRIED / name)
    return _files_in(_folder(name, cache_dir, _documents))


def _files_in(folder: Path) -> list[ShippedFile]:
    return [ShippedFile(path, path.parent.name) for path in sorted(folder.glob("*/*.ttl"))]


def generated_key() -> str:
    """Return a key that changes with the files that git keeps, and with the code that makes the others.

    Raises:
        SourceError: a file cannot be read.
    """
    code = sorted(path for room in _ROOMS for path in (PACKAGE / room).rglob("*.py"))
    counting = program_query_files()
    return content_key([*kept_files(), *(ShippedFile(path, path.parent.name) for path in (*code, *counting))])


def generated_name() -> str:
    """Return the name of the folder of the generated files, in the package and in the cache."""
    return f"generated-{generated_key()}"


def write(documents: Mapping[str, str], folder: Path) -> None:
    """Write documents into a folder, by their paths in it.

    Raises:
        OSError: a file cannot be written.
    """
    for name, text in documents.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def remove_temporary() -> None:
    """Remove the generated files that could not be kept in the cache; they are built again when needed."""
    while _temporary:
        _temporary.popitem()[1].cleanup()


def _folder(name: str, cache_dir: Path | None, documents: Callable[[], Mapping[str, str]]) -> Path:
    """Return a folder of generated files in the cache, built where it is not there yet."""
    cached = (cache_dir or default_cache_dir()) / name
    places = [cached, *(Path(each.name) / name for each in _temporary.values())]
    for folder in places:
        if is_whole(folder):
            return folder
    fill = partial(write, documents())
    try:
        build_folder(cached, fill, is_whole)
    except OSError:
        return _temporary_folder(name, fill)
    with suppress(OSError):
        remove_old(cached.parent, keep=cached)
    return cached


_temporary: dict[str, "TemporaryDirectory[str]"] = {}
"""Folders that go when this process ends, by what is in them: used where the cache cannot be written."""


def _temporary_folder(name: str, fill: Callable[[Path], None]) -> Path:
    from tempfile import TemporaryDirectory

    try:
        _temporary[name] = TemporaryDirectory(prefix="glutakg-")
        folder = Path(_temporary[name].name) / name
        build_folder(folder, fill, is_whole)
    except OSError as error:
        raise StoreError(
            f"What is derived from the data can be kept nowhere ({error.strerror}); "
            "set GLUTAKG_CACHE to a folder that can be written."
        ) from error
    return folder


def _documents_with(told: "Bearing", cache_dir: Path | None) -> dict[str, str]:
    """Return what follows otherwise with imports, by what of them bears on our individuals."""
    import json
    from tempfile import TemporaryDirectory

    derived = [*(file for file in kept_files() if file.graph_name == "inferred"), *generated_files(cache_dir)]
    files = {
        name: [str(file.path) for file in derived if file.graph_name == name]
        for name in ("contested", "inferred")
    }
    try:
        with TemporaryDirectory(prefix="glutakg-") as working:
            path = Path(working) / "joined.json"
            path.write_text(json.dumps({**told._asdict(), "files": files}), encoding="utf-8")
            return _documents(str(path))
    except OSError as error:
        raise _not_derived(error.strerror or str(error)) from error


def _documents(*arguments: str) -> dict[str, str]:
    """Return the generated documents, by their paths, as a process of its own makes them.

    Args:
        arguments: for `glutakg.build`.
    """
    import json
    import subprocess  # both are needed only here, and slow to import

    if sys.stderr is not None and sys.stderr.isatty():
        print("Deriving once what follows from the data; this takes some seconds …", file=sys.stderr)
    read_end, write_end = os.pipe()
    try:
        run = subprocess.run(
            [sys.executable, "-P", "-m", "glutakg.build", "--while-stdin-is-open", *arguments],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [*sys.path, str(PACKAGE.parent)]))},
            stdin=read_end,
            capture_output=True,
            timeout=_SECONDS_TO_BUILD,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _not_derived(f"no end after {_SECONDS_TO_BUILD:g} s") from error
    except OSError as error:
        raise _not_derived(error.strerror or str(error)) from error
    finally:
        os.close(read_end)
        os.close(write_end)
    if run.returncode:
        last_line = run.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise _not_derived(last_line or f"exit code {run.returncode}")
    answer: dict[str, Any] = json.loads(run.stdout)
    if "fault" in answer:
        fault = SourceError(answer["fault"])
        fault.path, fault.line, fault.column = answer["path"], answer["line"], answer["column"]
        raise fault
    documents: dict[str, str] = answer["documents"]
    return documents


def _not_derived(reason: str) -> StoreError:
    return StoreError(f"What follows from the data could not be derived ({reason}).")
