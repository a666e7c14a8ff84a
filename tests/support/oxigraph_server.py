"""A server of Oxigraph's own on loopback, over data that a test gives."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyoxigraph as ox
from processes import wait_until


@contextmanager
def oxigraph_server(folder: Path, data: Iterable[ox.Quad]) -> Iterator[str]:
    """Serve quads, read-only, until the block ends; give the address of the endpoint."""
    command = shutil.which("oxigraph") or str(Path(sys.executable).with_name("oxigraph"))
    ox.serialize(data, folder / "all.nq", format=ox.RdfFormat.N_QUADS)
    load = [command, "load", "--location", str(folder / "store"), "--file", str(folder / "all.nq")]
    subprocess.run(load, check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    serve = [command, "serve-read-only", "--location", str(folder / "store"), "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(serve, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: _listens(port), "Oxigraph listens")
        yield f"http://127.0.0.1:{port}/query"
    finally:
        process.kill()
        process.wait()


def _listens(port: int) -> bool:
    """Tell whether something takes connections at a port of this machine."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
