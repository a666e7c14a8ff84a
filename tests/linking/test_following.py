"""Ontologies that an ontology imports come with it where that is asked for, from files or over loopback."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from glutakg.cli.main import cli
from glutakg.dataset import read_imports
from glutakg.errors import SourceError
from glutakg.linking import following, import_ontology
from glutakg.linking.following import read_catalog

CATALOG = '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">{}</catalog>'


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty data folder that counts for this test."""
    monkeypatch.setenv("GLUTAKG_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def ontology(name: str, *imported: str, version: str = "") -> str:
    """Return a small ontology that imports others."""
    lines = [f"<{iri}>" for iri in imported]
    head = f"<http://example.org/{name}> a <http://www.w3.org/2002/07/owl#Ontology>"
    owl = "http://www.w3.org/2002/07/owl#"
    return (
        head
        + "".join(f" ; <{owl}imports> {line}" for line in lines)
        + (f" ; <{owl}versionIRI> <http://example.org/{version}>" if version else "")
        + f" .\n<http://example.org/{name}#Class> a <{owl}Class> .\n"
    )


def catalog(folder: Path, **files: str) -> Path:
    """Write files, and return the catalog in which each stands for http://example.org/NAME."""
    entries = []
    for name, text in files.items():
        (folder / f"a {name}.ttl").write_text(text, encoding="utf-8")
        entries.append(f'<uri id="x" name="http://example.org/{name}" uri="a%20{name}.ttl"/>')
    path = folder / "catalog-v001.xml"
    path.write_text(CATALOG.format(f"<group>{''.join(entries)}</group>"), encoding="utf-8")
    return path


class Owner(BaseHTTPRequestHandler):
    """Has ontologies, by path."""

    files: dict[str, str]

    def do_GET(self) -> None:
        """Answer."""
        text = self.files.get(self.path, "").encode()
        self.send_response(200 if text else 404)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def owner() -> Iterator[str]:
    """Give the address of a server that runs as long as the test."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Owner) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_catalog_names_the_files_and_cycles_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each comes once, in one step; a second import finds them there; the list brings all elsewhere."""
    places = catalog(
        tmp_path,
        b=ontology("b", "http://example.org/c", "http://example.org/a"),
        c=ontology("c", "http://example.org/b", "http://example.org/c"),
    )
    first = tmp_path / "a.ttl"
    first.write_text(ontology("a", "http://example.org/b"), encoding="utf-8")
    command = ["import", "--unchecked", "--with-imports", "--catalog", str(places), str(first)]
    done = CliRunner().invoke(cli, command)
    assert (done.exit_code, done.stdout.splitlines()) == (
        0,
        [f"{name}: {number} triples from Turtle" for name, number in (("a", 3), ("b", 4), ("c", 4))],
    )
    assert "not followed" not in done.stderr
    assert [each.name for each in read_imports()] == ["a", "b", "c"]
    again = import_ontology(str(first), with_imports=True, offline=True, unchecked=True)
    assert again.others == ()
    listed = tmp_path / "list.json"
    listed.write_text(CliRunner().invoke(cli, ["imports", "--format", "json"]).stdout, encoding="utf-8")
    monkeypatch.setenv("GLUTAKG_DATA", str(tmp_path / "elsewhere"))
    assert CliRunner().invoke(cli, ["import", "--unchecked", "--from", str(listed)]).exit_code == 0
    assert [each.name for each in read_imports()] == ["a", "b", "c"]


def test_without_the_option_they_are_listed(tmp_path: Path) -> None:
    """A note says so, and nothing is asked for."""
    first = tmp_path / "a.ttl"
    first.write_text(ontology("a", "http://127.0.0.1:9/b", "urn:c"), encoding="utf-8")
    done = import_ontology(str(first), unchecked=True)
    assert done.made.others == ("http://127.0.0.1:9/b", "urn:c")
    assert done.notes[-1].startswith("It imports 2 ontologies, not followed here (--with-imports does;")


def test_addresses_are_fetched_from_the_host_that_the_user_named(owner: str, tmp_path: Path) -> None:
    """Another release of what is there is told; files of one name get names of their own."""
    Owner.files = {
        "/a": ontology("a", f"{owner}/b", f"{owner}/old", f"{owner}/x/b"),
        "/b": ontology("b", f"{owner}/a", version="new"),
        "/old": ontology("b", version="old"),
        "/x/b": ontology("x/b"),
    }
    done = import_ontology(f"{owner}/a", with_imports=True, unchecked=True)
    assert [each.made.name for each in done.others] == ["b", "b-2"]
    assert [each.made.source for each in done.others] == [f"{owner}/b", f"{owner}/x/b"]
    told = f"{owner}/a imports {owner}/old, a release beside http://example.org/new, which stays."
    assert told in done.notes


@pytest.mark.parametrize(
    ("imported", "sentence"),
    [
        ("{owner}/b", "The file that names it leads to 127.0.0.1:[0-9]+, which is no public host"),
        ("urn:b", "It imports urn:b, which is no address; a file for it can be named by --catalog"),
        ("file:///etc/passwd", "It imports file:///etc/passwd, which is no address"),
        ("http://example.org/b", "b: It would have to be fetched, which --offline forbids.*a.ttl imports it"),
    ],
)
def test_what_cannot_be_had_leaves_all_as_it_was(
    imported: str, sentence: str, owner: str, tmp_path: Path
) -> None:
    """A file may not lead to a private host, nor to a file; the user may."""
    Owner.files = {"/b": ontology("b")}
    first = tmp_path / "a.ttl"
    first.write_text(ontology("a", imported.format(owner=owner)), encoding="utf-8")
    with pytest.raises(SourceError, match=sentence):
        import_ontology(str(first), with_imports=True, offline="example" in imported, unchecked=True)
    assert read_imports() == ()


def test_a_chain_without_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At a number of ontologies that nobody imports."""
    monkeypatch.setattr(following, "MOST_FOLLOWED", 2)
    files = {name: ontology(name, f"http://example.org/{name}x") for name in ("x", "xx", "xxx", "xxxx")}
    first = tmp_path / "a.ttl"
    first.write_text(ontology("a", "http://example.org/x"), encoding="utf-8")
    with pytest.raises(SourceError, match="imports more than 2 ontologies"):
        import_ontology(str(first), with_imports=True, catalog=catalog(tmp_path, **files), unchecked=True)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<catalog/>", "This is no catalog in the form of OASIS"),
        ("<catalog", "This is no catalog: "),
        ('<!DOCTYPE c [<!ENTITY a "b">]><catalog/>', "too large, has a DTD"),
        (CATALOG.format('<nextCatalog catalog="x.xml"/>'), "Its entry nextCatalog is not read"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_what_is_no_catalog_is_told(text: str, sentence: str, encoding: str, tmp_path: Path) -> None:
    """In one sentence; what could hide a DTD is not read."""
    path = tmp_path / "catalog.xml"
    path.write_text(text, encoding=encoding)
    with pytest.raises(SourceError, match=sentence if encoding == "utf-8" else "or is in UTF-16"):
        read_catalog(path)
    with pytest.raises(SourceError, match="cannot be read"):
        read_catalog(tmp_path / "none.xml")


def test_a_base_of_a_catalog_counts(tmp_path: Path) -> None:
    """Names are beside it, addresses stay."""
    path = tmp_path / "catalog.xml"
    path.write_text(
        CATALOG.format(
            '<group xml:base="deep/"><uri name="urn:a" uri="a.owl"/><uri name="urn:b" uri="http://b.org/"/></group>'
            '<uri name="urn:c" uri="file:///c.owl"/>'
        ),
        encoding="utf-8",
    )
    assert read_catalog(path) == {
        "urn:a": str(tmp_path / "deep" / "a.owl"), "urn:b": "http://b.org/", "urn:c": "/c.owl",
    }  # fmt: skip
