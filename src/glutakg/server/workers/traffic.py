"""What the system knows of a TCP connection, whoever has used it; Linux only."""

import fcntl
import socket
import struct
import sys
import termios
from contextlib import suppress

__all__ = ["is_counted", "traffic"]


_INFO_BYTES, _ACKED = 136, 120  # of `struct tcp_info`, where `tcpi_bytes_received` comes next
_INT_BYTES = 4


def traffic(connection: socket.socket) -> tuple[int, int]:
    """Return how many bytes all processes have read from a connection, and how many they have written to it.

    Each counts from some number on, which stays the same.
    """
    acked, received = _counted(connection)
    while True:
        unread, unsent = _queued(connection, termios.FIONREAD), _queued(connection, termios.TIOCOUTQ)
        before, (acked, received) = (acked, received), _counted(connection)
        if before == (acked, received):  # nothing has come or gone meanwhile
            return received - unread, acked + unsent


def is_counted() -> bool:
    """Tell whether the system counts, which one that only stands in for Linux may not do."""
    with (
        suppress(OSError, struct.error),
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as one,
        listener.accept()[0] as other,
    ):
        read, written = traffic(other)
        one.sendall(b"12")
        other.recv(1)
        other.sendall(b"345")
        return traffic(other) == (read + 1, written + 3)
    return False


def _counted(connection: socket.socket) -> tuple[int, int]:
    told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO_BYTES)
    acked, received = struct.unpack_from("QQ", told, _ACKED)
    return acked, received


def _queued(connection: socket.socket, which: int) -> int:
    return int.from_bytes(fcntl.ioctl(connection, which, bytes(_INT_BYTES)), sys.byteorder)
