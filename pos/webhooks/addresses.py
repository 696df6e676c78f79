"""Where a web hook may go: out of the house only, unless a setting names a receiver inside it.

A name is resolved once, every address it has is looked at, and the connection goes to that very address: a name that
resolves elsewhere a moment later changes nothing.
"""

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from queue import Empty, Queue
from threading import Thread

from django.conf import settings

PUBLIC_6 = IPv6Network("2000::/3")
# Not counted as private by every version of Python: special uses, 6to4 relays; IPv4 in disguise, documentation
RESERVED_4 = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
RESERVED_6 = (IPv6Network("2001::/23"), IPv6Network("2002::/16"), IPv6Network("3fff::/20"))


class NoSuchReceiver(OSError):
    """The name has no address."""


class ReceiverForbidden(OSError):
    """The name leads into the shop's own network, or to nobody in particular."""


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """An address of one machine in the internet. Not private, loopback, link-local, shared by a provider, multicast or
    reserved, nor an IPv6 address that carries one of those."""
    if isinstance(address, IPv6Address):
        return address in PUBLIC_6 and address.is_global and not any(address in net for net in RESERVED_6)
    is_one_machine = address.is_global and not address.is_multicast and not address.is_reserved
    return is_one_machine and not any(address in net for net in RESERVED_4)


def is_named(host: str) -> bool:
    """Whether WEBHOOK_PRIVATE_RECEIVERS names this host."""
    return host in settings.WEBHOOK_PRIVATE_RECEIVERS


def of(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of a host, all of them allowed. Raises OSError."""
    found = list(dict.fromkeys(resolved(host, port, seconds)))
    if not found:
        raise NoSuchReceiver
    if not is_named(host) and not all(is_public(ip_address(address)) for address in found):
        raise ReceiverForbidden
    return found


def resolved(host: str, port: int, seconds: float) -> list[str]:
    """Asks in a thread of its own: the system's resolver knows no deadline."""
    said = Queue[list[str] | OSError](1)
    Thread(target=lambda: said.put(asked(host, port)), daemon=True).start()
    try:
        answer = said.get(timeout=max(seconds, 0))
    except Empty:
        raise TimeoutError from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def asked(host: str, port: int) -> list[str] | OSError:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return NoSuchReceiver()
    return [str(place[0]).partition("%")[0] for *_, place in found]
