"""Checks what a manager says about a machine's key."""

import re
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from accounts.models.key_bounds import FIRST
from pos.api.scopes import REAL, SCOPES
from pos.checks import check_text
from pos.errors import Invalid

LONGEST_NAME, MOST_ENTRIES = 100, 20
MOST_A_MINUTE, MOST_DAYS = 6000, 366
CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,19}")
CODE_OF_LOCATION = re.compile(r"[A-Z0-9]{1,10}")


def name(written: str) -> str:
    tidy = " ".join(written.split())
    check_text("name", tidy, LONGEST_NAME, shortest=1, message=_("A name has 1 to %(longest)s characters."))
    return tidy


def checked(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as they are stored. Raises Invalid with the name of the first that cannot be."""
    return {fact: CHECKS[fact](value) if fact in CHECKS else value for fact, value in facts.items()}


def scopes(given: Sequence[str]) -> list[str]:
    if not given:
        raise Invalid("scopes", _("A key needs at least one scope."), "required")
    if unknown := [scope for scope in given if scope not in SCOPES]:
        raise Invalid("scopes", _("There is no scope %(scope)s.") % {"scope": unknown[0][:60]}, "unknown_scope")
    return sorted(set(given))


def fit_together(scopes: Sequence[str], *, sandbox: bool) -> None:
    """A key in sandbox mode practises selling; whatever else it wrote would be real."""
    real = [scope for scope in scopes if scope in REAL]
    if sandbox and real:
        refusal = _("A key in sandbox mode writes nothing but bills: take %(scope)s away.")
        raise Invalid("scopes", refusal % {"scope": real[0]}, "not_in_sandbox")


def register(code: str) -> str:
    tidy = code.strip().upper()
    if not CODE.fullmatch(tidy):
        raise Invalid("registers", _("“%(code)s” is no code of a register.") % {"code": code[:60]})
    return tidy


def location(code: str) -> str:
    tidy = code.strip().upper()
    if tidy != FIRST and not CODE_OF_LOCATION.fullmatch(tidy):
        raise Invalid("locations", _("“%(code)s” is no code of a location.") % {"code": code[:60]})
    return tidy


def network(written: str) -> str:
    try:
        return str(ip_network(written.strip(), strict=False))
    except ValueError:
        refusal = _("“%(address)s” is no address. Write it like 203.0.113.7 or 203.0.113.0/24.")
        raise Invalid("addresses", refusal % {"address": written[:60]}) from None


def origin(written: str) -> str:
    refusal = _("“%(origin)s” is no origin. Write it like https://shop.example.org.") % {"origin": written[:60]}
    try:
        parts = urlsplit(written.strip().lower())
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise Invalid("origins", refusal) from None
    is_site = parts.scheme in ("http", "https") and re.fullmatch(r"[a-z0-9.-]{1,180}", parts.hostname or "")
    if not is_site or parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise Invalid("origins", refusal)
    return f"{parts.scheme}://{parts.hostname}{port}"


def several(field: str, check: Callable[[str], str]) -> Callable[[Sequence[str]], list[str]]:
    def each(given: Sequence[str]) -> list[str]:
        if len(given) > MOST_ENTRIES:
            raise Invalid(field, _("At most %(most)s.") % {"most": MOST_ENTRIES}, "too_many")
        return list(dict.fromkeys(check(entry) for entry in given))

    return each


def whole(field: str, most: int) -> Callable[[int], int]:
    def within(given: int) -> int:
        if not 1 <= given <= most:
            raise Invalid(field, _("From 1 to %(most)s.") % {"most": most})
        return given

    return within


def most_per_sale(given: Any) -> Any:
    if given is not None and given <= 0:
        raise Invalid("most_per_sale", _("More than nothing, or leave it empty."))
    return given


CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "scopes": scopes,
    "registers": several("registers", register),
    "locations": several("locations", location),
    "most_per_sale": most_per_sale,
    "addresses": several("addresses", network),
    "origins": several("origins", origin),
    "per_minute": whole("per_minute", MOST_A_MINUTE),
    "days": whole("days", MOST_DAYS),
}
