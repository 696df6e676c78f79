"""Turns VIP on and off: needs the member's PIN or a manager."""

from uuid import uuid4

from django.db import transaction

from accounts.models import User
from members import consents, points
from members.models import Member, TierChange
from pos.clock import Now


def grant(member: int, *, by: User, consent: str | None = None) -> Member:
    """Makes the member VIP; a cashier needs the member's consent. For a VIP nothing changes, and no consent is
    spent."""
    return _turn(member, to_vip=True, by=by, consent=consent)


def withdraw(member: int, *, by: User, consent: str | None = None) -> Member:
    """Ends the VIP status; a cashier needs the member's consent. The points stay."""
    return _turn(member, to_vip=False, by=by, consent=consent)


@transaction.atomic
def _turn(member: int, *, to_vip: bool, by: User, consent: str | None) -> Member:
    account = points.lock(member)
    if account.is_vip != to_vip:
        if consent or not by.is_manager:
            consents.use(consent or "", member=member, purpose=f"VIP {uuid4()}")
        Member.objects.filter(pk=member).update(is_vip=to_vip, updated_at=Now())
        TierChange.objects.create(member_id=member, to_vip=to_vip, by=by, by_consent=bool(consent))
    return Member.objects.get(pk=member)
