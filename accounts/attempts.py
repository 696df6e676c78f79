"""Guessing is slow: counted in the database, so for every worker alike and across restarts.

An attempt is charged before the password is looked at and forgiven when it was right: many at once gain nothing.
A session that is open stays open: only signing in is closed.
"""

import unicodedata
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Attempts
from pos.errors import Refused

FREE_PER_NAME, FREE_PER_ADDRESS = 5, 20
ADDRESS_WINDOW, FORGOTTEN_AFTER = timedelta(minutes=1), timedelta(days=1)
LONGEST_MINUTES = 60


class TooManyAttempts(Refused):
    code = "too_many_attempts"
    status = 429


def charge(name: str, address: str) -> bool:
    """Count one attempt, or refuse; True when the name is closed from here on should this one fail too."""
    now = timezone.now()
    with transaction.atomic():
        by_name, by_address = lock(name, address)
        wait = max(by_name.closed_until or now, by_address.closed_until or now) - now
        if wait > timedelta(0):
            seconds = ceil(wait.total_seconds())
            raise TooManyAttempts(f"Too many attempts. Try again in {spoken(seconds)}.", retry_after=seconds)
        charge_name(by_name, now)
        charge_address(by_address, now)
        Attempts.objects.bulk_update([by_name, by_address], ["failures", "since", "closed_until"])
    return by_name.failures >= FREE_PER_NAME


def forgive(name: str, address: str) -> None:
    Attempts.objects.filter(key=name_key(name)).delete()
    Attempts.objects.filter(key=address_key(address), failures__gt=0).update(failures=F("failures") - 1)


def lock(name: str, address: str) -> tuple[Attempts, Attempts]:
    keys = sorted([name_key(name), address_key(address)])
    Attempts.objects.bulk_create([Attempts(key=key) for key in keys], ignore_conflicts=True)
    rows = {row.key: row for row in Attempts.objects.filter(key__in=keys).order_by("key").select_for_update()}
    return rows[name_key(name)], rows[address_key(address)]


def charge_name(row: Attempts, now: datetime) -> None:
    """Five free misses, then closed for 1, 2, 4 ... 60 minutes after each."""
    row.failures = 1 if now - row.since > FORGOTTEN_AFTER else row.failures + 1
    row.since = now
    if row.failures >= FREE_PER_NAME:
        doublings = min(row.failures - FREE_PER_NAME, 6)
        row.closed_until = now + timedelta(minutes=min(2**doublings, LONGEST_MINUTES))


def charge_address(row: Attempts, now: datetime) -> None:
    """A shop shares one address: twenty misses a minute."""
    if now - row.since >= ADDRESS_WINDOW:
        row.failures, row.since = 0, now
        Attempts.objects.filter(since__lt=now - FORGOTTEN_AFTER).exclude(key=row.key).delete()
    row.failures += 1
    if row.failures >= FREE_PER_ADDRESS:
        row.closed_until = row.since + ADDRESS_WINDOW


def name_key(name: str) -> str:
    """The same for every spelling the database takes for the same name."""
    return f"name:{unicodedata.normalize('NFKC', name).upper().casefold()[:100]}"


def address_key(address: str) -> str:
    return f"address:{address}"


def address_of(request: HttpRequest) -> str:
    """Where a request comes from; of IPv6 the network, since one machine has many addresses."""
    given = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        given = request.headers.get("X-Forwarded-For", given).rpartition(",")[2].strip()
    try:
        address = ip_address(given)
    except ValueError:
        return "unknown"
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else str(address)


def spoken(seconds: int) -> str:
    if seconds <= 90:
        return f"{seconds} seconds"
    return f"{ceil(seconds / 60)} minutes"
