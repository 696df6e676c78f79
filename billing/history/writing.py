"""Writes imported invoices as bills, in bulk: a register, a closed shift and a Z of their own, no stock, no cash."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import Role, User
from billing.drawer import shifts
from billing.history.reading import Invoice, Line
from billing.models import (
    IMPORTED,
    BillKind,
    CashKind,
    CashMovement,
    HistoryImport,
    Register,
    RegisterKind,
    Shift,
    Tender,
    TenderKind,
    bill_number,
)
from billing.sale.chain import SEAL_UNSEALED
from inventory.models import Product, SoldBy, Stock
from pos.calendar import business_date
from pos.models import StoreSettings
from pos.money import ZERO, allocate, rounded

CLERK, SERIES = "imported", "H"
BATCH = 1000
Rows = dict[str, list[Sequence[Any]]]
COPIES = {
    "billing_bill": "id kind register_id sequence number key fingerprint at business_date shift_id cashier_id terms_id"
    " tax_included subtotal discount vip_discount manual_discount tax total points_spent points_earned cash_rounding"
    " change reason",
    "billing_billline": "bill_id position product_id sku name sold_by quantity list_price unit_price price_reason"
    " discount_percent line_discount bill_discount manual_discount net tax_name tax_rate tax unit_cost to_shelf note",
    "billing_billtax": "bill_id rate base tax",
    "billing_payment": "bill_id position method amount reference",
    "billing_importedbill": "bill_id history_id invoice customer",
}


@dataclass(frozen=True, slots=True)
class Series:
    """Where a file's bills stand: a register nobody can sell at, with one shift from the first bill to the last."""

    register: Register
    shift: Shift
    history: HistoryImport
    terms: StoreSettings
    clerk: User


def key_of(source: str, invoice: Invoice) -> UUID:
    """The same invoice of the same system has the same key, and so is one bill."""
    side = "return" if invoice.is_return else "sale"
    return uuid5(NAMESPACE_URL, f"history:{source}:{side}:{invoice.number}")


def write(invoices: Sequence[Invoice], *, source: str, file_name: str, by: User) -> HistoryImport:
    """Writes the bills in the order of their times, all in the caller's transaction, and closes their shift."""
    ordered = sorted(invoices, key=lambda invoice: (invoice.at, invoice.number))
    products = products_of(ordered)
    series = begun(ordered, source, file_name, by)
    rows: Rows = {table: [] for table in COPIES}
    counters = {BillKind.SALE: 0, BillKind.REFUND: 0}
    for bill_id, invoice in zip(bill_ids(len(ordered)), ordered, strict=True):
        counters[kind_of(invoice)] += 1
        add_bill(rows, series, bill_id, invoice, counters[kind_of(invoice)], products)
    for table, columns in COPIES.items():
        copied(table, columns.split(), rows.pop(table))
    with connection.cursor() as cursor:
        cursor.execute(SEAL_UNSEALED)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # here, where it may take long, and not at the commit
    finish(series, counters)
    return series.history


def begun(ordered: Sequence[Invoice], source: str, file_name: str, by: User) -> Series:
    clerk = the_clerk()
    Tender.objects.get_or_create(
        code=IMPORTED, defaults={"name": "Imported", "kind": TenderKind.OTHER, "is_active": False, "position": 98}
    )
    number = Register.objects.filter(kind=RegisterKind.HISTORY).count() + 1
    register = Register.objects.create(
        code=free_code(number), name=file_name[:50], kind=RegisterKind.HISTORY, is_active=False
    )
    terms = StoreSettings.in_force()
    first = ordered[0].at
    shift = Shift.objects.create(
        register=register,
        business_date=business_date(first, terms.cutoff_hour),
        opened_at=first,
        opened_by=clerk,
    )
    CashMovement.objects.create(shift=shift, kind=CashKind.FLOAT, amount=ZERO, by=clerk, at=first)
    history = HistoryImport.objects.create(
        register=register,
        source=source,
        file_name=file_name[:200],
        bills=len(ordered),
        lines=sum(len(invoice.lines) for invoice in ordered),
        by=by,
    )
    return Series(register, shift, history, terms, clerk)


def the_clerk() -> User:
    """Whose bills they are: a person who cannot sign in."""
    clerk = User.objects.filter(username=CLERK).first()
    if clerk is None:
        clerk = User(username=CLERK, name=_("Imported history"), role=Role.CASHIER, is_active=False)
        clerk.set_unusable_password()
        clerk.save()
    return clerk


def free_code(number: int) -> str:
    while Register.objects.filter(code__iexact=f"{SERIES}{number}").exists():
        number += 1
    return f"{SERIES}{number}"


def finish(series: Series, counters: Mapping[BillKind, int]) -> None:
    """The shift ends with its last bill, and its Z has the sums of them all."""
    register, shift = series.register, series.shift
    register.last_sale, register.last_refund = counters[BillKind.SALE], counters[BillKind.REFUND]
    register.save(update_fields=["last_sale", "last_refund"])
    last = shift.bills.latest("at").at
    shifts.close(shift, counted=ZERO, by=series.clerk, at=last)


def products_of(invoices: Iterable[Invoice]) -> dict[str, int]:
    """The product of each code, whatever its case. A code the shop does not know becomes one that is not on sale, with
    the last name and price of the file."""
    latest: dict[str, Line] = {}
    names: dict[str, str] = {}
    for invoice in invoices:
        for line in invoice.lines:
            code = line.code.lower()
            latest[code] = line
            if line.name:
                names[code] = line.name
    known = {sku.lower(): pk for pk, sku in Product.objects.values_list("pk", "sku")}
    new = [
        Product(
            sku=line.code,
            name=names.get(code, line.code),
            price=line.unit_price,
            sold_by=sold_by(line.quantity),
            is_active=False,
        )
        for code, line in sorted(latest.items())
        if code not in known
    ]
    made = Product.objects.bulk_create(new, BATCH)
    Stock.objects.bulk_create((Stock(product=product) for product in made), BATCH)
    return known | {product.sku.lower(): product.pk for product in made}


def bill_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('billing_bill', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [row[0] for row in cursor.fetchall()]


def add_bill(
    rows: Rows, series: Series, bill_id: int, invoice: Invoice, sequence: int, products: Mapping[str, int]
) -> None:
    included = series.terms.prices_include_tax
    kind = kind_of(invoice)
    by_rate, taxes = taxed(invoice.lines, included=included)
    subtotal = sum((line.net for line in invoice.lines), ZERO)
    tax = sum(by_rate.values(), ZERO)
    total = subtotal if included else subtotal + tax
    place = (series.register.pk, sequence, bill_number(series.register.code, sequence, kind))
    day = business_date(invoice.at, series.terms.cutoff_hour)
    who = (series.shift.pk, series.clerk.pk, series.terms.pk)
    reason = _("Imported return %(invoice)s") % {"invoice": invoice.number} if invoice.is_return else ""
    figures = (subtotal, ZERO, ZERO, ZERO, tax, total, *(ZERO,) * 4, reason)
    key = key_of(series.history.source, invoice)
    rows["billing_bill"].append((bill_id, kind.value, *place, key, b"", invoice.at, day, *who, included, *figures))
    for position, (line, its_tax) in enumerate(zip(invoice.lines, taxes, strict=True), start=1):
        product = products[line.code.lower()]
        rows["billing_billline"].append((bill_id, position, *line_row(line, product, its_tax, invoice.is_return)))
    for rate, its_tax in by_rate.items():
        net = sum((line.net for line in invoice.lines if line.rate == rate), ZERO)
        rows["billing_billtax"].append((bill_id, rate, net - its_tax if included else net, its_tax))
    if total:
        rows["billing_payment"].append((bill_id, 1, IMPORTED, total, ""))
    rows["billing_importedbill"].append((bill_id, series.history.pk, invoice.number, invoice.customer))


def kind_of(invoice: Invoice) -> BillKind:
    return BillKind.REFUND if invoice.is_return else BillKind.SALE


def line_row(line: Line, product: int, tax: Decimal, is_return: bool) -> tuple[Any, ...]:
    """The columns of COPIES after the position. What the goods had cost is not known; none go to the shelf."""
    goods = (product, line.code, line.name or line.code, sold_by(line.quantity), line.quantity)
    prices = (line.unit_price, line.unit_price, "", ZERO, ZERO, ZERO, ZERO, line.net)
    return (*goods, *prices, "", line.rate, tax, ZERO, False if is_return else None, "")


def sold_by(quantity: Decimal) -> str:
    return (SoldBy.PIECE if quantity == int(quantity) else SoldBy.WEIGHT).value


def taxed(lines: Sequence[Line], *, included: bool) -> tuple[dict[Decimal, Decimal], list[Decimal]]:
    """The tax at each rate, rounded once, and each line's share of it."""
    by_rate: dict[Decimal, Decimal] = {}
    shares: dict[int, Decimal] = {}
    for rate in dict.fromkeys(line.rate for line in lines):
        its_lines = [line for line in lines if line.rate == rate]
        net = sum((line.net for line in its_lines), ZERO)
        by_rate[rate] = rounded(net * rate / (1 + rate if included else 1)) if rate else ZERO
        parts = allocate(by_rate[rate], [abs(line.net) for line in its_lines]) if rate else [ZERO] * len(its_lines)
        shares |= {id(line): part for line, part in zip(its_lines, parts, strict=True)}
    return by_rate, [shares[id(line)] for line in lines]


def copied(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
