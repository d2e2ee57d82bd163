"""Where a request came from, as far as it is to be believed, and the network of that place.

The address is kept nowhere and written into no log: a room takes the network, and stores a digest of it at most.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from flask import current_app, request

UNIX = "unix"
IPV4_PREFIX = 24
IPV6_PREFIX = 64
_WITH_PORT = re.compile(r"\[([^\]]*)\](?::\d+)?|([^:]*):\d+")

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Proxies:
    """Who may say where a request came from: networks, and whether whoever speaks through a Unix socket may."""

    networks: tuple[Network, ...] = ()
    unix: bool = False

    def trust(self, address: Address) -> bool:
        """Whether this address is one of ours."""
        return any(address in network for network in self.networks)


def parse_proxies(text: str) -> Proxies:
    """`"10.0.0.1, 2001:db8::/32, unix"` as Proxies. Raises ValueError with the part that is none of these."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    networks = []
    for part in parts:
        if part.lower() != UNIX:
            try:
                networks.append(ip_network(part))
            except ValueError:
                raise ValueError(part) from None
    return Proxies(tuple(networks), UNIX in (part.lower() for part in parts))


def client_address(peer: str, forwarded: str, proxies: Proxies) -> Address | None:
    """The address of whoever asks: the peer's own, unless the peer is a proxy of ours.

    Then `forwarded` (X-Forwarded-For) is read from its end, where our own proxies write, up to the first address that
    is none of theirs; whatever stands before was written by nobody we know. None when it cannot be told. Never raises.
    """
    address = _address(peer)
    if address is None and (peer.strip() or not proxies.unix):
        return None
    if address is not None and not proxies.trust(address):
        return address
    for part in reversed(forwarded.split(",")):
        address = _address(part)
        if address is None or not proxies.trust(address):
            break
    return address


def network_of(address: Address | str | None) -> str | None:
    """The network of an address as text: /24 for IPv4, also inside IPv6, and /64 for IPv6.

    None for what is no address, or says nothing about where somebody is: this machine, and the link it hangs on.
    """
    found = _address(address) if isinstance(address, str) else address
    if found is None or found.is_loopback or found.is_unspecified or found.is_link_local or found.is_multicast:
        return None
    if found.version == 4:
        return str(IPv4Network((int(found), IPV4_PREFIX), strict=False))
    return str(IPv6Network((int(found), IPV6_PREFIX), strict=False))


def network_key(text: str) -> str:
    """A network as `network_of` writes it. Raises ValueError unless it is a /24 or a /64, which is what is kept."""
    network = ip_network(text.strip())
    if network.prefixlen != (IPV4_PREFIX if network.version == 4 else IPV6_PREFIX):
        raise ValueError(text)
    return str(network)


def of_request() -> str | None:
    """The network the present request came from, or None."""
    peer, forwarded = request.environ.get("REMOTE_ADDR") or "", request.environ.get("HTTP_X_FORWARDED_FOR") or ""
    return network_of(client_address(peer, forwarded, current_app.config["TRUSTED_PROXIES"]))


def _address(text: str) -> Address | None:
    text = text.strip().strip('"')
    found = _WITH_PORT.fullmatch(text)
    if found:
        text = found[1] or found[2] or ""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
