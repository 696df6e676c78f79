"""The audit trail, for actions that no other ledger records."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import AuditEntry, User


def record(actor: User | None, action: str, subject: object, **facts: Any) -> AuditEntry:
    return AuditEntry.objects.create(actor=actor, action=action, subject=str(subject)[:100], facts=facts)


def of(action: str, subject: str, *, since: datetime, until: datetime | None) -> QuerySet[AuditEntry]:
    """Entries about one subject, oldest first; `since` and `until` are inclusive."""
    found = AuditEntry.objects.filter(action=action, subject=subject, at__gte=since).select_related("actor")
    return (found.filter(at__lte=until) if until else found).order_by("pk")
