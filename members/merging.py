"""Merges two cards of one person: the points of the double move to the card that stays, by entries of their own.

Finished bills keep the card they were sold to. The double points to the card that stays, so that its purchases are
found there and points of later refunds move on.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import Permission, User
from members import points, registry
from members.models import Member, TierChange
from pos.clock import Now
from pos.db_retry import patiently
from pos.errors import Invalid, ManagersOnly
from pos.money import MOST_MONEY, text


@patiently
@transaction.atomic
def merge(double: int, into: int, *, by: User) -> Member:
    """The card that stays. It keeps its own details and takes from the double what it lacks; a manager's deed that
    cannot be undone."""
    if not by.may(Permission.MEMBERS):
        raise ManagersOnly
    if double == into:
        raise Invalid("double", _("This is the same card."))
    accounts = {pk: points.lock(pk, even_inactive=True) for pk in sorted((double, into))}
    points.refuse_favour(accounts.values(), by)
    other, stays = registry.hold(double), registry.hold(into)
    if abs(accounts[double].points + accounts[into].points) > MOST_MONEY:
        raise Invalid("double", _("Nobody can have that many points."))
    points.move(accounts[double], accounts[into], by=by.pk)
    Member.objects.filter(merged_into=other).update(merged_into=stays, updated_at=Now())
    registry.blank_out(other, merged_into=stays)
    take_over(other, stays, by)
    trail.record(by, "member.merged", stays.number, double=other.number, points=text(accounts[double].points))
    trail.record(by, "member.merged", other.number, into=stays.number)
    return Member.objects.get(pk=into)


def take_over(double: Member, stays: Member, by: User) -> None:
    """What the card that stays lacks: e-mail, phone, the link with staff, VIP."""
    lacking = {
        name: getattr(double, name)
        for name in ("email", "phone", "staff")
        if getattr(double, name) and not getattr(stays, name)
    }
    if double.is_vip_now and not stays.is_vip_now:
        lacking |= {"is_vip": True, "vip_until": double.vip_until}
        TierChange.objects.create(member=stays, to_vip=True, until=double.vip_until, by=by, by_consent=False)
    Member.objects.filter(pk=stays.pk).update(**lacking, updated_at=Now())
