"""Downloads, from a server on loopback: none of these tests reaches the server of an owner."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from glutakg.dataset import imports_as_json
from glutakg.errors import EndpointError, SourceError
from glutakg.linking import fetching, import_listed, import_ontology
from glutakg.linking.fetching import fetched
from glutakg.sparql import resolve_host

WHOLE = b"".join(b"<http://a.org/a> <http://a.org/b> '%d' .\n" % number for number in range(9_999))


class Owner(BaseHTTPRequestHandler):
    """Has an ontology under several addresses, and is not always up to sending it."""

    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, str | None, str]]

    def do_GET(self) -> None:
        """Answer."""
        begin = self.headers.get("Range")
        self.asked.append((self.path, begin, self.headers["User-Agent"]))
        times = sum(1 for path, _, _ in self.asked if path == self.path)
        if self.path == "/moved":
            self.answer(302, b"", Location="/whole")
        elif self.path == "/nonsense":
            self.answer(302, b"", Location="http://[x")
        elif self.path == "/round":
            self.answer(302, b"", Location="/round")
        elif self.path == "/busy" and times == 1:
            self.answer(503, b"later")
        elif self.path in ("/whole", "/busy"):
            self.answer(200, WHOLE)
        elif self.path == "/cut" or (self.path == "/cut-once" and times == 1):
            rest = WHOLE[int(begin[6:-1]) if begin else 0 :]
            self.answer(206 if begin else 200, rest, cut=len(WHOLE) // 9, begin=begin)
        elif self.path == "/chunk":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"ff\r\nbegun")
            self.close_connection = True
        elif self.path == "/cut-once":
            assert begin
            self.answer(206, WHOLE[int(begin[6:-1]) :], begin=begin)
        else:
            self.answer(404, b"nothing here")

    def answer(
        self, status: int, body: bytes, *, cut: int = 0, begin: str | None = None, **fields: str
    ) -> None:
        """Send an answer, or only its beginning."""
        self.send_response(status)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Length", str(len(body)))
        if begin:
            self.send_header("Content-Range", f"{begin.replace('=', ' ')}{len(WHOLE) - 1}/{len(WHOLE)}")
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:cut] if cut else body)
        if cut:
            self.close_connection = True

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def owner(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the address of a server that runs as long as the test."""
    Owner.asked = []
    monkeypatch.setattr(fetching, "_SECONDS_BETWEEN_TRIES", 0)
    with ThreadingHTTPServer(("127.0.0.1", 0), Owner) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_first_that_is_there_is_taken(owner: str, tmp_path: Path) -> None:
    """Where the owner has no base, the ontology itself is fetched."""
    address, path = fetched((f"{owner}/base", f"{owner}/moved"), tmp_path)
    assert (address, path.read_bytes()) == (f"{owner}/moved", WHOLE)
    assert [each for each, _, _ in Owner.asked] == ["/base", "/moved", "/whole"]
    assert all(agent.startswith("glutakg/") for _, _, agent in Owner.asked)


@pytest.mark.parametrize("path", ["/cut-once", "/busy"])
def test_a_download_that_was_cut_off_goes_on(path: str, owner: str, tmp_path: Path) -> None:
    """What came already is not asked for again, and a busy server is asked again."""
    assert fetched((owner + path,), tmp_path)[1].read_bytes() == WHOLE
    begun = {"/cut-once": f"bytes={len(WHOLE) // 9}-", "/busy": None}[path]
    assert [each for _, each, _ in Owner.asked] == [None, begun]


def test_another_process_goes_on_too(owner: str, tmp_path: Path) -> None:
    """A download that fails for good says how far it came; the next one begins there."""
    with pytest.raises(SourceError, match=r"The download was cut off .* go on where it stopped"):
        fetched((f"{owner}/cut",), tmp_path)
    [part] = tmp_path.glob("*.part")
    begun = part.stat().st_size
    assert begun == 4 * (len(WHOLE) // 9)
    with pytest.raises(SourceError, match="cut off"):
        fetched((f"{owner}/cut",), tmp_path)
    assert Owner.asked[4][1] == f"bytes={begun}-"


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/chunk", r"The download was cut off \(the connection ended before it\); import it again"),
        ("/nowhere", r"/nowhere: There is nothing \(status 404\)"),
        ("/nonsense", r"This is no address of the web \(http://\[x\)"),
        ("/round", "It leads to other places more than 10 times"),
    ],
)
def test_what_cannot_be_had_is_told(path: str, sentence: str, owner: str, tmp_path: Path) -> None:
    """One sentence says why."""
    with pytest.raises(SourceError, match=sentence):
        fetched((owner + path,), tmp_path)


def test_nothing_is_called_cut_off_that_did_not_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nobody answers, there is nothing to go on with."""
    monkeypatch.setattr(fetching, "_SECONDS_BETWEEN_TRIES", 0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/a.owl"
    with pytest.raises(
        SourceError, match=r"Nothing could be had from there \(Connection refused\); try again"
    ):
        fetched((address,), tmp_path)


@pytest.mark.parametrize(
    "address", ["http://", "ftp://a.org/a", "http://user@a.org/", "http://a.org:x/", "http://[x"]
)
def test_what_is_no_address_is_told(address: str, tmp_path: Path) -> None:
    """Nothing is asked."""
    with pytest.raises(SourceError, match="This is no address of the web"):
        fetched((address,), tmp_path)


def test_the_internet_does_not_lead_to_a_private_host(
    owner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A private host that the user names is asked; one that a public server names is not."""

    def as_public(name: str, *, only_public: bool = True) -> Any:
        """Take the owner for a public host where its name says so."""
        if name.startswith("public."):
            return resolve_host(name.replace("public.test", "127.0.0.1"), only_public=False)
        return resolve_host(name, only_public=only_public)

    monkeypatch.setattr(fetching, "resolve_host", as_public)
    monkeypatch.setattr(Owner, "do_GET", lambda self: self.answer(302, b"", Location=f"{owner}/whole"))
    with pytest.raises(SourceError, match=r"The server leads to 127\.0\.0\.1:[0-9]+, which is no public"):
        fetched((owner.replace("127.0.0.1", "public.test"),), tmp_path)
    with pytest.raises(EndpointError, match="which is not public"):
        as_public("127.0.0.1")


def test_an_address_is_imported_and_a_list_brings_the_same(
    owner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of one installation makes that of another; a file that changed is not taken for the same."""
    there, here = tmp_path / "there", tmp_path / "here"
    with pytest.raises(SourceError, match="--offline forbids"):
        import_ontology(f"{owner}/whole", offline=True, data_dir=there)
    with pytest.raises(SourceError, match="chebi: It would have to be fetched"):
        import_ontology("chebi", offline=True, data_dir=there)
    made = import_ontology(f"{owner}/moved", name="tiny", unchecked=True, data_dir=there).made
    assert (made.source, made.triples) == (f"{owner}/moved", 9_999)
    listed = tmp_path / "list.json"
    listed.write_text(imports_as_json([made]), encoding="utf-8")
    [again] = import_listed(listed, unchecked=True, data_dir=here)
    assert (again.made.name, again.made.sha256) == ("tiny", made.sha256)
    assert not list((here / "downloads").iterdir())
    listed.write_text(imports_as_json([made._replace(sha256="0" * 64)]), encoding="utf-8")
    with pytest.raises(SourceError, match="The list names another file than this one"):
        import_listed(listed, data_dir=tmp_path / "nowhere")
    assert not (tmp_path / "nowhere" / "imports.json").exists()
