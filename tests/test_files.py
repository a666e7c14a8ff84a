"""Reading and writing files, and what is shipped."""

import errno
import io
import os
import socket
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from glutakg.dataset import shipped
from glutakg.dataset.generated import shipped_files
from glutakg.dataset.shipped import query_files, shape_files
from glutakg.errors import SourceError
from glutakg.files import MOST_MEGABYTES, read_stdin, read_text, write_atomically
from glutakg.rdf.parsing import parse_turtle


def test_every_shipped_file_is_there() -> None:
    """Ontology, imports and data are found."""
    graphs = {file.graph_name.partition("/")[0] for file in shipped_files()}
    assert {"ontology", "imports", "background", "source", "evidence", "mappings"} <= graphs


def test_shapes_are_no_data() -> None:
    """SHACL files are listed apart from what goes into the store."""
    assert shape_files()
    assert not {file.path for file in shipped_files()} & set(shape_files())


def test_queries_are_shipped() -> None:
    """The catalogue is found."""
    assert query_files()


def test_missing_installation_is_explained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without ontology folder the message says to install again."""
    monkeypatch.setattr(shipped, "PACKAGE", tmp_path / "src" / "glutakg")
    shipped.shipped_root.cache_clear()
    try:
        with pytest.raises(SourceError, match="install glutakg again"):
            shipped.shipped_root()
    finally:
        shipped.shipped_root.cache_clear()


def test_missing_file() -> None:
    """A file that is not there is named."""
    with pytest.raises(SourceError, match=r"nowhere\.ttl: There is no such file"):
        read_text("nowhere.ttl")


def test_folder(tmp_path: Path) -> None:
    """A folder is not a file."""
    with pytest.raises(SourceError, match="This is a folder"):
        read_text(tmp_path)


def test_empty_file(tmp_path: Path) -> None:
    """White space alone is empty."""
    (tmp_path / "a.ttl").write_text(" \n", encoding="utf-8")
    with pytest.raises(SourceError, match="is empty"):
        read_text(tmp_path / "a.ttl")


def test_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system says is passed on."""

    def refuse(_: Path) -> bytes:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    (tmp_path / "a.ttl").touch()
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(SourceError, match="Permission denied"):
        read_text(tmp_path / "a.ttl")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """A named pipe that nobody writes to is refused at once."""
    os.mkfifo(tmp_path / "a.ttl")
    with pytest.raises(SourceError, match="device, a pipe or a socket"):
        read_text(tmp_path / "a.ttl")


def test_a_device_is_refused() -> None:
    """A device without end is not read."""
    with pytest.raises(SourceError, match="device, a pipe or a socket"):
        read_text("/dev/zero")


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket is no file to read."""
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("a.ttl")
        with pytest.raises(SourceError, match="device, a pipe or a socket"):
            read_text("a.ttl")


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    """The sentence tells the size of the file and what is allowed."""
    with (tmp_path / "a.ttl").open("wb") as stream:
        stream.truncate(100_000_000)
    with pytest.raises(SourceError, match=r"has 100\.0 MB; at most 64 MB"):
        read_text(tmp_path / "a.ttl")


def test_too_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard input, whose size is not known before, has the same limit."""
    stream = io.BytesIO(b" " * (MOST_MEGABYTES * 1_000_000 + 1))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=stream))
    with pytest.raises(SourceError, match=r"^standard input: This is more than the 64 MB"):
        read_stdin()


def test_lack_of_memory_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that does not fit into memory is an error with its name."""

    def refuse(_: Path) -> bytes:
        raise MemoryError

    (tmp_path / "a.ttl").touch()
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(SourceError, match=r"a\.ttl: The file needs more memory"):
        read_text(tmp_path / "a.ttl")


def test_not_utf8(tmp_path: Path) -> None:
    """Line and column of the first bad byte are given."""
    (tmp_path / "a.ttl").write_bytes("ok\nna\u00efve".encode("latin-1"))
    with pytest.raises(SourceError, match=r"a\.ttl:2:3: This is not UTF-8"):
        read_text(tmp_path / "a.ttl")


def test_byte_order_mark_is_not_text(tmp_path: Path) -> None:
    """A byte order mark, as some editors write it, is left out."""
    (tmp_path / "a.ttl").write_bytes(b"\xef\xbb\xbfabc")
    assert read_text(tmp_path / "a.ttl") == "abc"


@pytest.mark.parametrize(
    ("turtle", "line", "column"),
    [
        ("@prefix a: <http://a/> .\na:b a:c\n .", 3, 2),
        ("a:b a:c a:d .", 1, 1),
        ('<http://a> <http://b> "x', 1, 23),
    ],
)
def test_broken_turtle(turtle: str, line: int, column: int) -> None:
    """Broken Turtle is reported with its place, once."""
    with pytest.raises(SourceError) as caught:
        parse_turtle(turtle, "a.ttl")
    assert (caught.value.line, caught.value.column) == (line, column)
    assert str(caught.value).startswith(f"a.ttl:{line}:{column}: This is not Turtle: ")
    assert "arser error" not in str(caught.value)


TERM = "<x:a> <x:b> "


@pytest.mark.parametrize(
    "prelude",
    [
        "",
        "# <<\n" * 100,
        "<x:a> <x:b> '" + ">>" * 100 + '\', """a" >>""" .\n',
        "<x:#> <x:b> <x:c> .",
        "@prefix a: <x:> . a:a a:b a:c\\# . ",
    ],
)
@pytest.mark.parametrize("depth", [65, 20_000])
def test_deep_triple_terms_are_refused(prelude: str, depth: int) -> None:
    """The parser, which would run out of stack, does not see them, whatever stands before."""
    turtle = f"{prelude}{TERM}{f'<<( {TERM}' * depth}<x:c>{' )>>' * depth} ."
    with pytest.raises(SourceError, match="Triple terms nest more than 64 deep") as caught:
        parse_turtle(turtle, "a.ttl")
    assert caught.value.line == prelude.count("\n") + 1


@pytest.mark.parametrize(
    "turtle",
    [
        f"{TERM}{f'<<( {TERM}' * 64}<x:c>{' )>>' * 64} .",
        f"{TERM}<<({TERM}<x:c>)>> ." * 100,
        f'<x:a> <x:b> \'{"<<" * 100}\', """{"<<" * 100}""" . #{"<<" * 100}',
    ],
    ids=["64 deep", "many", "in strings and comments"],
)
def test_shallow_triple_terms_are_read(turtle: str) -> None:
    """Only depth counts, neither number nor what stands in strings and comments."""
    assert parse_turtle(turtle, "a.ttl")


@pytest.mark.parametrize(("opening", "closing"), [("[ <x:b> ", "]"), ("( ", ")")])
def test_deep_blank_nodes_are_read(opening: str, closing: str) -> None:
    """Nested blank nodes and lists do not crash the parser."""
    assert len(parse_turtle(f"{TERM}{opening * 20_000}1{closing * 20_000} .", "a.ttl")) > 20_000


def test_relative_iri_needs_a_base() -> None:
    """A relative IRI is resolved against the base."""
    (triple,) = parse_turtle("<s> a <C> .", "a.ttl", base="http://example.org/")
    assert str(triple.subject) == "<http://example.org/s>"


def test_written_file_is_read_back(tmp_path: Path) -> None:
    """Text survives, and nothing else is left in the folder."""
    write_atomically(tmp_path / "a.txt", "één\n")
    assert read_text(tmp_path / "a.txt") == "één\n"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_failed_write_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full the old content stays and no half file is left."""
    target = tmp_path / "a.txt"
    target.write_text("old", encoding="utf-8")

    def disk_is_full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", disk_is_full)
    with pytest.raises(SourceError, match=r"a\.txt: The file cannot be written \(No space left on device\)"):
        write_atomically(target, "new")
    assert target.read_text(encoding="utf-8") == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_file_mode_is_kept(tmp_path: Path) -> None:
    """Rewriting a file does not change who may read it."""
    target = tmp_path / "a.txt"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    write_atomically(target, "new")
    assert target.stat().st_mode & 0o777 == 0o640


def test_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    """A new file may be read by those who may read any other new file."""
    write_atomically(tmp_path / "a.txt", "new")
    (tmp_path / "b.txt").touch()
    assert (tmp_path / "a.txt").stat().st_mode == (tmp_path / "b.txt").stat().st_mode


def test_link_stays_and_its_file_is_written(tmp_path: Path) -> None:
    """Writing through a symbolic link changes the file it points at."""
    (tmp_path / "a.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to("a.txt")
    write_atomically(tmp_path / "link.txt", "new")
    assert ((tmp_path / "link.txt").is_symlink(), (tmp_path / "a.txt").read_text()) == (True, "new")


def test_planted_link_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a link under the name of the temporary file does not lead the writing astray, and stays."""
    (tmp_path / "victim").write_text("precious")
    planted = tmp_path / f".{b'guessed'.hex()}.tmp"
    planted.symlink_to("victim")
    monkeypatch.setattr(os, "urandom", lambda _: b"guessed")
    with pytest.raises(SourceError, match="cannot be written"):
        write_atomically(tmp_path / "a.txt", "new")
    assert ((tmp_path / "victim").read_text(), planted.is_symlink()) == ("precious", True)


def test_read_only_file_is_refused(tmp_path: Path) -> None:
    """A file that may not be written is not replaced, though its folder may be written."""
    target = tmp_path / "a.txt"
    target.write_text("old")
    target.chmod(0o444)
    with pytest.raises(SourceError, match=r"a\.txt: The file may not be written"):
        write_atomically(target, "new")
    assert target.read_text() == "old"


def test_text_that_is_not_unicode_is_refused(tmp_path: Path) -> None:
    """Half a surrogate pair cannot be written, and no file is left."""
    with pytest.raises(SourceError, match="cannot be written"):
        write_atomically(tmp_path / "a.txt", "\ud800")
    assert os.listdir(tmp_path) == []
