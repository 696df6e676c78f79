"""Recognises the key of a machine in a request of the API: one statement, as for a person's token, one that counts the
request, and one more a minute to keep when it was last used."""

import re
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import AuthenticationFailed

from accounts.access import cross_origin, key_rate
from accounts.access.keys import PREFIX, SECRET, SIGNS, digest
from accounts.models import ApiKey, KeySecret, User
from accounts.models.key_bounds import bounds_of
from accounts.models.people import attributes_of_user
from pos import fate
from pos.errors import OutOfScope
from pos.postgres.rows import rows
from pos.web import request_id
from pos.web.addresses import sender

NOT_VALID = "This key is not valid, or no longer."
WRITTEN = re.compile(rf"pos_([{SIGNS}]{{{PREFIX}}})_([{SIGNS}]{{{SECRET}}})")
SEEN_EVERY = timedelta(minutes=1)
OF_SECRET = ("digest", "ends_at")
OF_KEY = (
    "id",
    "scopes",
    "registers",
    "locations",
    "most_per_sale",
    "may_refund",
    "sandbox",
    "addresses",
    "origins",
    "per_minute",
    "last_used_at",
)


def statement() -> str:
    columns = [*(f"s.{name}" for name in OF_SECRET), *(f"k.{name}" for name in OF_KEY)]
    columns += [f"u.{name}" for name in attributes_of_user()]
    return (
        f"SELECT {', '.join(columns)} FROM {KeySecret._meta.db_table} s"
        f" JOIN {ApiKey._meta.db_table} k ON k.id = s.key_id JOIN {User._meta.db_table} u ON u.id = k.user_id"
        " WHERE s.prefix = %s AND k.revoked_at IS NULL AND u.is_active"
    )


def machine(written: str, request: HttpRequest) -> User:
    """The key's user with its bounds, or the refusal."""
    asked = WRITTEN.fullmatch(written)
    found = rows(statement(), [asked[1]]) if asked else []
    if not asked or not found:
        raise AuthenticationFailed(NOT_VALID, "key_not_valid")
    names = (*OF_SECRET, *OF_KEY)
    row = dict(zip(names, found[0], strict=False))
    now = timezone.now()
    if not constant_time_compare(digest(asked[2]), row["digest"]) or row["ends_at"] <= now:
        raise AuthenticationFailed(NOT_VALID, "key_not_valid")
    user = User.from_db("default", attributes_of_user(), found[0][len(names) :])
    user.bounds = bounds_of(row)
    request_id.machine_key.set(row["id"])
    cross_origin.admit(request, row["origins"])
    refuse_address(request, row["addresses"])
    with fate.beside_the_deed():
        key_rate.count(row["id"], row["per_minute"])
        seen(row, now)
    return user


def refuse_address(request: HttpRequest, addresses: list[str]) -> None:
    if addresses and not is_among(sender(request), addresses):
        raise OutOfScope(_("This key may not be used from this address."))


def is_among(address: str, networks: list[str]) -> bool:
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return any(known in ip_network(network) for network in networks)


def seen(row: dict[str, Any], now: datetime) -> None:
    if row["last_used_at"] is None or now - row["last_used_at"] >= SEEN_EVERY:
        before = now - SEEN_EVERY
        rows(
            f"UPDATE {ApiKey._meta.db_table} SET last_used_at = %s"
            " WHERE id = %s AND (last_used_at IS NULL OR last_used_at <= %s) RETURNING id",
            [now, row["id"], before],
        )
