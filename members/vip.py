"""Turns VIP on and off: needs the member's PIN or the permission for members. With a last day VIP ends by itself."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Permission, User
from members import consents, points
from members.models import Member, TierChange
from pos import calendar
from pos.clock import Now
from pos.errors import Invalid

LONGEST = timedelta(days=36_525)


def grant(member: int, *, by: User, consent: str | None = None, until: date | None = None) -> Member:
    """Makes the member VIP, up to and including the day `until`; a cashier needs the member's consent. For a VIP
    nothing changes but another last day, and without one no consent is spent."""
    return _turn(member, to_vip=True, until=after(until) if until else None, by=by, consent=consent)


def withdraw(member: int, *, by: User, consent: str | None = None) -> Member:
    """Ends the VIP status; a cashier needs the member's consent. The points stay."""
    return _turn(member, to_vip=False, until=None, by=by, consent=consent)


def after(last: date) -> datetime:
    """The midnight in the shop's zone at which the last day is over."""
    today = calendar.today()
    if not today <= last <= today + LONGEST:
        raise Invalid("until", _("The last day of VIP is today or later, within a hundred years."))
    return timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))


@transaction.atomic
def _turn(member: int, *, to_vip: bool, until: datetime | None, by: User, consent: str | None) -> Member:
    account = points.lock(member)
    is_other_day = until is not None and Member.objects.get(pk=member).vip_until != until
    if account.is_vip != to_vip or is_other_day:
        if not consent:
            points.refuse_favour([account], by)
        if consent or not by.may(Permission.MEMBERS):
            consents.use(consent or "", member=member, purpose=f"VIP {uuid4()}")
        Member.objects.filter(pk=member).update(is_vip=to_vip, vip_until=until, updated_at=Now())
        TierChange.objects.create(member_id=member, to_vip=to_vip, until=until, by=by, by_consent=bool(consent))
    return Member.objects.get(pk=member)
