"""Goods not everybody may buy: the cashier asks for the age, once for each sale."""

from collections.abc import Collection
from datetime import date
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from billing.order import Order
from pos.errors import Refused


class AgeNotChecked(Refused):
    code = "age_check_required"
    message = _("Ask for the customer's age first.")


class SoldFromAnAge(Protocol):
    """Goods, or a line of them; zero is sold to everybody."""

    @property
    def minimum_age(self) -> int: ...


def needed(goods: Collection[SoldFromAnAge]) -> int:
    """The age somebody must have to buy all of these; zero where nobody is asked."""
    return max((good.minimum_age for good in goods), default=0)


def still_asked(goods: Collection[SoldFromAnAge], checked: int) -> int:
    """The age still to be asked for where the customer is known to be `checked`; zero where nobody is asked."""
    age = needed(goods)
    return age if age > checked else 0


def checked(order: Order, goods: Collection[SoldFromAnAge]) -> int:
    """The age that was asked for, as the bill keeps it, or AgeNotChecked."""
    if not order.is_past and (age := still_asked(goods, order.age_checked)):
        raise AgeNotChecked(
            _("Ask for the customer's age first: this is sold from %(age)s.") % {"age": age}, minimum_age=age
        )
    return min(needed(goods), order.age_checked)


def latest_birthday(age: int, today: date) -> date:
    """Who was born on this day or before is old enough."""
    try:
        return today.replace(year=today.year - age)
    except ValueError:  # 29 February
        return today.replace(year=today.year - age, day=28)
