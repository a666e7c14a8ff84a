"""The style sheets, scripts and pictures of the pages, read once and served with an entity tag.

Starlette's `StaticFiles` (1.10) was tried: it reads the disk for each request, makes entity tags of times and
sizes, which differ from one installation to the next, sends nothing compressed, and refuses in plain text.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from glutakg.charts import STYLE_SHEET
from glutakg.server.http.messages import SECURITY_HEADERS, Answer, encoded
from glutakg.server.http.negotiation import matches

__all__ = ["StaticFile", "static_files", "static_paths"]


_FOLDER = Path(__file__).parents[1] / "static"
_LASTING = "public, max-age=31536000, immutable"
_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
"""By the end of a file's name; files that end otherwise are not served."""


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is sent."""

    media_type: str
    plain: bytes
    compressed: bytes
    is_lasting: bool = False
    """Whether its name has the hash of what it holds, so that who has it never asks again."""

    def answer(self, if_none_match: str | None, *, gzips: bool) -> Answer:
        """Return the file, or that the client has it already."""
        is_smaller = gzips and len(self.compressed) < len(self.plain)
        body = self.compressed if is_smaller else self.plain
        fields = {
            "ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
            "Vary": "Accept-Encoding",
            "Cache-Control": _LASTING if self.is_lasting else "no-cache",
            "X-Content-Type-Options": SECURITY_HEADERS["X-Content-Type-Options"],
        }
        if matches(if_none_match, fields["ETag"]):
            return Answer(304, encoded(fields), b"")
        fields |= {"Content-Type": self.media_type, "Content-Length": str(len(body))}
        if is_smaller:
            fields["Content-Encoding"] = "gzip"
        return Answer(200, encoded(fields), body)


@cache
def static_paths() -> Mapping[str, str]:
    """Return the paths of the files on the server by their names; each path changes with what it holds."""
    return {
        name: f"/static/{_hashed(name, file.plain)}"
        for name, file in static_files().items()
        if not file.is_lasting
    }


def _hashed(name: str, data: bytes) -> str:
    stem, dot, ending = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(data).hexdigest()[:12]}{dot}{ending}"


def static_files() -> dict[str, StaticFile]:
    """Return the files by their path under `/static/`, each under its name and under one with its hash.

    >>> static_files()["style.css"].media_type
    'text/css; charset=utf-8'
    """
    found = {}
    names = {path: path.relative_to(_FOLDER).as_posix() for path in sorted(_FOLDER.rglob("*"))}
    for path, name in {STYLE_SHEET: STYLE_SHEET.name, **names}.items():
        if path.is_file() and path.suffix in _TYPES:
            data = path.read_bytes()
            compressed = gzip.compress(data, 9, mtime=0)
            found[name] = StaticFile(_TYPES[path.suffix], data, compressed)
            found[_hashed(name, data)] = StaticFile(_TYPES[path.suffix], data, compressed, is_lasting=True)
    return found
