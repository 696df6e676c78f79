"""The Z report of a shift as `billing.drawer.zreport` would make it, computed from the deeds. The test of the history
compares the two."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from accounts.models import User
from bench.history.deed import Deed
from bench.history.shop import Shop
from billing.models import BillKind, CashKind, Register, bill_number
from pos.money import ZERO, quantity_text, text


@dataclass(slots=True)
class Turn:
    """A shift: its sales, those of them that were refunded, and the till's last numbers before it."""

    id: int
    till: Register
    by: User
    day: date
    opened_at: datetime
    closed_at: datetime
    deeds: Sequence[Deed]
    sales_before: int
    refunds_before: int
    before: Decimal  # the till's grand total
    opening: Decimal
    back: Sequence[Deed] = field(init=False)

    def __post_init__(self) -> None:
        self.back = sorted((deed for deed in self.deeds if deed.refund_at), key=attrgetter("refund_at"))

    def less_back(self, amount: Any) -> Decimal:
        return added(map(amount, self.deeds)) - added(map(amount, self.back))

    @property
    def total(self) -> Decimal:
        return self.less_back(lambda deed: deed.priced.total)

    @property
    def cash(self) -> tuple[Decimal, Decimal]:
        """What sales brought into the drawer, and what refunds took out of it."""
        brought, taken = ([deed.priced.total for deed in some if in_cash(deed)] for some in (self.deeds, self.back))
        return added(brought), -added(taken)

    @property
    def expected(self) -> Decimal:
        return self.opening + added(self.cash)


def in_cash(deed: Deed) -> bool:
    return deed.tender == "cash"


def added(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)


def document(turn: Turn, shop: Shop) -> dict[str, Any]:
    terms, who, nothing = shop.terms, turn.by.username, text(ZERO)
    sold, back = len(turn.deeds), len(turn.back)
    refunded = added(deed.priced.total for deed in turn.back)
    return {
        "shop": {"name": terms.shop_name, "address": terms.shop_address, "tax_number": terms.tax_number},
        "register": turn.till.code,
        "shift": turn.id,
        "business_date": turn.day.isoformat(),
        "opened_at": turn.opened_at,
        "opened_by": who,
        "closed_at": turn.closed_at,
        "closed_by": who,
        "sales": sold,
        "refunds": back,
        "first_bill": number(turn, turn.sales_before + 1, BillKind.SALE),
        "last_bill": number(turn, turn.sales_before + sold, BillKind.SALE),
        "first_refund": number(turn, turn.refunds_before + 1, BillKind.REFUND) if back else None,
        "last_refund": number(turn, turn.refunds_before + back, BillKind.REFUND) if back else None,
        "refunded": text(refunded),
        "gross": text(added(deed.priced.subtotal for deed in turn.deeds)),
        "discounts": 0,
        "voids": {"lines": 0, "baskets": 0, "unpaid": 0},
        "no_sales": 0,
        "price_overrides": 0,
        "reprints": 0,
        **dict.fromkeys(("discount", "vip_discount", "points_spent", "cash_rounding"), nothing),
        "subtotal": text(turn.less_back(lambda deed: deed.priced.subtotal)),
        "tax": text(turn.less_back(lambda deed: deed.priced.tax)),
        "total": text(turn.total),
        "points_earned": text(turn.less_back(lambda deed: deed.earned)),
        "change": text(added(deed.change for deed in turn.deeds)),
        "taxes": taxes(turn),
        "tenders": tenders(turn, shop),
        "categories": categories(turn),
        "cashiers": [{"cashier": who, "sales": sold, "refunds": back, "total": text(turn.total)}],
        "stored_value": {
            "moves": 0,
            **dict.fromkeys(("sold", "on_bills", "redeemed", "refunded_to"), nothing),
            "paid": [],
        },
        "cash": cash(turn),
        "grand_total": text(turn.before + turn.total),
    }


def number(turn: Turn, sequence: int, kind: str) -> str:
    return bill_number(turn.till.code, sequence, kind)


def taxes(turn: Turn) -> list[dict[str, str]]:
    base: dict[Decimal, Decimal] = defaultdict(Decimal)
    tax: dict[Decimal, Decimal] = defaultdict(Decimal)
    for deeds, sign in ((turn.deeds, 1), (turn.back, -1)):
        for deed in deeds:
            for rate, of, part in deed.priced.taxes:
                base[rate] += sign * of
                tax[rate] += sign * part
    return [
        {"rate": f"{rate.normalize():f}", "base": text(base[rate]), "tax": text(tax[rate])} for rate in sorted(base)
    ]


def tenders(turn: Turn, shop: Shop) -> list[dict[str, Any]]:
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    counts: Counter[str] = Counter()
    paid = [(deed.tender, deed.paid) for deed in turn.deeds] + [(deed.tender, -deed.priced.total) for deed in turn.back]
    for method, amount in paid:
        if amount:
            counts[method] += 1
            amounts[method] += amount
    return [
        {"method": code, "name": name, "count": counts[code], "amount": text(amounts[code])}
        for code, name in shop.tenders
        if code in counts
    ]


def categories(turn: Turn) -> list[dict[str, str]]:
    pieces: Counter[str] = Counter()
    net: dict[str, Decimal] = defaultdict(Decimal)
    for deeds, sign in ((turn.deeds, 1), (turn.back, -1)):
        for deed in deeds:
            for line in deed.priced.lines:
                pieces[line.good.category] += sign * line.quantity
                net[line.good.category] += sign * line.net
    return [
        {
            "category": name,
            "quantity": quantity_text(Decimal(pieces[name])),
            "kilograms": quantity_text(ZERO),
            "net": text(net[name]),
        }
        for name in sorted(net)
    ]


def cash(turn: Turn) -> dict[str, Any]:
    brought, taken = turn.cash
    moved = {CashKind.FLOAT: turn.opening, CashKind.SALE: brought, CashKind.REFUND: taken}
    expected = text(turn.expected)
    return {
        **{kind.value: text(moved.get(kind, ZERO)) for kind in CashKind},
        "movements": [],
        "expected": expected,
        "counted": expected,
        "difference": text(ZERO),
        "pieces": [],
        "reason": "",
    }
