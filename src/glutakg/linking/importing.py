"""Whole ontologies beside the graph: converted and loaded beside what is there, then switched to in one step.

What counts is the list of imports in the user's data folder (`glutakg.dataset.read_imports`). It is replaced
only when the triples of a new import and a store with them are there, so that a process that is killed at any
moment leaves the old state whole; what it left lying is removed by the next one. The store answers from then
on, and compacting it, so that it answers faster, is left for later (`compact_imports`).
"""

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from glutakg.cache import default_cache_dir
from glutakg.dataset import (
    Import,
    default_data_dir,
    imports_from_json,
    kept_files,
    read_imports,
    write_imports_list,
)
from glutakg.errors import ImportRefused, ParameterError, ReasoningError, SourceError
from glutakg.linking.data_folder import tidy, writing
from glutakg.linking.following import followed, read_catalog
from glutakg.linking.gate import join_of
from glutakg.linking.making import Imported, Say, made_from
from glutakg.linking.skew import skew_among
from glutakg.rdf import compress
from glutakg.store import build_cached, compact_cached, cycles_in
from glutakg.text import did_you_mean

__all__ = ["SECONDS_TO_CHECK", "compact_imports", "import_listed", "import_ontology", "remove_imports"]


SECONDS_TO_CHECK = 120.0
"""Time that a reasoner is given to find contradictions."""

_MOST_TOLD = 10
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_.-]{0,62}[a-z0-9])?")


def import_ontology(
    source: str,
    *,
    name: str | None = None,
    with_imports: bool = False,
    catalog: Path | None = None,
    offline: bool = False,
    unchecked: bool = False,
    force: bool = False,
    seconds: float = SECONDS_TO_CHECK,
    data_dir: Path | None = None,
    cache_dir: Path | None = None,
    say: Say = lambda sentence: None,
) -> Imported:
    """Import an ontology, in the place of an earlier import of that name; all of it or nothing.

    Args:
        source: path of a file, `-` for standard input, an address, or the name of an OBO ontology, such as
            `go`, which stands for the address that its owner gives it.
        name: under which it is listed; without one, that of its owner's address, or else of the file.
        with_imports: whether to import what it imports itself (`owl:imports`), and what that imports.
        catalog: a file that says which files stand for the IRIs of these; they are fetched without it.
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
    with writing(home):
        before = read_imports(home)
        tidy(home, before)
        done = made_from(source, name, home, offline=offline, say=say)
        also: list[Imported] = []
        left: list[str] = []
        if with_imports:
            others = [each for each in before if each.name != done.made.name]
            places = read_catalog(catalog) if catalog else {}
            also, left = followed(
                done,
                others,
                places,
                lambda place, named, only_public: made_from(
                    place, named, home, offline=offline, only_public=only_public, say=say
                ),
            )
        made = [done.made, *(each.made for each in also)]
        names = {each.name for each in made}
        others = [each for each in before if each.name not in names]
        if not unchecked:
            made = _checked_made(made, others, before, home, force=force, seconds=seconds, say=say)
        say("Building the store …")
        notes = _switched(home, [*others, *made], cache_dir)
        first, *rest = (
            Imported(each, (*one.notes, *_notes(each, [*others, *made])))
            for one, each in zip((done, *also), made, strict=True)
        )
    return Imported(first.made, (*first.notes, *left, *notes), tuple(rest))


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
    with writing(home):
        before = read_imports(home)
        tidy(home, before)
        done = []
        for each in listed:
            if not _NAME.fullmatch(each.name):
                raise SourceError(f"{each.name[:80]!r} is no name for an import.", path=path)
            one = made_from(each.source, each.name, home, offline=offline, say=say)
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
        Imported(each, (*one.notes, *_notes(each, [*others, *made]), *notes))
        for one, each in zip(done, made, strict=True)
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
        return _passed(made)  # as it was asked before
    say("Asking a reasoner whether it contradicts the graph …")
    names = ", ".join(each.name for each in made)
    try:
        join = join_of([each.triples_file(home) for each in counting], seconds=seconds)
    except ReasoningError as error:
        reason = str(error).rstrip(".")
        message = f"Whether {names} contradicts the graph is not known ({reason}); --unchecked imports it."
        raise ReasoningError(message) from None
    if join.holds:
        return _passed(made)
    if force:
        return [each._replace(check="forced", apart=True) for each in made]
    lost = list(map(compress, join.unsatisfiable))
    what = f"{', '.join(lost[:5])} could have no members" if lost else "not all can be true at once"
    more = f" and {len(lost) - 5} others" if len(lost) > 5 else ""
    message = f"Beside {names}, {what}{more}; nothing was imported. --force takes it in apart from the graph."
    raise ImportRefused(message, axioms=join.axioms, unsatisfiable=join.unsatisfiable)


def _passed(made: Sequence[Import]) -> list[Import]:
    return [each._replace(check="forced" if each.apart else "passed") for each in made]


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
    with writing(home):
        before = read_imports(home)
        known = {each.name: each for each in before}
        for name in names:
            if name not in known:
                listed = f" Imported are {', '.join(known)}." if known else " Nothing is imported."
                message = f"Nothing is imported as {name!r}.{did_you_mean(name, known)}{listed}"
                raise ParameterError(message, parameter="name")
        _switched(home, [each for each in before if each.name not in names], cache_dir)
    return tuple(known[name] for name in dict.fromkeys(names))


def compact_imports(
    *,
    data_dir: Path | None = None,
    cache_dir: Path | None = None,
    say: Say = lambda sentence: None,
) -> tuple[str, ...]:
    """Compact the store after an import, so that it answers faster, and return notes on what was unusual.

    Whoever is killed meanwhile leaves the store as it was, and the next import has it compacted with it.

    Args:
        data_dir: where imports are kept; by default `default_data_dir()`.
        cache_dir: where the store is kept; by default `default_cache_dir()`.
        say: is called with a sentence on each step.

    Raises:
        SourceError: the list of imports cannot be read.
    """
    begin = partial(say, "It answers; compacting, so that it answers faster …")
    try:
        compact_cached(data_dir or default_data_dir(), cache_dir or default_cache_dir(), begin=begin)
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error).partition("\n")[0]
        return (f"The store could not be compacted ({reason}); it answers more slowly until an import can.",)
    return ()


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
    write_imports_list(home, ordered, skew_among(ordered, home))
    tidy(home, ordered)
    return notes


def _notes(made: Import, counting: Sequence[Import]) -> list[str]:
    """Return what is to be known of an import, beside all that count with it."""
    notes = []
    if made.apart:
        notes.append(f"It contradicts the graph: only queries that name its graph see it ({made.graph}).")
    elif any(each.graph_name == f"imports/{made.name}" for each in kept_files()):
        notes.append(f"What the slice of {made.name} says of terms in it steps aside until it is removed.")
    known = {iri for each in counting for iri in (each.ontology, each.version, each.source)}
    if lacking := [each for each in made.others if each not in known]:
        several = f"{len(lacking)} ontologies" if len(lacking) > 1 else lacking[0]
        notes.append(
            f"It imports {several}, not followed here (--with-imports does; "
            "`glutakg imports --format json` names them)."
        )
    return notes
