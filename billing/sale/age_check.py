"""Goods not everybody may buy: the cashier asks for the age, once for each sale."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_lazy as _

from billing.order import Order
from inventory.shelf.stock import Goods
from pos.errors import Refused


class AgeNotChecked(Refused):
    code = "age_check_required"
    message = _("Ask for the customer's age first.")


def needed(goods: Iterable[Goods]) -> int:
    """The age somebody must have to buy all of these; zero where nobody is asked."""
    return max((good.minimum_age for good in goods), default=0)


def checked(order: Order, goods: Iterable[Goods]) -> int:
    """The age that was asked for, as the bill keeps it, or AgeNotChecked."""
    age = needed(goods)
    if order.age_checked < age and not order.is_past:
        raise AgeNotChecked(
            _("Ask for the customer's age first: this is sold from %(age)s.") % {"age": age}, minimum_age=age
        )
    return min(age, order.age_checked)


def latest_birthday(age: int, today: date) -> date:
    """Who was born on this day or before is old enough."""
    try:
        return today.replace(year=today.year - age)
    except ValueError:  # 29 February
        return today.replace(year=today.year - age, day=28)
