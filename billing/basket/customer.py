"""The basket's customer: the member, and the points to spend."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing import pricing
from billing.basket import priced
from billing.basket.baskets import BasketIsClosed, changed, hold
from billing.models import (
    Basket,
)
from members import consents
from members import points as points_ledger
from members.models import Member
from pos.errors import Invalid
from pos.models import StoreSettings
from pos.money import ZERO, payable


@transaction.atomic
def attach_member(basket_id: int, member: Member, *, version: int | None) -> None:
    basket = hold(basket_id, version)
    refuse_own_card(basket, member)
    if basket.member_id != member.pk:
        basket.member, basket.points = member, ZERO
    changed(basket)


def refuse_own_card(basket: Basket, member: Member | None) -> None:
    """Refuses the card of the basket's cashier, and of anybody who added a line to it."""
    if member is None or member.staff_id is None:
        return
    points_ledger.refuse_own(member.staff_id, basket.cashier_id)
    for person in basket.lines.not_removed().filter(added_by=member.staff_id).values_list("added_by")[:1]:
        points_ledger.refuse_own(member.staff_id, *person)


@transaction.atomic
def detach_member(basket_id: int, *, version: int) -> None:
    basket = hold(basket_id, version)
    basket.member, basket.points = None, ZERO
    changed(basket)


def spend_points(basket_id: int, points: Decimal, pin: str, *, version: int, by: User) -> None:
    """The member agrees, by typing the PIN, to pay this much of the basket in points."""
    basket = Basket.objects.select_related("member").filter(pk=basket_id).first()
    if basket is None:
        raise BasketIsClosed()
    member = refuse_unpayable(basket, points)
    token = consents.give(member.pk, pin, by=by) if StoreSettings.in_force().require_pin_for_points else None
    with transaction.atomic():
        basket = hold(basket_id, version)
        if token and basket.member_id:
            consents.use(token, member=basket.member_id, purpose=f"sale {basket.key}")
        basket.points = points
        changed(basket)


def refuse_unpayable(basket: Basket, points: Decimal) -> Member:
    """The member, if able to pay this much of the basket in points; refuses otherwise."""
    if basket.member is None:
        raise Invalid("points", _("Points need the member they belong to."), "member_required")
    if not points or not payable(points):
        raise Invalid("points", _("Points are an amount of the shop's currency, more than zero."))
    if points > basket.member.points:
        raise points_ledger.NotEnoughPoints(points=basket.member.points)
    if points > (total := priced.show(basket).quote.total):
        raise pricing.PointsExceedDue(total=total)
    return basket.member


@transaction.atomic
def forget_points(basket_id: int, *, version: int) -> None:
    basket = hold(basket_id, version)
    basket.points = ZERO
    changed(basket)
