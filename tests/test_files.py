"""Reading and writing files, and what is shipped."""

import errno
import os
from pathlib import Path

import pytest

from glutakg import files
from glutakg.errors import SourceError
from glutakg.files import parse_turtle, query_files, read_text, shape_files, shipped_files, write_atomically


def test_every_shipped_file_is_there() -> None:
    """Ontology, imports and data are found."""
    graphs = {file.graph_name.partition("/")[0] for file in shipped_files()}
    assert {"ontology", "imports", "background", "source", "evidence"} <= graphs


def test_shapes_are_no_data() -> None:
    """SHACL files are listed apart from what goes into the store."""
    assert shape_files()
    assert not {file.path for file in shipped_files()} & set(shape_files())


def test_queries_are_shipped() -> None:
    """The catalogue is found."""
    assert query_files()


def test_missing_installation_is_explained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without ontology folder the message says to install again."""
    monkeypatch.setattr(files, "_PACKAGE", tmp_path / "src" / "glutakg")
    files.shipped_root.cache_clear()
    try:
        with pytest.raises(SourceError, match="install glutakg again"):
            files.shipped_root()
    finally:
        files.shipped_root.cache_clear()


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

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(SourceError, match="Permission denied"):
        read_text(tmp_path / "a.ttl")


def test_not_utf8(tmp_path: Path) -> None:
    """Line and column of the first bad byte are given."""
    (tmp_path / "a.ttl").write_bytes("ok\nna\u00efve".encode("latin-1"))
    with pytest.raises(SourceError, match=r"a\.ttl:2:3: The file is not UTF-8"):
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

    def disk_is_full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", disk_is_full)
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
