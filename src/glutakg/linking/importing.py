"""Whole ontologies beside the graph: converted and loaded beside what is there, then switched to in one step.

What counts is the list of imports in the user's data folder (`glutakg.dataset.read_imports`). It is replaced
only when the triples of a new import and a store with them are there, so that a process that is killed at any
moment leaves the old state whole; what it left lying is removed by the next one.
"""

import hashlib
import json
import re
import shutil
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from glutakg._version import __version__
from glutakg.cache import build_folder, default_cache_dir, is_whole
from glutakg.dataset import (
    Import,
    default_data_dir,
    import_folder,
    imports_from_json,
    kept_files,
    read_imports,
    write_imports_list,
)
from glutakg.errors import (
    ImportRefused,
    MissingExtraError,
    ParameterError,
    ReasoningError,
    SourceError,
    StoreError,
)
from glutakg.files import STDIN
from glutakg.linking.fetching import addresses_of, fetched, is_address
from glutakg.linking.gate import join_of
from glutakg.linking.processes import Run, run_apart
from glutakg.rdf import compress
from glutakg.store import build_cached, cycles_in
from glutakg.text import did_you_mean

__all__ = ["SECONDS_TO_CHECK", "Imported", "import_listed", "import_ontology", "remove_imports"]


SECONDS_TO_CHECK = 120.0
"""Time that a reasoner is given to find contradictions."""

_MOST_TOLD = 10
_SECONDS_TO_CONVERT = 6 * 3_600.0
_OBO = "http://purl.obolibrary.org/obo/"
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_.-]{0,62}[a-z0-9])?")
_OF_OWNER = re.compile(
    re.escape(_OBO) + r"(?P<name>[a-z0-9_]+)(?:/(?P=name)(?:-(?:base|full|edit|simple))?)?\.(?:owl|obo|json)"
)
_ABOUT, _TRIPLES = "about.json", "triples.nt"

Say = Callable[[str], object]
"""Tells the user how far it is."""


@dataclass(frozen=True, slots=True)
class Imported:
    """An import that has just been made, and sentences on what is to be known of it."""

    made: Import
    notes: tuple[str, ...]


def import_ontology(
    source: str,
    *,
    name: str | None = None,
    offline: bool = False,
    unchecked: bool = False,
    force: bool = False,
    seconds: float = SECONDS_TO_CHECK,
    data_dir: Path | None = None,
    cache_dir: Path | None = None,
    say: Say = lambda sentence: None,
) -> Imported:
    """Import an ontology, in the place of an earlier import of that name.

    Args:
        source: path of a file, `-` for standard input, an address, or the name of an OBO ontology, such as
            `go`, which stands for the address that its owner gives it.
        name: under which it is listed; without one, that of its owner's address, or else of the file.
        offline: whether to refuse what would need the network.
        unchecked: whether to import without asking a reasoner if that contradicts the graph.
        force: whether to import what contradicts the graph, apart: seen by queries that name its graph alone.
        seconds: that a reasoner may take.
        data_dir: where imports are kept; by default `default_data_dir()`.
        cache_dir: where the store is kept; by default `default_cache_dir()`.
        say: is called with a sentence on each step.

    Raises:
        ParameterError: the name cannot be one.
        SourceError: the file cannot be read or had, or is not an ontology in a format that is read.
        StoreError: there is no place to keep it.
        MissingExtraError: a library is missing that reads this format.
        ImportRefused: it contradicts the graph, or what was imported before.
        ReasoningError: whether it does cannot be told, for want of Java, time or memory.
    """
    if name is not None and not _NAME.fullmatch(name):
        message = f"{name!r} is no name for an import; give lower-case letters, digits, -, _ and points."
        raise ParameterError(message, parameter="name")
    home = data_dir or default_data_dir()
    with _writing(home):
        before = read_imports(home)
        _tidy(home, before)
        done = _made(source, name, home, offline=offline, say=say)
        made = done.made
        others = [each for each in before if each.name != made.name]
        if not unchecked:
            made = _checked_made([made], others, before, home, force=force, seconds=seconds, say=say)[0]
        say("Building the store …")
        notes = [*_notes(made), *_switched(home, [*others, made], cache_dir)]
    return Imported(made, (*done.notes, *notes))


def import_listed(
    path: Path,
    *,
    offline: bool = False,
    unchecked: bool = False,
    seconds: float = SECONDS_TO_CHECK,
    data_dir: Path | None = None,
    cache_dir: Path | None = None,
    say: Say = lambda sentence: None,
) -> tuple[Imported, ...]:
    """Import what a list names (`glutakg imports --format json`), all of it or nothing.

    Args:
        path: of the list; each of its ontologies must have the SHA-256 that it has there.
        offline: whether to refuse what would need the network.
        unchecked: whether to import without asking a reasoner if that contradicts the graph.
        seconds: that a reasoner may take.
        data_dir: where imports are kept; by default `default_data_dir()`.
        cache_dir: where the store is kept; by default `default_cache_dir()`.
        say: is called with a sentence on each step.

    Raises:
        SourceError: the list or a file cannot be read, or a file is another one than the list names.
        StoreError: there is no place to keep them.
        MissingExtraError: a library is missing that reads a format.
        ImportRefused: they contradict the graph, each other, or what was imported before.
        ReasoningError: whether they do cannot be told, for want of Java, time or memory.
    """
    listed = imports_from_json(path)
    home = data_dir or default_data_dir()
    with _writing(home):
        before = read_imports(home)
        _tidy(home, before)
        done = []
        for each in listed:
            if not _NAME.fullmatch(each.name):
                raise SourceError(f"{each.name[:80]!r} is no name for an import.", path=path)
            one = _made(each.source, each.name, home, offline=offline, say=say)
            if one.made.sha256 != each.sha256:
                message = (
                    f"The list names another file than this one (SHA-256 {each.sha256[:12]}…, "
                    f"not {one.made.sha256[:12]}…); nothing was imported."
                )
                raise SourceError(message, path=each.source)
            done.append(Imported(one.made._replace(apart=each.apart), one.notes))
        made = [each.made for each in done]
        others = [each for each in before if each.name not in {one.name for one in made}]
        if not unchecked:
            made = _checked_made(made, others, before, home, force=False, seconds=seconds, say=say)
        say("Building the store …")
        notes = _switched(home, [*others, *made], cache_dir)
    return tuple(
        Imported(each, (*one.notes, *_notes(each), *notes)) for one, each in zip(done, made, strict=True)
    )


def _checked_made(
    made: list[Import],
    others: Sequence[Import],
    before: Sequence[Import],
    home: Path,
    *,
    force: bool,
    seconds: float,
    say: Say,
) -> list[Import]:
    """Return imports with what came of the check for contradictions; refuse them where there is one."""
    counting = [each for each in (*others, *made) if not each.apart]
    passed = {each.folder for each in before if not each.apart}
    if {each.folder for each in counting} <= passed and all(each.check == "passed" for each in before):
        return [each._replace(check="passed") for each in made]  # as it was asked before
    say("Asking a reasoner whether it contradicts the graph …")
    names = ", ".join(each.name for each in made)
    try:
        join = join_of([each.triples_file(home) for each in counting], seconds=seconds)
    except ReasoningError as error:
        reason = str(error).rstrip(".")
        message = f"Whether {names} contradicts the graph is not known ({reason}); --unchecked imports it."
        raise ReasoningError(message) from None
    if join.holds:
        return [each._replace(check="passed") for each in made]
    if force:
        return [each._replace(check="forced", apart=True) for each in made]
    lost = list(map(compress, join.unsatisfiable))
    what = f"{', '.join(lost[:5])} could have no members" if lost else "not all can be true at once"
    more = f" and {len(lost) - 5} others" if len(lost) > 5 else ""
    message = f"Beside {names}, {what}{more}; nothing was imported. --force takes it in apart from the graph."
    raise ImportRefused(message, axioms=join.axioms, unsatisfiable=join.unsatisfiable)


def _made(source: str, name: str | None, home: Path, *, offline: bool, say: Say) -> Imported:
    """Have the triples of an ontology in the data folder, and return what is to be listed of it."""
    with _on_disk(source, home, offline=offline, say=say) as (told, path):
        say("Reading …")
        folder, about = _converted(path, told, home)
    made = Import(
        name=name or _name_of(about["ontology"], source),
        source=told,
        sha256=about["sha256"],
        format=about["format"],
        ontology=about["ontology"],
        version=about["version"],
        licence=about["licence"],
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        triples=about["triples"],
        others=tuple(about["others"]),
        check="unchecked",
        apart=False,
        folder=folder.name,
    )
    notes = list(about["notes"])
    if graphs := about["graphs"]:
        notes.append(f"The names of its {graphs} named graphs are not kept; all is in {made.graph}.")
    return Imported(made, tuple(notes))


def remove_imports(
    names: Sequence[str],
    *,
    data_dir: Path | None = None,
    cache_dir: Path | None = None,
) -> tuple[Import, ...]:
    """Remove imports, and return what was removed; slices that had stepped aside return.

    Args:
        names: of the imports.
        data_dir: where imports are kept; by default `default_data_dir()`.
        cache_dir: where the store is kept; by default `default_cache_dir()`.

    Raises:
        ParameterError: nothing is imported under one of the names; then all stay.
        StoreError: the data folder cannot be written.
    """
    home = data_dir or default_data_dir()
    with _writing(home):
        before = read_imports(home)
        known = {each.name: each for each in before}
        for name in names:
            if name not in known:
                listed = f" Imported are {', '.join(known)}." if known else " Nothing is imported."
                message = f"Nothing is imported as {name!r}.{did_you_mean(name, known)}{listed}"
                raise ParameterError(message, parameter="name")
        _switched(home, [each for each in before if each.name not in names], cache_dir)
    return tuple(known[name] for name in dict.fromkeys(names))


def _switched(home: Path, after: Sequence[Import], cache_dir: Path | None) -> list[str]:
    """Have the store built with some imports, and then have them count; return notes on what was unusual."""
    ordered = sorted(after, key=lambda each: each.name)
    cache = cache_dir or default_cache_dir()
    notes = []
    try:
        folder = build_cached(ordered, home, cache)
        if ordered and (cycles := cycles_in(folder)):
            some = ", ".join(map(compress, cycles[:_MOST_TOLD]))
            more = f" and {len(cycles) - _MOST_TOLD} others" if len(cycles) > _MOST_TOLD else ""
            notes.append(f"These classes stand below themselves, in cycles: {some}{more}.")
    except OSError as error:
        reason = error.strerror or str(error).partition("\n")[0]
        notes.append(f"The cache folder {cache} cannot be used ({reason}); each process loads all anew.")
    write_imports_list(home, ordered)
    _tidy(home, ordered)
    return notes


@contextmanager
def _writing(home: Path) -> Iterator[None]:
    """Keep others from changing imports meanwhile, which ends with this process, however it ends."""
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


def _tidy(home: Path, listed: Sequence[Import]) -> None:
    """Remove the folders that no import of the list has: what was replaced, and what was cut off."""
    kept = {each.folder for each in listed}
    for path in (home / "imports").iterdir():
        if path.name not in kept and path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _on_disk(source: str, home: Path, *, offline: bool, say: Say) -> Iterator[tuple[str, Path]]:
    """Give what a source is called and its file; what is sent or fetched is written into one first."""
    is_name = re.fullmatch(r"[a-z][a-z0-9_]*", source) is not None and not Path(source).exists()
    if is_address(source) or is_name:
        if offline:
            message = "It would have to be fetched, which --offline forbids; name a file."
            raise SourceError(message, path=source)
        say(f"Fetching {source} …")
        addresses = (source,) if is_address(source) else addresses_of(source)
        address, path = fetched(addresses, home / "downloads", say=say)
        try:
            yield address, path
        finally:
            path.unlink(missing_ok=True)
        return
    if source != "-":
        path = _checked(Path(source))
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


def _checked(path: Path) -> Path:
    try:
        kind = path.stat().st_mode
        if stat.S_ISREG(kind):
            path.open("rb").close()
    except FileNotFoundError:
        raise SourceError("There is no such file; check the name.", path=path) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"The file cannot be read ({reason}).", path=path) from error
    if stat.S_ISDIR(kind):
        raise SourceError("This is a folder; name a file in it.", path=path)
    if not stat.S_ISREG(kind):
        raise SourceError("This is a device, a pipe or a socket; name a file, or - for it.", path=path)
    return path


def _name_of(ontology: str, source: str) -> str:
    """Return the name of an import: that of the owner's ontology, or the end of its address, or the file's.

    >>> _name_of("http://purl.obolibrary.org/obo/go/go-base.owl", "x.owl"), _name_of("", "My file.ttl.gz")
    ('go', 'my-file')
    """
    if owner := _OF_OWNER.fullmatch(ontology):
        return owner["name"]
    last = PurePosixPath(ontology.rstrip("#/")).name or (
        "standard-input" if source == "-" else Path(source).name
    )
    bare = re.sub(
        r"(?:\.(?:owl|obo|rdf|ttl|nt|nq|trig|json|jsonld|xml|ofn|owx|gz|zst|xz|zip))+$", "", last.lower()
    )
    slug = re.sub(r"[^a-z0-9_.-]+", "-", bare).strip("-_.")[:64].rstrip("-_.")
    return slug or "ontology"


def _converted(path: Path, told: str, home: Path) -> tuple[Path, dict[str, Any]]:
    """Return the folder with the triples of a file, converted if need be, and what is known of them."""
    digest = hashlib.sha256()
    base = told if is_address(told) else ""
    with path.open("rb") as file:
        while data := file.read(1 << 20):
            digest.update(data)
    key = hashlib.sha256(f"{digest.hexdigest()} {base} {__version__}".encode()).hexdigest()[:32]
    folder = import_folder(home, f"ontology-{key}")
    if not is_whole(folder):
        build_folder(folder, partial(_convert, path, told, digest.hexdigest()), is_whole)
    return folder, json.loads((folder / _ABOUT).read_bytes())


def _convert(path: Path, told: str, sha256: str, folder: Path) -> None:
    """Convert a file in a process of its own, which ends with this one."""
    base = told if is_address(told) else ""
    arguments = [str(path), told, str(folder / _TRIPLES), base]
    run = run_apart("glutakg.linking.conversion", arguments, seconds=_SECONDS_TO_CONVERT)
    if run.code or not run.output:
        raise SourceError(_why_ended(run), path=told)
    about = json.loads(run.output)
    if "missing" in about:
        raise _missing(about["missing"])
    if "fault" in about:
        raise SourceError(about["fault"])
    (folder / _ABOUT).write_text(json.dumps({**about, "sha256": sha256}), encoding="utf-8")


def _missing(sentence: str) -> MissingExtraError:
    error = MissingExtraError("Reading it", library=None, extra="import")
    error.message = sentence
    return error


def _why_ended(run: Run) -> str:
    if run.is_late:
        return "It took too long to be read."
    if "memory allocation" in run.errors or "MemoryError" in run.errors or run.code == -9:
        return "It needs too much memory to be read; split it, or convert it to N-Triples."
    if "overflowed its stack" in run.errors or run.code in (-11, -7, -6):
        return "It nests too deeply to be read."
    return f"It could not be converted ({run.last_line})."


def _notes(made: Import) -> list[str]:
    """Return what is to be known of an import."""
    notes = []
    if made.apart:
        notes.append(f"It contradicts the graph: only queries that name its graph see it ({made.graph}).")
    elif any(each.graph_name == f"imports/{made.name}" for each in kept_files()):
        notes.append(f"What the slice of {made.name} says of terms in it steps aside until it is removed.")
    if made.others:
        several = f"{len(made.others)} ontologies" if len(made.others) > 1 else made.others[0]
        notes.append(f"It imports {several}, not followed here (`glutakg imports --format json` names them).")
    return notes
