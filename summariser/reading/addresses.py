"""Which addresses belong to the public internet."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# Global to `ipaddress`, yet no place of a web server: IETF protocol assignments, and the old 6to4 relay.
_RESERVED_IPV4 = (ip_network("192.0.0.0/24"), ip_network("192.88.99.0/24"))
# All addresses that were ever given out for the public internet; what else `ipaddress` calls global (IPv4
# in other clothes, site-local) reaches somewhere else or nothing.
_GLOBAL_UNICAST = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether the address is on the public internet, also where IPv6 only wraps an IPv4 address."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        inner = _wrapped(ip)
        if inner is None:
            return ip.is_global and ip in _GLOBAL_UNICAST
        ip = inner
    # Python counts most of multicast as global, and shared address space (100.64.0.0/10) as not private.
    special = ip.is_private or ip.is_multicast or any(ip in network for network in _RESERVED_IPV4)
    return ip.is_global and not special


def _wrapped(ip: IPv6Address) -> IPv4Address | None:
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour
