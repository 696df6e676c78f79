"""Checks what a manager says about a web hook."""

import re
from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit, urlunsplit

from django.utils.translation import gettext_lazy as _

from pos.checks import check_text
from pos.errors import Invalid
from pos.events.feed import KINDS
from pos.webhooks import addresses
from reports.models.webhooks import LONGEST_URL

PLAIN = re.compile(r"[!-~]*")
NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
NO_ADDRESS = _("Write the address like https://shop.example.org/changes.")


def url(written: str) -> str:
    """The address as it is kept. Where its name leads is looked at anew for each message; an address in figures is
    refused at once if nothing may go there."""
    tidy = written.strip()
    check_text("url", tidy, LONGEST_URL, shortest=1)
    parts = split(tidy)
    host = name_of(parts)
    if parts.scheme != "https" and not (parts.scheme == "http" and addresses.is_named(host)):
        raise Invalid("url", _("Write an address that begins with https://."), "not_https")
    if not addresses.is_named(host) and leads_home(host):
        raise Invalid("url", _("Nothing is sent to addresses in the shop's own network."), "forbidden_receiver")
    place = f"[{host}]" if ":" in host else host
    return urlunsplit((parts.scheme, f"{place}:{parts.port}" if parts.port else place, parts.path, parts.query, ""))


def split(tidy: str) -> SplitResult:
    try:
        parts = urlsplit(tidy)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise Invalid("url", NO_ADDRESS) from None
    if not is_whole or "@" in parts.netloc or parts.fragment or not PLAIN.fullmatch(parts.path + parts.query):
        raise Invalid("url", NO_ADDRESS)
    return parts


def name_of(parts: SplitResult) -> str:
    """The host in the letters of the internet: `bücher.example` becomes `xn--bcher-kva.example`."""
    host = str(parts.hostname)
    if ":" in host:
        return host
    try:
        plain = host.encode("idna").decode()
    except UnicodeError:
        raise Invalid("url", NO_ADDRESS) from None
    if not NAME.fullmatch(plain):
        raise Invalid("url", NO_ADDRESS)
    return plain


def leads_home(host: str) -> bool:
    try:
        return not addresses.is_public(ip_address(host))
    except ValueError:
        return False


def types(given: Sequence[str]) -> list[str]:
    if unknown := [name for name in given if name not in KINDS]:
        raise Invalid("types", _("There is no type %(name)s.") % {"name": unknown[0][:60]}, "unknown_type")
    return [kind for kind in KINDS if kind in given]
