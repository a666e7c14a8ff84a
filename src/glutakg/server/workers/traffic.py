"""What the system knows of a TCP connection, whoever has used it; Linux only."""

import fcntl
import socket
import struct
import sys
import termios

__all__ = ["traffic"]


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


def _counted(connection: socket.socket) -> tuple[int, int]:
    told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO_BYTES)
    acked, received = struct.unpack_from("QQ", told, _ACKED)
    return acked, received


def _queued(connection: socket.socket, which: int) -> int:
    return int.from_bytes(fcntl.ioctl(connection, which, bytes(_INT_BYTES)), sys.byteorder)
