"""The audit trail, for actions that no other ledger records."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Upper
from django.utils import timezone

from accounts.models import AuditEntry, User
from pos.web import request_id

BATCH = 1000
FIRST, LAST = date(1900, 1, 1), date(9000, 1, 1)


def record(actor: User | None, action: str, subject: object, /, **facts: Any) -> AuditEntry:
    return AuditEntry.objects.create(
        actor=actor,
        action=action,
        subject=str(subject)[:100],
        facts=facts,
        request=request_id.running.get(),
        key_id=request_id.machine_key.get(),
    )


def of(action: str, subject: str, *, since: datetime, until: datetime | None) -> QuerySet[AuditEntry]:
    """Entries about one subject, oldest first; `since` and `until` are inclusive."""
    found = AuditEntry.objects.filter(action=action, subject=subject, at__gte=since).select_related("actor")
    return (found.filter(at__lte=until) if until else found).order_by("pk")


def sign_ins(user: User) -> QuerySet[AuditEntry]:
    """What became of attempts to sign in as this person, the newest first."""
    of_sign_in = Q(action="sign_in") | Q(action__startswith="sign_in.") | Q(action__startswith="second_factor.")
    return search(about=user.username).filter(of_sign_in, subject__iexact=user.username)


def search(
    *,
    who: User | None = None,
    deed: str = "",
    about: str = "",
    request: str = "",
    begin: date | None = None,
    end: date | None = None,
) -> QuerySet[AuditEntry]:
    """Entries by person, deed, what they are about, request, and days; the newest first. `about` matches how it
    begins, so "settings" finds every change of them; the days are the shop's, both inclusive."""
    found = AuditEntry.objects.select_related("actor", "key__user").order_by("-pk")
    if who is not None:
        found = found.filter(actor=who)
    if deed:
        found = found.filter(action=deed)
    if about:
        found = found.alias(upper_subject=Upper("subject")).filter(upper_subject__startswith=about.upper())
    if request:
        found = found.filter(request=request)
    if begin:
        found = found.filter(at__gte=midnight(begin))
    return found.filter(at__lt=midnight(end, days=1)) if end else found


def midnight(day: date, *, days: int = 0) -> datetime:
    """The beginning of a day in the shop's zone, or of the day so many days later."""
    day = min(max(day, FIRST), LAST)  # beyond these no zone can reckon, and nothing was done
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time.min))


def in_batches(entries: QuerySet[AuditEntry]) -> Iterator[AuditEntry]:
    """Entries of any number, read a batch at a time by their key."""
    last = None
    while batch := list((entries.filter(pk__lt=last) if last else entries)[:BATCH]):
        yield from batch
        last = batch[-1].pk


def deeds_done() -> list[str]:
    return list(AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct())
