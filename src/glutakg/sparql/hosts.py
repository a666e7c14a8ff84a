"""Hosts that are asked: each at the addresses that its name had once, and at no others."""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from glutakg.errors import EndpointError
from glutakg.languages import N_

__all__ = ["Host", "resolve_host"]


@dataclass(frozen=True, slots=True)
class Host:
    """A host, and the addresses that its name had when it was resolved.

    Attributes:
        name: `host` or `host:port`, as SERVICE may name it.
        addresses: IPv4 and IPv6 addresses, best first.
    """

    name: str
    addresses: tuple[str, ...]


def resolve_host(name: str, *, only_public: bool = True) -> Host:
    """Return a host with its addresses of now, which are used from now on whatever its name comes to mean.

    Args:
        name: `host` or `host:port`; an IPv6 address stands in square brackets.
        only_public: whether to refuse a host that has an address of a private network or of this machine.

    Raises:
        EndpointError: there is no such host, or it has an address that is refused.

    >>> resolve_host("127.0.0.1:8080", only_public=False)
    Host(name='127.0.0.1:8080', addresses=('127.0.0.1',))
    >>> resolve_host("localhost")
    Traceback (most recent call last):
    ...
    glutakg.errors.EndpointError: localhost has the address ..., which is not public; SERVICE may ask only ...
    """
    try:
        parts = urlsplit(f"//{name}")
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or name not in (parts.netloc, host) or parts.username is not None:
        raise EndpointError(
            N_("{name!r} is no host; give its name alone, or with a port: host:port.", name=name[:200])
        )
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise EndpointError(
            N_("The host {host} is not known ({reason}).", host=host[:200], reason=reason)
        ) from None
    addresses = tuple(dict.fromkeys(str(each[4][0]) for each in found))
    for address in addresses:
        if only_public and not _is_public(address):
            raise EndpointError(
                N_(
                    "{name} has the address {address}, which is not public; SERVICE may ask only public "
                    "hosts.",
                    name=name,
                    address=address,
                )
            )
    return Host(name, addresses)


def _is_public(address: str) -> bool:
    """Tell whether an address is one of the public Internet, also where it wraps one of another kind."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if inner is not None:
            return False
        if found in _TRANSLATED:
            found = ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)
    return found.is_global and not found.is_multicast


_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
