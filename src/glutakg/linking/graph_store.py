"""Asks a store by the Graph Store Protocol: one graph at a time is read, replaced or added to."""

import ssl
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from http.client import HTTPException, HTTPResponse, IncompleteRead
from typing import IO, Self, cast
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import (
    BaseHandler,
    HTTPBasicAuthHandler,
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    HTTPRedirectHandler,
    HTTPSHandler,
    Request,
    build_opener,
    parse_http_list,
    parse_keqv_list,
)

import pyoxigraph as ox

from glutakg.errors import EndpointError
from glutakg.store import endpoint_host

__all__ = ["GraphStore"]


_TURTLE = "text/turtle"
_ACCEPT = "application/n-triples, text/turtle;q=0.8"
_PIECE_BYTES = 262_144
_FORMATS = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/x-turtle": ox.RdfFormat.TURTLE,
    "text/n3": ox.RdfFormat.TURTLE,
}
_MOST_TOLD = 200
_CUT = "its answer was cut"


class GraphStore:
    """A store that is asked by the Graph Store Protocol."""

    def __init__(self, url: str, *, credentials: tuple[str, str] = ("", ""), seconds: float = 300.0) -> None:
        """Take the address.

        Args:
            url: where `?graph=` and the IRI of a graph are added, or only the IRI where it ends in `=`.
            credentials: the name and the password that the store asks for, basic or digest.
            seconds: that one request may take.

        Raises:
            EndpointError: this is no address, or there is no such host.
        """
        endpoint_host(url)
        self._url = url if url.endswith("=") else f"{url}{'&' if '?' in url else '?'}graph="
        self._shown = url.partition("?")[0]  # in the rest may stand a token
        self._seconds = seconds
        passwords = HTTPPasswordMgrWithDefaultRealm()
        name, password = credentials
        if name:
            passwords.add_password(None, url, name, password)
        self._challenged = (_Digest(passwords), _Basic(passwords)) if name else ()
        self._opener = build_opener(
            _NoRedirect(), HTTPSHandler(context=ssl.create_default_context()), *self._challenged
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opener.close()

    def triples(self, graph: str) -> Iterator[ox.Triple] | None:
        """Return the triples of a graph, read as they come; None where the store has no such graph.

        Raises:
            EndpointError: the store does not answer, not with a graph, or not with the whole of it; the last
                two are found while the triples are read.
        """
        answer = self._request("GET", graph, None)
        return None if answer is None else self._read(answer)

    def replace(self, graph: str, turtle: bytes) -> None:
        """Have the triples of a Turtle text, and no others, in a graph.

        Raises:
            EndpointError: the store does not take them.
        """
        self._request("PUT", graph, turtle)

    def add(self, graph: str, turtle: bytes) -> None:
        """Have the triples of a Turtle text in a graph, beside those that are there.

        Raises:
            EndpointError: the store does not take them.
        """
        self._request("POST", graph, turtle)

    def _request(self, method: str, graph: str, body: bytes | None) -> HTTPResponse | None:
        accept = _ACCEPT if body is None else "*/*"
        headers = {"Accept": accept, "User-Agent": "glutakg", "Accept-Encoding": "identity"}
        if body is not None:
            headers["Content-Type"] = f"{_TURTLE}; charset=utf-8"
        request = Request(f"{self._url}{quote(graph, safe='')}", body, headers, method=method)
        for handler in self._challenged:
            handler.authorise(request)
        try:
            with self._told(method, graph):
                answer: HTTPResponse = self._opener.open(request, timeout=self._seconds)
                if body is not None:
                    with answer:
                        answer.read(_PIECE_BYTES)
                return answer
        except HTTPError as error:
            with error:
                if error.code == 404 and method == "GET":
                    return None
                said = error.read(_PIECE_BYTES).decode(errors="replace").strip()
            self._refuse(error, method, graph, said)
        return None

    def _refuse(self, error: HTTPError, method: str, graph: str, said: str) -> None:
        """Raise what an answer with an error means."""
        if error.code == 401:
            raise EndpointError(
                f"The store <{self._shown}> asks for a name and a password, or does not take those that "
                "GLUTAKG_ENDPOINT_USER and GLUTAKG_ENDPOINT_PASSWORD hold (401)."
            )
        if 300 <= error.code < 400:
            raise EndpointError(
                f"The store <{self._shown}> redirects ({error.code}), which is not followed; give the "
                "address that it redirects to."
            )
        line = "" if said.startswith("<") else said.partition("\n")[0][:_MOST_TOLD]  # no HTML
        raise EndpointError(
            f"The store <{self._shown}> answered {method} of <{graph}> with the status {error.code}"
            f"{f' ({line})' if line else ''}; check that this is its address for the Graph Store Protocol "
            "and that you may write there."
        )

    def _read(self, answer: HTTPResponse) -> Iterator[ox.Triple]:
        """Yield the triples of an answer; raise where it ends too early, is late or is no RDF."""
        kind = (answer.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
        with answer, self._told("GET", ""):
            if kind not in _FORMATS:
                raise EndpointError(
                    f"The store <{self._shown}> gave {kind or 'something without a type'} instead of "
                    "N-Triples or Turtle; check that this is its address for the Graph Store Protocol."
                )
            try:
                for quad in ox.parse(cast("IO[bytes]", _Whole(answer, self._seconds)), format=_FORMATS[kind]):
                    yield quad.triple
            except SyntaxError as error:
                raise EndpointError(
                    f"The store <{self._shown}> gave a graph that cannot be read, or not the whole of it "
                    f"({str(error).partition(chr(10))[0]})."
                ) from None

    @contextmanager
    def _told(self, method: str, graph: str) -> Iterator[None]:
        """Turn what goes wrong on the way into a sentence."""
        try:
            yield
        except HTTPError:
            raise
        except (URLError, OSError, HTTPException, ValueError) as error:
            cause = getattr(error, "reason", None) or error
            late = isinstance(error, TimeoutError) or isinstance(cause, TimeoutError)
            reason = getattr(cause, "strerror", None) or cause
            if isinstance(error, IncompleteRead):  # which has the numbers of a chunk alone
                reason = _CUT
            why = f"did not answer within {self._seconds:g} s" if late else f"cannot be asked ({reason})"
            raise EndpointError(
                f"The store <{self._shown}> {why}; when it answers again, a push goes on where it was."
            ) from None


class _Closing(BaseHandler):
    """Closes the answer that asks for a password, which the handlers of the library leave open."""

    def http_error_401(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message
    ) -> HTTPResponse | None:
        try:
            answer: HTTPResponse | None = super().http_error_401(req, fp, code, msg, headers)  # type: ignore[misc]
        except BaseException:
            fp.close()
            raise
        if answer is not None:
            fp.close()
        return answer


class _Digest(_Closing, HTTPDigestAuthHandler):
    """Answers a challenge, and the next requests before they are challenged.

    A store that does not know yet who asks may close the connection while a long text is on its way.
    """

    _challenge: Mapping[str, str] | None = None

    def retry_http_digest_auth(self, req: Request, auth: str) -> HTTPResponse | None:
        self._challenge = parse_keqv_list(parse_http_list(auth.partition(" ")[2]))
        answer: HTTPResponse | None = super().retry_http_digest_auth(req, auth)
        return answer

    def authorise(self, request: Request) -> None:
        """Give a request the credentials, where the store has asked for them before."""
        if self._challenge and (answer := self.get_authorization(request, self._challenge)):
            request.add_unredirected_header(self.auth_header, f"Digest {answer}")


class _Basic(_Closing, HTTPBasicAuthHandler):
    """The same for the other kind of challenge."""

    _realm: str | None = None

    def retry_http_basic_auth(self, host: str, req: Request, realm: str) -> HTTPResponse | None:
        self._realm = realm
        answer: HTTPResponse | None = super().retry_http_basic_auth(host, req, realm)
        return answer

    def authorise(self, request: Request) -> None:
        """Give a request the credentials, where the store has asked for them before."""
        if self._realm is not None:
            name, password = self.passwd.find_user_password(self._realm, request.full_url)
            told = b64encode(f"{name}:{password}".encode()).decode("ascii")
            request.add_unredirected_header(self.auth_header, f"Basic {told}")


class _NoRedirect(HTTPRedirectHandler):
    """Follows nothing: what is sent, and the password, are for the address that the user gave."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None


class _Whole:
    """The body of an answer, which is an error where it ends before its time, or takes too long."""

    def __init__(self, answer: HTTPResponse, seconds: float) -> None:
        self._answer = answer
        self._until = time.monotonic() + seconds

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        if time.monotonic() > self._until:
            raise TimeoutError
        piece = self._answer.read(_PIECE_BYTES if size < 0 else size)
        if not piece and self._answer.length:
            raise HTTPException(_CUT)
        return piece
