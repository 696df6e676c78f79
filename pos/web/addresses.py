"""The address a request comes from. X-Forwarded-For counts only from proxies named in the settings, because anybody can
send that header."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

Network = IPv4Network | IPv6Network


def networks(names: Sequence[str]) -> list[Network]:
    """Parses the addresses and networks named in the settings."""
    try:
        return [ip_network(name.strip(), strict=False) for name in names if name.strip()]
    except ValueError as error:
        raise ImproperlyConfigured(f"TRUSTED_PROXIES: {error}.") from None


def sender(request: HttpRequest) -> str:
    """The socket's address; behind trusted proxies, the last forwarded address that is not a trusted proxy."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    while hops and is_trusted(address):
        address = hops.pop()
    return address


def is_trusted(address: str) -> bool:
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return any(known in network for network in settings.TRUSTED_PROXIES)


@checks.register(checks.Tags.security, deploy=True)
def proxies_are_named(**about: object) -> list[checks.CheckMessage]:
    if not settings.SECURE_PROXY_SSL_HEADER or settings.TRUSTED_PROXIES:
        return []
    told = "BEHIND_PROXY is on, but TRUSTED_PROXIES names none: everybody seems to come from the proxy's address."
    return [checks.Warning(told, id="pos.W001")]
