"""By what the figures can be split and filtered."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing.models import Register, Tender
from inventory.models import Category, Product
from members.models import Member
from pos.errors import Invalid
from reports.rollups.sources import CARDS_SOLD, NO_MEMBER, POINTS, REGULAR, ROUNDING, VIP

UNKNOWN = _("There is no such choice.")
TIERS = {NO_MEMBER: _("Without a card"), REGULAR: _("Regular"), VIP: _("VIP")}
WEEKDAYS = dict(
    enumerate(
        (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")), start=1
    )
)
BESIDE_TENDERS = {POINTS: _("Points"), ROUNDING: _("Rounding to coins"), CARDS_SOLD: _("Gift cards sold, owed")}
WITHOUT = "0"
RATE = re.compile(r"[0-9](\.[0-9]{1,5})?", re.ASCII)
Read = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Dimension:
    """`column` is what the bills and kept sums must have, `key` how it becomes the value of a row.

    `read` turns the text of an address into that value, or raises Invalid; a dimension without it is no filter: its
    rows are periods.
    """

    name: str
    title: str | Promise
    column: str
    key: str
    read: Read | None = None

    @property
    def is_time(self) -> bool:
        return self.read is None


def refuse(name: str) -> Invalid:
    return Invalid(name, UNKNOWN, "unknown")


def number(name: str, least: int, most: int) -> Read:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) <= 18 and least <= int(text) <= most):
            raise refuse(name)
        return int(text)

    return read


def register(code: str) -> int:
    if found := Register.objects.filter(code__iexact=clean(code)).values_list("pk", flat=True).first():
        return found
    raise refuse("register")


def cashier(username: str) -> int:
    if found := User.objects.filter(username=clean(username)).values_list("pk", flat=True).first():
        return found
    raise refuse("cashier")


def tender(code: str) -> str:
    if code in BESIDE_TENDERS or Tender.objects.filter(code=clean(code)).exists():
        return code
    raise refuse("tender")


def tier(name: str) -> str:
    if name in TIERS:
        return name
    raise refuse("tier")


def member(number: str) -> int:
    """A member by the number of the card, or 0: bills without one."""
    if number == WITHOUT:
        return 0
    if found := Member.objects.filter(number__iexact=clean(number)).values_list("pk", flat=True).first():
        return found
    raise refuse("member")


def rate(text: str) -> Decimal:
    if not RATE.fullmatch(text):
        raise refuse("rate")
    return Decimal(text)


def product(text: str) -> int:
    pk: int = number("product", 1, 2**63 - 1)(text)
    if Product.objects.filter(pk=pk).exists():
        return pk
    raise refuse("product")


def category(text: str) -> int:
    """A category, or 0: goods without one."""
    pk: int = number("category", 0, 2**63 - 1)(text)
    if not pk or Category.objects.filter(pk=pk).exists():
        return pk
    raise refuse("category")


def clean(text: str) -> str:
    return text.replace("\0", "")[:150]


ALL = (
    Dimension("day", _("Day"), "day", "day"),
    Dimension("week", _("Week"), "day", "date_trunc('week', day)::date"),
    Dimension("month", _("Month"), "month", "month"),
    Dimension("hour", _("Hour"), "hour", "hour", number("hour", 0, 23)),
    Dimension("weekday", _("Weekday"), "day", "extract(isodow FROM day)::int", number("weekday", 1, 7)),
    Dimension("product", _("Product"), "product", "product", product),
    Dimension("category", _("Category"), "product", "category", category),
    Dimension("cashier", _("Cashier"), "cashier", "cashier", cashier),
    Dimension("register", _("Till"), "register", "register", register),
    Dimension("tender", _("Payment"), "tender", "tender", tender),
    Dimension("rate", _("Tax rate"), "rate", "rate", rate),
    Dimension("tier", _("Customers"), "tier", "tier", tier),
    Dimension("member", _("Member"), "member", "coalesce(member, 0)", member),
)
DIMENSIONS = {dimension.name: dimension for dimension in ALL}
FILTERS = {dimension.name: dimension for dimension in ALL if dimension.read}
