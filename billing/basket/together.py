"""Several changes at once to a basket: all of them or none."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db import transaction

from accounts.models import User
from billing.basket import baskets, customer, lines
from billing.models import Basket, BasketLine
from members.models import Member
from members.points import UnknownMember

Change = Callable[..., object]  # a verb that still needs the version, which it increases by one


@transaction.atomic
def change_line(line: BasketLine, asked: dict[str, Any], *, version: int, by: User, tokens: Sequence[str]) -> None:
    """Quantity first. What takes something special off a line comes last, because a plain line may merge into another:
    and so what is as asked already is left out."""
    place: dict[str, Any] = {"by": by, "tokens": tokens}
    changes: list[tuple[bool, Change]] = []
    if "quantity" in asked:
        changes.append((False, partial(lines.set_quantity, line.basket_id, line.pk, asked["quantity"], **place)))
    if asked.get("unit_price") is not None or ("unit_price" in asked and line.unit_price is not None):
        price, reason = asked["unit_price"], asked.get("price_reason", "")
        changes.append((price is None, partial(lines.set_price, line.basket_id, line.pk, price, reason, **place)))
    if (off := discount(line, asked)) is not None:
        changes.append((not any(off), partial(lines.set_discount, line.basket_id, line.pk, *off, **place)))
    if asked.get("note", line.note) != line.note:
        note = partial(lines.write_note, line.basket_id, line.pk, asked["note"], by=by)
        changes.append((not asked["note"], note))
    in_turn(line.basket_id, [change for _clears, change in sorted(changes, key=lambda one: one[0])], version)


@transaction.atomic
def change_basket(basket: Basket, asked: dict[str, Any], *, version: int, by: User, tokens: Sequence[str]) -> None:
    """The member first: a VIP's discount is taken off before that of the whole basket."""
    changes: list[Change] = []
    if "member" in asked:
        changes.append(of_member(basket.pk, asked["member"]))
    if (off := discount(basket, asked)) is not None:
        changes.append(partial(lines.discount_bill, basket.pk, *off, by=by, tokens=tokens))
    if "age_checked" in asked:
        changes.append(partial(lines.confirm_age, basket.pk, asked["age_checked"], by=by))
    in_turn(basket.pk, changes, version)


def of_member(basket_id: int, member: int | None) -> Change:
    if member is None:
        return partial(customer.detach_member, basket_id)
    found = Member.objects.filter(pk=member, is_active=True).first()
    if found is None:
        raise UnknownMember(member=member)
    return partial(customer.attach_member, basket_id, found)


def discount(of: Basket | BasketLine, asked: dict[str, Any]) -> tuple[Any, Any] | None:
    """Percent and amount; the one that is not asked for stays. None if both stay as they are."""
    now = of.discount_percent, of.discount_amount
    wanted = asked.get("discount_percent", now[0]), asked.get("discount_amount", now[1])
    return None if wanted == now else wanted


def in_turn(basket_id: int, changes: Sequence[Change], version: int) -> None:
    baskets.hold(basket_id, version)
    for number, change in enumerate(changes):
        change(version=version + number)
