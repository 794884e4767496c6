"""Where a caller is, for slowing those who ask too often."""

import ipaddress
from typing import Any

from sanic import Request


def address_of(request: Request[Any, Any]) -> str | None:
    """Where the caller is: the peer, or behind a proxy of the house what the proxy says; None when that says nothing.

    Only a peer on a private network is taken for our proxy, and only the last entry is believed, which it wrote itself.
    A /64 is one caller: that is what a household gets.
    """
    try:
        peer = _address(request.ip)
        if peer.is_private:
            peer = _address(request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip())
    except ValueError:
        return None
    return str(ipaddress.ip_network((peer, 64), strict=False) if peer.version == 6 else peer)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """A socket that listens on both kinds shows 1.2.3.4 as ::ffff:1.2.3.4."""
    found = ipaddress.ip_address(text)
    return (found.version == 6 and found.ipv4_mapped) or found
