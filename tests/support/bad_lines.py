"""A line to a real server that ends within an answer, or holds the rest of it back."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from urllib.parse import urlsplit

from graph_stores import RealStore

__all__ = ["bad_line"]

_HEAD_ENDS = b"\r\n\r\n"
_PIECE = 1 << 16


@contextmanager
def bad_line(real: RealStore, *, most: int, is_held: bool = False) -> Iterator[RealStore]:
    """Give a server at an address where little arrives of a body that comes with the status 200.

    Args:
        real: the server.
        most: bytes of the body that arrive.
        is_held: whether the connection then stays open.
    """
    port = urlsplit(real.url).port or 0
    over = threading.Event()

    class Line(BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(("127.0.0.1", port)) as server, suppress(OSError):
                threading.Thread(target=_pass_on, args=[self.request, server], daemon=True).start()
                left = None
                while left != 0 and (data := server.recv(_PIECE)):
                    if left is None and data.startswith(b"HTTP/1.1 200"):
                        while _HEAD_ENDS not in data:
                            data += server.recv(_PIECE)
                        left = data.index(_HEAD_ENDS) + len(_HEAD_ENDS) + most
                    if left is not None:
                        data = data[:left]
                        left -= len(data)
                    self.request.sendall(data)
                over.wait(60 if is_held else 0)

    class Lines(ThreadingTCPServer):
        daemon_threads = True

    with Lines(("127.0.0.1", 0), Line) as lines:
        threading.Thread(target=lines.serve_forever, args=[0.05], daemon=True).start()
        old, new = f":{port}/", f":{lines.server_address[1]}/"
        try:
            yield real._replace(url=real.url.replace(old, new), endpoint=real.endpoint.replace(old, new))
        finally:
            over.set()
            lines.shutdown()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(_PIECE):
            target.sendall(data)
