"""Who asks: the address of a connection, seen through the proxies that the server is told to trust."""

from __future__ import annotations

import contextlib
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.requests import HTTPConnection

SITE = 64  # bits of an IPv6 address that one visitor shares: the rest is his to choose
LOOPBACK = "127.0.0.1"
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


def visitor(connection: HTTPConnection, proxies: int) -> str:
    """The address that a connection counts for, an IPv6 one by its network.

    Each of the `proxies` in front adds whom it was asked by to X-Forwarded-For; what stands before their entries is
    the client's own word and is not heard.
    """
    chain = [*_forwarded(connection), peer(connection)]
    return _site(chain[max(0, len(chain) - 1 - proxies)]) or _site(chain[-1])


def peer(connection: HTTPConnection) -> str:
    """The address at the other end of the connection.

    For a peer on this machine uvicorn puts what X-Forwarded-For says in its place, with 0 for the port.
    """
    client = connection.client
    return "" if client is None else client.host if client.port else LOOPBACK


def is_local(connection: HTTPConnection) -> bool:
    """Whether someone on this very machine asks, and not a proxy on it for someone else."""
    address = _address(peer(connection))
    through = any(name in connection.headers for name in FORWARDED)
    return address is not None and address.is_loopback and not through


def _forwarded(connection: HTTPConnection) -> list[str]:
    """The entries of X-Forwarded-For, the nearest proxy's last."""
    return [part.strip() for text in connection.headers.getlist("x-forwarded-for") for part in text.split(",")]


def _site(text: str) -> str:
    """An address as visitors are told apart by; nothing for what is none."""
    address = _address(text)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, SITE), strict=False))
    return str(address) if address else ""


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """The IP address in a text that may hold a port too; an IPv4 one also where it is written as IPv6."""
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    bare = bare.partition(":")[0] if bare.count(":") == 1 else bare
    with contextlib.suppress(ValueError):
        address = ip_address(bare)
        return getattr(address, "ipv4_mapped", None) or address
    return None
