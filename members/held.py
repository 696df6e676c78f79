"""Everything the members' tables hold about one person, for the person to take away."""

from typing import Any

from accounts.models import AuditEntry
from members.models import Member


def about(member: Member) -> dict[str, Any]:
    """Plain values, ready for JSON. PINs are only told to be there."""
    names = ("number", "name", "email", "phone", "tier", "vip_until", "points", "is_active", "joined_at", "updated_at")
    return {
        "member": {name: getattr(member, name) for name in names} | {"has_pin": bool(member.pin)},
        "other_cards": list(member.doubles.order_by("pk").values_list("number", flat=True)),
        "points": list(
            member.entries.order_by("pk").values("at", "kind", "amount", "reference", "reason", "by__username")
        ),
        "vip": list(member.tier_changes.order_by("pk").values("at", "to_vip", "until", "by_consent", "by__username")),
        "consents": list(member.consents.order_by("pk").values("used_at", "used_for", "expires_at", "by__username")),
        "trail": list(
            AuditEntry.objects.filter(subject=member.number).order_by("pk").values("at", "action", "actor__username")
        ),
    }
