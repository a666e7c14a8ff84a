"""What proxies tell of clients: who is believed what, and that both ways do so alike."""

from collections.abc import Iterator

import pytest
from running_server import FRONTS, RunningServer, running_server

from glutakg.server.http.address import Proxies

LOOPBACK = ("127.0.0.1", "::1")


@pytest.mark.parametrize(
    ("peer", "fields", "origin"),
    [
        ("127.0.0.1", {}, ("127.0.0.1", "http")),
        ("127.0.0.1", {"for": "192.0.2.1", "proto": "https"}, ("192.0.2.1", "https")),
        ("192.0.2.9", {"for": "192.0.2.1", "proto": "https"}, ("192.0.2.9", "http")),
        ("127.0.0.1", {"for": "192.0.2.1, 192.0.2.2"}, ("192.0.2.2", "http")),
        ("127.0.0.1", {"for": "192.0.2.1, 127.0.0.1"}, ("192.0.2.1", "http")),
        ("127.0.0.1", {"for": "127.0.0.1,::1"}, ("127.0.0.1", "http")),
        ("::1", {"for": "2001:db8::1"}, ("2001:db8::1", "http")),
        ("::1", {"for": "[2001:db8::1]:80"}, ("2001:db8::1", "http")),
        ("127.0.0.1", {"for": "192.0.2.1:4711"}, ("192.0.2.1", "http")),
        ("127.0.0.1", {"for": ""}, ("127.0.0.1", "http")),
        ("127.0.0.1", {"for": "unknown", "proto": "gopher"}, ("unknown", "http")),
        ("unknown", {"for": "192.0.2.1"}, ("unknown", "http")),
    ],
)
def test_only_proxies_are_believed(peer: str, fields: dict[str, str], origin: tuple[str, str]) -> None:
    """Who asks is the last who is no proxy of ours; what stands before may be made up."""
    told = [(f"x-forwarded-{name}".encode(), value.encode()) for name, value in fields.items()]
    assert Proxies(LOOPBACK).origin(peer, told) == origin


@pytest.fixture(scope="module", params=FRONTS)
def server(request: pytest.FixtureRequest) -> Iterator[RunningServer]:
    """Give a server that believes whoever is on this machine."""
    with running_server("--front", request.param, "--workers", "1") as running:
        yield running


def test_the_scheme_is_the_one_of_the_proxy(server: RunningServer) -> None:
    """Relative IRIs are relative to the address that the client knows."""
    query = "/sparql?query=SELECT%20(STR(%3Ca%3E)%20AS%20%3Fa)%20%7B%7D"
    for proto in ("https", "http"):
        answer = server.request("GET", query, headers={"X-Forwarded-Proto": proto, "Host": "a.example"})
        assert answer.json["results"]["bindings"][0]["a"]["value"] == f"{proto}://a.example/a"
