"""Writes a finished bill, its lines, taxes, payments and seal, and the register's counter, in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson

from billing.counter import Counter
from billing.models import EXCHANGE, Bill, BillKind, BillLine, BillTax, Payment, Register
from billing.order import Carried, Order, Tendered, WantedProduct
from billing.pricing import PricedLine, Quote, Settlement
from billing.sale import chain
from billing.sale.bill_lines import LINE, copied_of, line_of
from billing.sale.columns import Column, Columns, columns_of, made
from inventory.shelf.stock import Goods
from pos.money import ZERO
from pos.postgres.rows import later, rows

BILL, TAX, PAYMENT = (columns_of(model) for model in (Bill, BillTax, Payment))
REGISTER = columns_of(Register)


def rows_of(table: str, columns: Mapping[str, Column]) -> str:
    names = ", ".join(columns)
    typed = ", ".join(f"{name} {column.kind}" for name, column in columns.items())
    return (
        f"INSERT INTO billing_{table} (bill_id, {names}) "
        f"SELECT bill.id, r.* FROM bill, jsonb_to_recordset(%s::jsonb) AS r ({typed}) RETURNING *"
    )


COUNTERS = {BillKind.SALE: "last_sale", BillKind.REFUND: "last_refund"}


def statement(counter: str) -> str:
    """The SQL that writes a bill with its rows, its seal and the register's counter."""
    return f"""
    WITH bill AS (
        INSERT INTO billing_bill (id, {", ".join(BILL)})
        VALUES (coalesce(%s::bigint, nextval('billing_bill_id_seq')), {", ".join(["%s"] * len(BILL))}) RETURNING *
    ), lines AS ({rows_of("billline", LINE)}
    ), taxes AS ({rows_of("billtax", TAX)}
    ), payments AS ({rows_of("payment", PAYMENT)}
    ), counter AS (
        UPDATE billing_register SET {counter} = %s WHERE id = %s
    ), seal AS ({chain.WRITE}
    )
    SELECT id FROM bill
    """


WRITE = {kind: statement(counter) for kind, counter in COUNTERS.items()}


@dataclass(frozen=True, slots=True)
class Swap:
    """The refund half of an exchange, and how much of it pays for the goods of this sale."""

    refund: Bill
    carried: Sequence[Carried]

    @property
    def amount(self) -> Decimal:
        return sum((part.amount for part in self.carried), ZERO)


@dataclass(slots=True)
class Written:
    """The rows that belong to a bill, not yet stored."""

    lines: list[BillLine]
    taxes: list[BillTax]
    payments: list[Payment]


def write(bill: Bill, below: Written) -> Bill:
    """Stores a finished bill and gives it its id. The register must be locked: its counter is set to the bill's
    sequence."""
    ((bill.pk,),) = rows(*writing(bill, below))
    return remembered(bill, below)


def write_later(bill: Bill, below: Written) -> Bill:
    """The same for a bill that has its id: sent with what is written next."""
    later(*writing(bill, below))
    return remembered(bill, below)


def writing(bill: Bill, below: Written) -> tuple[str, list[Any]]:
    hanging = [as_rows(below.lines, LINE), as_rows(below.taxes, TAX), as_rows(below.payments, PAYMENT)]
    return WRITE[BillKind(bill.kind)], [bill.pk, *BILL.values_of(bill), *hanging, bill.sequence, bill.register_id]


def remembered(bill: Bill, below: Written) -> Bill:
    bill.remember(lines=below.lines, taxes=below.taxes, payments=below.payments, refunds=[], stored_value=[])
    return bill


def as_rows(below: Sequence[Any], columns: Columns) -> str:
    """All rows as one JSON parameter, so that the SQL stays the same for any number of rows."""
    rows_by_column = [dict(zip(columns, columns.values_of(row), strict=True)) for row in below]
    return orjson.dumps(rows_by_column, default=str).decode()


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale that passed all checks. `oversold` is the quantity of each line that is missing in stock. `payments` hold
    no codes of cards. `age` is the customer's age as checked. `swap` pays a part of the sale. `fingerprint` is that of
    what was asked under the key."""

    order: Order
    fingerprint: bytes
    lines: Sequence[WantedProduct]
    goods: Mapping[int, Goods]
    quote: Quote
    settlement: Settlement
    payments: Sequence[Tendered]
    oversold: Sequence[Decimal]
    age: int
    swap: Swap | None = None


def write_sale(sale: Sale, counter: Counter) -> Bill:
    """Stores the sale's bill with everything the receipt ever prints."""
    order, quote, settlement, swap = sale.order, sale.quote, sale.settlement, sale.swap
    values = heading(BillKind.SALE, counter) | {
        "id": counter.at_hand.next_bill,
        "key": order.key,
        "fingerprint": sale.fingerprint,
        "member_id": order.member,
        "business_date": counter.at_hand.day_of(order.sold_at),
        "tax_included": counter.at_hand.tax_included,
        "subtotal": quote.subtotal,
        "discount": quote.discount,
        "vip_discount": quote.vip_discount,
        "manual_discount": quote.manual_discount,
        "tax": quote.tax,
        "total": quote.total,
        "cards_sold": quote.cards,
        "points_spent": quote.points_spent,
        "points_earned": quote.points_earned,
        "cash_rounding": settlement.cash_rounding,
        "change": settlement.change,
        "age_checked": sale.age,
    }
    bill = made(Bill, BILL, values)
    if swap:
        bill.exchange = swap.refund
    priced = enumerate(zip(sale.lines, quote.lines, sale.oversold, strict=True), 1)
    below = Written(
        lines=[_line(bill, n, wanted, sale.goods, line, short) for n, (wanted, line, short) in priced],
        taxes=[made(BillTax, TAX, {"bill": bill, "rate": t.rate, "base": t.base, "tax": t.tax}) for t in quote.taxes],
        payments=payments_of(bill, sale.payments),
    )
    if swap:
        below.payments += carried_of(bill, swap.carried, swap.refund.number, start=len(sale.payments) + 1)
    return write_later(bill, below)


def heading(kind: BillKind, counter: Counter) -> dict[str, Any]:
    """The columns for place, time, cashier, number and settings of a new bill."""
    sequence, number = counter.next_number(kind)
    return {
        "kind": kind,
        "register": made(Register, REGISTER, {"id": counter.till.id, "code": counter.till.code}),
        "sequence": sequence,
        "number": number,
        "at": counter.at_hand.now,
        "business_date": counter.at_hand.business_date,
        "shift_id": counter.shift,
        "cashier": counter.cashier,
        "terms_id": counter.at_hand.terms_id,
    }


def payments_of(bill: Bill, payments: Iterable[Tendered]) -> list[Payment]:
    return [
        made(
            Payment,
            PAYMENT,
            {"bill": bill, "position": n, "method_id": p.method, "amount": p.amount, "reference": p.reference},
        )
        for n, p in enumerate(payments, 1)
    ]


def carried_of(bill: Bill, carried: Iterable[Carried], other: str, *, start: int) -> list[Payment]:
    """The payments that move money between the two bills of an exchange: out of the refund, into the sale."""
    sign = -1 if bill.kind == BillKind.REFUND else 1
    return [
        Payment(
            bill=bill,
            position=n,
            method_id=EXCHANGE,
            amount=sign * part.amount,
            reference=other,
            carried_from_id=part.tender,
        )
        for n, part in enumerate(carried, start)
    ]


def _line(
    bill: Bill, position: int, wanted: WantedProduct, goods: Mapping[int, Goods], priced: PricedLine, oversold: Decimal
) -> BillLine:
    good = goods[wanted.product]
    return line_of(
        bill,
        position,
        copied_of(good),
        wanted.quantity,
        priced,
        unit_price=priced.item.unit_price,
        priced_by_id=None if wanted.unit_price is None else wanted.priced_by or bill.cashier_id,
        price_reason=wanted.price_reason.strip(),
        label_price=wanted.label_price,
        discount_percent=wanted.discount_percent,
        note=wanted.note.strip(),
        oversold=oversold,
    )
