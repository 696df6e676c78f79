"""The age check for restricted goods: the cashier asks for the customer's age once in each sale."""

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
    """A product or a line; `minimum_age` is zero if anybody may buy it."""

    @property
    def minimum_age(self) -> int: ...


def needed(goods: Collection[SoldFromAnAge]) -> int:
    """The minimum age for all of these goods; zero if there is no restriction."""
    return max((good.minimum_age for good in goods), default=0)


def still_asked(goods: Collection[SoldFromAnAge], checked: int) -> int:
    """The age to ask for if the customer is known to be `checked`; zero if there is nothing to ask."""
    age = needed(goods)
    return age if age > checked else 0


def checked(order: Order, goods: Collection[SoldFromAnAge]) -> int:
    """The age to store on the bill. Raises AgeNotChecked if the cashier has not asked for it."""
    if not order.is_past and (age := still_asked(goods, order.age_checked)):
        raise AgeNotChecked(
            _("Ask for the customer's age first: this is sold from %(age)s.") % {"age": age}, minimum_age=age
        )
    return min(needed(goods), order.age_checked)


def latest_birthday(age: int, today: date) -> date:
    """The latest date of birth of someone who is `age` today."""
    try:
        return today.replace(year=today.year - age)
    except ValueError:  # 29 February
        return today.replace(year=today.year - age, day=28)
