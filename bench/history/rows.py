"""Rows of bills for COPY: a sale, or its refund with the signs reversed."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

from django.db import connection

from bench.history.deed import Deed, Priced
from billing.models import BillKind, CashKind, bill_number

COPIES = {
    "billing_shift": "id register_id business_date opened_at opened_by_id difference_reason pieces",
    "billing_bill": "id kind register_id sequence number key fingerprint at business_date shift_id cashier_id member_id"
    " terms_id original_id tax_included subtotal discount vip_discount manual_discount tax total points_spent"
    " points_earned cash_rounding change reason",
    "billing_billline": "id bill_id original_id to_shelf position product_id sku name sold_by list_price unit_price"
    " price_reason discount_percent line_discount bill_discount manual_discount tax_name tax_rate unit_cost note"
    " quantity net tax",
    "billing_billtax": "bill_id rate base tax",
    "billing_payment": "bill_id position method amount reference",
    "billing_cashmovement": "shift_id kind amount bill_id reason by_id at",
    "inventory_stockmovement": "product_id kind quantity reference reason by_id at",
    "members_pointsentry": "member_id kind amount reference by_id at",
}
NONE = r"\N"
REASON = "brought back"


@dataclass(frozen=True, slots=True)
class Place:
    """Where bills are written: their shift, and who rings them up."""

    shift: int
    register: int
    code: str
    cashier: int
    day: date
    terms: int
    tax_included: bool


@dataclass(slots=True)
class Ids:
    """The next ids of shifts, bills and lines, drawn from their sequences in blocks that nobody else uses."""

    shifts: Iterator[int] = field(default_factory=lambda: drawn("billing_shift"))
    bills: Iterator[int] = field(default_factory=lambda: drawn("billing_bill"))
    lines: Iterator[int] = field(default_factory=lambda: drawn("billing_billline"))


BLOCK = 10_000


def drawn(table: str) -> Iterator[int]:
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, BLOCK]
            )
            block = [row[0] for row in cursor.fetchall()]
        yield from block


@dataclass(slots=True)
class Rows:
    """The rows of a few bills, and their total movements."""

    ids: Ids
    of: dict[str, list[str]] = field(default_factory=lambda: {table: [] for table in COPIES})
    left_shelf: Counter[int] = field(default_factory=Counter)
    points: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    tails: dict[int, list[str]] = field(default_factory=dict)

    def write(self) -> None:
        with connection.cursor() as cursor:
            for table, rows in self.of.items():
                with cursor.copy(f"COPY {table} ({', '.join(COPIES[table].split())}) FROM STDIN") as copy:
                    copy.write("".join(rows))
                rows.clear()
        self.tails.clear()

    def shift(self, place: Place, at: datetime, opening: Decimal) -> None:
        self.add("billing_shift", place.shift, place.register, place.day, at, place.cashier, "", "[]")
        self.add("billing_cashmovement", place.shift, CashKind.FLOAT.value, opening, NONE, "", place.cashier, at)

    def sale(self, deed: Deed, place: Place, sequence: int) -> tuple[int, int]:
        """Returns the ids of the bill and of its first line."""
        return self._bill(deed, place, sequence, deed.at, 1, (NONE, 0))

    def refund(self, deed: Deed, place: Place, sequence: int, at: datetime, sold: tuple[int, int]) -> None:
        self._bill(deed, place, sequence, at, -1, sold)

    def _bill(
        self, deed: Deed, place: Place, sequence: int, at: datetime, sign: int, sold: tuple[int | str, int]
    ) -> tuple[int, int]:
        what, is_sale = deed.priced, sign > 0
        kind = BillKind.SALE if is_sale else BillKind.REFUND
        number, bill = bill_number(place.code, sequence, kind), next(self.ids.bills)
        member, change = deed.member or NONE, deed.change if is_sale else 0
        head = (bill, kind.value, place.register, sequence, number, uuid4(), r"\\x", at, place.day)
        who = (place.shift, place.cashier, member, place.terms, sold[0], place.tax_included)
        off = (0, 0, 0)
        figures = (sign * what.subtotal, *off, sign * what.tax, sign * what.total, 0, sign * deed.earned, 0, change)
        self.add("billing_bill", *head, *who, *figures, "" if is_sale else REASON)
        for rate, base, tax in what.taxes:
            self.add("billing_billtax", bill, rate, sign * base, sign * tax)
        first = self._lines(what, bill, None if is_sale else sold[1], sign)
        self._paid(deed, place, bill, kind, at, sign)
        self._moved(deed, place, kind, number, at, sign)
        return bill, first

    def _lines(self, what: Priced, bill: int, original: int | None, sign: int) -> int:
        rows, first = self.of["billing_billline"], 0
        for place, (line, tail) in enumerate(zip(what.lines, self._tails(what), strict=True)):
            number = next(self.ids.lines)
            first = first or number
            was = NONE if original is None else original + place
            back = NONE if original is None else "t"
            sums = f"{sign * line.quantity}\t{sign * line.net}\t{sign * line.tax}"
            rows.append(f"{number}\t{bill}\t{was}\t{back}\t{tail}\t{sums}\n")
        return first

    def _tails(self, what: Priced) -> list[str]:
        """What is the same on every bill of this basket."""
        if id(what) not in self.tails:
            self.tails[id(what)] = [
                f"{n}\t{good.id}\t{escaped(good.sku)}\t{escaped(good.name)}\tpiece\t{good.price}\t{good.price}\t\t0\t0"
                f"\t0\t0\t{good.tax_name}\t{good.tax_rate}\t{good.cost}\t"
                for n, good in enumerate((line.good for line in what.lines), 1)
            ]
        return self.tails[id(what)]

    def _paid(self, deed: Deed, place: Place, bill: int, kind: str, at: datetime, sign: int) -> None:
        amount = deed.paid if sign > 0 else -deed.priced.total
        if not amount:
            return
        self.add("billing_payment", bill, 1, deed.tender, amount, "")
        if deed.tender == "cash":
            moved = sign * deed.priced.total
            self.add("billing_cashmovement", place.shift, kind, moved, bill, "", place.cashier, at)

    def _moved(self, deed: Deed, place: Place, kind: str, number: str, at: datetime, sign: int) -> None:
        rows, end = self.of["inventory_stockmovement"], f"bill {number}\t\t{place.cashier}\t{at}\n"
        for line in deed.priced.lines:
            rows.append(f"{line.good.id}\t{kind}\t{-sign * line.quantity}\t{end}")
            self.left_shelf[line.good.id] += sign * line.quantity
        if deed.member and deed.earned:
            points = "earned" if sign > 0 else "taken_back"
            reference = f"bill {number}"
            self.add("members_pointsentry", deed.member, points, sign * deed.earned, reference, place.cashier, at)
            self.points[deed.member] += sign * deed.earned

    def add(self, table: str, *values: object) -> None:
        self.of[table].append("\t".join(map(str, values)) + "\n")


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", " ")
