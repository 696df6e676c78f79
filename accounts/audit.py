"""The trail of deeds that no other ledger records."""

from typing import Any

from accounts.models import AuditEntry, User


def record(actor: User | None, action: str, subject: object, **facts: Any) -> None:
    AuditEntry.objects.create(actor=actor, action=action, subject=str(subject)[:100], facts=facts)
