"""Searches bills: by number, invoice of an earlier system, day, amount, member, cashier or product.

Each of these has its index. They are asked one by one, each for no more than a page, and joined: one condition with
"or" between them would read every bill.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from billing.models import Bill, BillLine, ImportedBill
from billing.receipts.finding import PRINTED
from inventory.goods import search
from members import member_search
from pos import amounts
from pos.keyset import Page, Place
from pos.money import currency_decimals, payable
from pos.postgres.plans import for_their_values
from pos.web import key_pages

MOST_PRODUCTS, LONGEST, FEW_LINES = 20, 50, 10_000
NEWEST, BY_DAY = ("-pk",), ("-business_date", "-pk")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text may mean: any of these conditions on bills, or goods of these products on them."""

    conditions: Sequence[Q] = ()
    products: Sequence[int] = ()
    is_all: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """Between two business dates, both inclusive. Without text the latest days come first, else the latest bills."""

    text: str
    first: date | None = None
    last: date | None = None
    meaning: Meaning = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "meaning", meaning(self.text.replace("\0", "").strip()[:LONGEST]))

    @property
    def ordering(self) -> tuple[str, ...]:
        return BY_DAY if self.meaning.is_all or self.first or self.last else NEWEST

    @property
    def days(self) -> Q:
        asked = {"business_date__gte": self.first, "business_date__lte": self.last}
        return Q(**{name: day for name, day in asked.items() if day})

    @property
    def lines(self) -> QuerySet[BillLine]:
        return BillLine.objects.filter(product__in=self.meaning.products).order_by()

    @property
    def lines_are_few(self) -> bool:
        return self.lines[: FEW_LINES + 1].count() <= FEW_LINES

    def rows(self) -> QuerySet[Bill]:
        """All of them, for a file."""
        return self.among(listed().filter(self.days).order_by(*self.ordering))

    def among(self, bills: QuerySet[Bill]) -> QuerySet[Bill]:
        """Those that are meant. Where the goods' lines are few they are read; else the list is looked through until a
        page is full."""
        if self.meaning.is_all:
            return bills
        ids: list[QuerySet[Any, Any]] = [
            Bill.objects.filter(condition).order_by().values("pk") for condition in self.meaning.conditions
        ]
        if self.lines_are_few:
            return bills.filter(pk__in=joined([*ids, self.lines.values("bill_id")]))
        return bills.filter(Q(pk__in=joined(ids)) | Exists(self.lines.filter(bill=OuterRef("pk"))))

    @for_their_values()
    def page(self, asked: Mapping[str, str], size: int) -> Page[Bill]:
        if self.meaning.is_all:
            return key_pages.page_of(listed().filter(self.days), asked, size, self.ordering)
        place = key_pages.place_of(asked, size, self.ordering, Bill)
        ids = [
            place.rows_of(Bill.objects.filter(condition, self.days)).values("pk")
            for condition in self.meaning.conditions
        ]
        ids += self.of_products(place)
        known = list(joined(ids).values_list("pk", flat=True)) if ids else []
        return place.page(list(place.rows_of(listed().filter(pk__in=known))))

    def of_products(self, place: Place) -> list[QuerySet]:
        """The bills with goods of each product. Without days they are in the order of an index; with days the bills of
        those days are looked through, or the goods' lines where they are few."""
        if self.ordering == BY_DAY:
            lines = self.lines.values("bill_id")
            if self.lines_are_few:
                lines = lines[:FEW_LINES]  # a limit has the database read them first
            found = Bill.objects.filter(self.days, pk__in=lines)
            return [place.rows_of(found).values("pk")] if self.meaning.products else []
        way, bound = ("bill_id", "gt") if place.backward else ("-bill_id", "lt")
        beyond = {f"bill_id__{bound}": value for value in place.position[1]}
        return [
            BillLine.objects.filter(product=product, **beyond)
            .order_by(way)
            .values(pk=F("bill_id"))
            .distinct()[: place.size + 1]
            for product in self.meaning.products
        ]


def listed() -> QuerySet[Bill]:
    return Bill.objects.select_related("register", "cashier", "member")


def joined(ids: Sequence[QuerySet]) -> QuerySet:
    return ids[0].union(*ids[1:]) if len(ids) > 1 else ids[0]


def meaning(text: str) -> Meaning:
    """A printed number is that bill and nothing else, and a day is its bills; other words may mean several things."""
    if not text:
        return Meaning(is_all=True)
    if PRINTED.fullmatch(text):
        return Meaning([Q(number__iexact=text)])
    if day := day_of(text):
        return Meaning([Q(business_date=day)])
    conditions = [Q(number__istartswith=text)]
    if invoices := ImportedBill.objects.filter(invoice__in={text, text.upper()}).values_list("pk", flat=True)[:LONGEST]:
        conditions.append(Q(pk__in=list(invoices)))
    if cashier := User.objects.filter(username__iexact=text).first():
        conditions.append(Q(cashier=cashier))
    if members := [member.pk for member in member_search.find(text)]:
        conditions.append(Q(member__in=members))
    if (amount := amount_of(text)) is not None:
        conditions.append(Q(total__in=[amount, -amount]))
    return Meaning(conditions, [found.pk for found in search.products(text, MOST_PRODUCTS)])


def day_of(text: str) -> date | None:
    """The day in the spelling of the page's language, or as 2026-11-03."""
    try:
        return forms.DateField().to_python(text)
    except ValidationError:
        return None


def amount_of(text: str) -> Decimal | None:
    try:
        amount = abs(amounts.read(text, currency_decimals()))
    except ValueError:
        return None
    return amount if payable(amount) else None
