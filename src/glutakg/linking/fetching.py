"""Downloads ontologies: resumed, whole or not at all, and never led from the Internet to a private host."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from http.client import HTTPException, HTTPResponse, IncompleteRead
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from glutakg._version import __version__
from glutakg.errors import EndpointError, SourceError
from glutakg.rdf import PREFIXES
from glutakg.sparql import Host, HostConnection, resolve_host

__all__ = ["addresses_of", "fetched", "is_address"]


MOST_BYTES = 64_000_000_000
"""Bytes of a download."""

_SECONDS_WITHOUT_DATA = 60.0
_SECONDS_BETWEEN_TRIES = 1.0
_SECONDS_BETWEEN_WORDS = 2.0
_TRIES = 4
_MOST_REDIRECTS = 10
_PIECE = 1 << 18
_REDIRECTS = (301, 302, 303, 307, 308)
_KEPT = "%/:=&?~+!$,;'@()*[]"


class _NotThere(SourceError):
    """The server has nothing at an address."""


class _Interrupted(Exception):
    """The server broke off; what came is kept."""


def is_address(source: str) -> bool:
    """Return whether a source is an address and not a file."""
    return source.lower().startswith(("http://", "https://", "ftp://"))


def addresses_of(name: str) -> tuple[str, ...]:
    """Return where the owner of an OBO ontology may have it, the best first.

    That is its base (which leaves out what it repeats of others), a packed one, or the ontology itself.

    >>> addresses_of("go")[0]
    'http://purl.obolibrary.org/obo/go/go-base.owl'
    """
    base = PREFIXES["obo"]
    return (f"{base}{name}/{name}-base.owl", f"{base}{name}.owl.gz", f"{base}{name}.owl")


def fetched(
    addresses: tuple[str, ...],
    folder: Path,
    *,
    only_public: bool = False,
    say: Callable[[str], object] = lambda sentence: None,
) -> tuple[str, Path]:
    """Download the first of some addresses that there is, and return it with the file.

    A download that was cut off goes on where it stopped, also in another process, as long as the server has
    the same.

    Args:
        addresses: http or https; others are tried where nothing is at the first.
        folder: where the file is kept.
        only_public: whether they must be those of public hosts, since it was not the user who named them.
        say: is called with a sentence on how far it is.

    Raises:
        SourceError: nothing is there, or it cannot be had whole.
    """
    for number, address in enumerate(addresses):
        try:
            return address, _download(address, folder, only_public, say)
        except _NotThere:
            if number == len(addresses) - 1:
                raise
    raise ValueError("no address")


def _download(address: str, folder: Path, only_public: bool, say: Callable[[str], object]) -> Path:
    key = sha256(address.encode()).hexdigest()[:32]
    part, about = folder / f"{key}.part", folder / f"{key}.json"
    folder.mkdir(parents=True, exist_ok=True)
    for left in reversed(range(_TRIES)):
        try:
            _take(address, part, about, only_public, say)
            about.unlink(missing_ok=True)
            return part
        except _Interrupted as error:
            if not left:
                message = f"Nothing could be had from there ({error}); try again later, or name a file."
                if part.exists():
                    message = (
                        f"The download was cut off ({error}); import it again to go on where it stopped."
                    )
                raise SourceError(message, path=address) from None
            time.sleep(_SECONDS_BETWEEN_TRIES)
    raise AssertionError


def _take(address: str, part: Path, about: Path, only_public: bool, say: Callable[[str], object]) -> None:
    """Take what is missing of a file."""
    kept = _validator(about)
    about.unlink(missing_ok=True)
    begin = part.stat().st_size if kept and part.exists() else 0
    headers = {"Range": f"bytes={begin}-", "If-Range": kept} if begin else {}
    with _answer(address, headers, only_public=only_public) as response:
        goes_on = response.status == 206 and _begins_at(response, begin)
        if response.status == 206 and not goes_on:
            raise _Interrupted("it goes on at another place")
        here = begin if goes_on else 0
        validator = response.getheader("ETag") or response.getheader("Last-Modified") or ""
        about.write_text(json.dumps("" if validator.startswith("W/") else validator), encoding="utf-8")
        length = response.length
        total = None if length is None else here + length
        if (total or 0) > MOST_BYTES:
            raise SourceError(f"It has {total:,} bytes; at most {MOST_BYTES:,} are taken.", path=address)
        told = time.monotonic()
        with part.open("ab" if goes_on else "wb") as file:
            while piece := _piece(response):
                file.write(piece)
                here += len(piece)
                if here > MOST_BYTES:
                    raise SourceError(f"It has more than {MOST_BYTES:,} bytes.", path=address)
                if time.monotonic() - told > _SECONDS_BETWEEN_WORDS:
                    told = time.monotonic()
                    say(f"{here // 1_000_000:,} MB" + (f" of {total // 1_000_000:,}" if total else ""))
        if total is not None and here != total:
            raise _Interrupted(f"{here:,} of {total:,} bytes came")


def _piece(response: HTTPResponse) -> bytes:
    try:
        return response.read(_PIECE)
    except IncompleteRead:
        raise _Interrupted("the connection ended before it") from None
    except (OSError, HTTPException) as error:
        raise _Interrupted(str(error) or type(error).__name__) from None


def _validator(about: Path) -> str:
    try:
        return str(json.loads(about.read_bytes()))
    except (OSError, ValueError):
        return ""


def _begins_at(response: HTTPResponse, begin: int) -> bool:
    return (response.getheader("Content-Range") or "").startswith(f"bytes {begin}-")


@contextmanager
def _answer(address: str, headers: dict[str, str], *, only_public: bool) -> Iterator[HTTPResponse]:
    """Give the answer to a question for an address, after redirects."""
    url, was_public = address, only_public
    for _ in range(_MOST_REDIRECTS):
        host, is_public = _host(url, address, only_public=was_public)
        was_public = was_public or is_public
        parts = urlsplit(url)
        with closing(HostConnection(parts.scheme == "https", parts.hostname or "", parts.port, host)) as line:
            response = _asked(line, url, address, headers)
            if response.status in _REDIRECTS and (target := response.getheader("Location")):
                url = _joined(url, target)
                continue
            if response.status in (404, 410):
                raise _NotThere(f"There is nothing (status {response.status}).", path=address)
            if response.status == 416 and "Range" in headers:
                raise _Interrupted("it changed there")
            if response.status not in (200, 206):
                message = f"The server answered with the status {response.status}."
                if response.status in (408, 429, 500, 502, 503, 504):
                    raise _Interrupted(message.rstrip("."))
                raise SourceError(message, path=address)
            yield response
            return
    raise SourceError(f"It leads to other places more than {_MOST_REDIRECTS} times.", path=address)


def _joined(url: str, target: str) -> str:
    try:
        return urljoin(url, target)
    except ValueError:
        return target  # which is no address, as is told then


def _asked(line: HostConnection, url: str, address: str, headers: dict[str, str]) -> HTTPResponse:
    parts = urlsplit(url)
    path = quote(parts.path or "/", safe=_KEPT)
    if parts.query:
        path += f"?{quote(parts.query, safe=_KEPT)}"
    line.limit(_SECONDS_WITHOUT_DATA)
    told = {
        "Accept": "application/rdf+xml, text/turtle, application/n-triples, */*;q=0.5",
        "Accept-Encoding": "identity",
        "User-Agent": f"glutakg/{__version__} (+{PREFIXES['gk'].rstrip('/')})",
        **headers,
    }
    try:
        line.request("GET", path, headers=told)
        return line.getresponse()
    except (OSError, HTTPException, ValueError) as error:
        reason: Any = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise _Interrupted(reason) from None


def _host(url: str, address: str, *, only_public: bool) -> tuple[Host, bool]:
    """Return the host of an address, resolved, and whether it is a public one.

    The user may name a private one; a server of the Internet may not lead there.
    """
    try:
        parts = urlsplit(url)
        name, port = parts.hostname, parts.port
        is_of_web = parts.scheme in ("http", "https") and parts.username is None
    except ValueError:
        is_of_web, name = False, None
    if not is_of_web or not name:
        raise SourceError(f"This is no address of the web ({url[:200]}).", path=address)
    bracketed = f"[{name}]" if ":" in name else name
    full = bracketed if port is None else f"{bracketed}:{port}"
    try:
        host = resolve_host(full, only_public=False)
    except EndpointError as error:
        raise SourceError(str(error), path=address) from None
    try:
        resolve_host(full)
        return host, True
    except EndpointError:
        if only_public:
            whose = "The file that names it" if url == address else "The server"
            message = f"{whose} leads to {full}, which is no public host; this is not followed."
            raise SourceError(message, path=address) from None
    return host, False
