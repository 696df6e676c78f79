"""Reads an earlier system's sales from a CSV file, row by row, into invoices; a row that cannot be one says why."""

import csv
import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from billing.history.mapping import Columns
from pos.errors import Invalid
from pos.money import MOST_MONEY, THOUSANDTH, ZERO, in_thousandths, is_quantity, rounded

LONGEST_INVOICE, LONGEST_CODE, LONGEST_NAME = 50, 50, 200
MOST_LINES = 5000
STEP = 50_000
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Line:
    """`unit_price` is as booked, to three decimals; `exact` is what the row says the line costs."""

    row: int
    code: str
    name: str
    quantity: Decimal
    unit_price: Decimal
    net: Decimal
    exact: Decimal
    rate: Decimal


@dataclass(slots=True)
class Invoice:
    number: str
    at: datetime
    is_return: bool
    customer: str
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LeftOut:
    row: int
    invoice: str
    reason: str


@dataclass(slots=True)
class Read:
    rows: int = 0
    invoices: dict[tuple[str, bool], Invoice] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)


class NoSale(Exception):
    """Why a row is left out."""


def read(path: Path, columns: Columns, tell: Progress) -> Read:
    """Everything in the file. Row 1 is the heading. An invoice's time is that of its first row."""
    found, now = Read(), timezone.now()
    for row, cells in rows_of(path, columns):
        found.rows += 1
        if found.rows % STEP == 0:
            tell(found.rows)
        try:
            add(found, row, cells, columns, now)
        except NoSale as why:
            found.left_out.append(LeftOut(row, cells.get("invoice", "")[:LONGEST_INVOICE], str(why)))
    return found


def rows_of(path: Path, columns: Columns) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with the cells the mapping names. A broken or missing file is refused."""
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, delimiter=columns.delimiter)
            heading = next(rows, [])
            if missing := [title for title in columns.columns.values() if title not in heading]:
                raise Invalid("file", _("The file has no column: %(names)s.") % {"names": ", ".join(missing)})
            places = {name: heading.index(title) for name, title in columns.columns.items()}
            for row, cells in enumerate(rows, start=2):
                width = len(cells)
                yield row, {name: cells[place].strip() if place < width else "" for name, place in places.items()}
    except OSError as error:
        raise Invalid("file", _("The file cannot be read: %(why)s") % {"why": error.strerror or error}) from None
    except (EOFError, UnicodeDecodeError, csv.Error, TypeError) as error:
        raise Invalid("file", _("The file cannot be read: %(why)s") % {"why": error}) from None


def add(found: Read, row: int, cells: dict[str, str], columns: Columns, now: datetime) -> None:
    number, code = cells["invoice"], cells["code"]
    if not number or len(number) > LONGEST_INVOICE or "\0" in number:
        raise NoSale(_("no invoice number"))
    if columns.no_sales_begin_with and number.startswith(columns.no_sales_begin_with):
        raise NoSale(_("no sale, by its invoice number"))
    if not code or len(code) > LONGEST_CODE or "\0" in code:
        raise NoSale(_("no product code"))
    quantity = amount(cells["quantity"], columns.decimal)
    price = amount(cells["unit_price"], columns.decimal)
    is_return = is_a_return(number, quantity, columns)
    if price <= 0:
        raise NoSale(_("no price"))
    invoice = found.invoices.get((number, is_return))
    if invoice is None:
        at = moment(cells["at"], columns.moment)
        if at > now:
            raise NoSale(_("later than now"))
        invoice = Invoice(number, at, is_return, cells.get("customer", "")[:LONGEST_INVOICE].replace("\0", ""))
    if len(invoice.lines) == MOST_LINES:
        raise NoSale(_("more lines than a bill holds"))
    invoice.lines.append(line(row, code, cells, quantity, price, columns))
    found.invoices[number, is_return] = invoice


def is_a_return(number: str, quantity: Decimal, columns: Columns) -> bool:
    if not quantity:
        raise NoSale(_("a quantity of nothing"))
    if not columns.returns_begin_with:
        return quantity < 0
    is_return = number.startswith(columns.returns_begin_with)
    if is_return and quantity > 0:
        raise NoSale(_("a return that brings nothing back"))
    if not is_return and quantity < 0:
        raise NoSale(_("goods written off, not sold"))
    return is_return


def line(row: int, code: str, cells: dict[str, str], quantity: Decimal, price: Decimal, columns: Columns) -> Line:
    unit_price = price.quantize(THOUSANDTH)
    if not in_thousandths(quantity) or not is_quantity(quantity):
        raise NoSale(_("a quantity no bill can hold"))
    net = rounded(quantity * unit_price)
    if abs(net) > MOST_MONEY or unit_price > MOST_MONEY:
        raise NoSale(_("an amount no bill can hold"))
    rate = amount(cells.get("tax_percent", "") or columns.tax_percent, columns.decimal) / 100
    if not 0 <= rate <= 1:
        raise NoSale(_("no tax rate"))
    name = " ".join(cells.get("name", "").split())[:LONGEST_NAME].replace("\0", "")
    return Line(row, code, name, quantity, unit_price, net, quantity * price, rate)


@cache
def amount(text: str, decimal: str) -> Decimal:
    try:
        found = Decimal(text.replace(decimal, ".") if decimal != "." else text)
    except InvalidOperation:
        raise NoSale(_("not a number: %(text)s") % {"text": text[:20]}) from None
    if not found.is_finite() or abs(found) > MOST_MONEY:
        raise NoSale(_("not a number: %(text)s") % {"text": text[:20]})
    return found or ZERO


@cache
def moment(text: str, form: str) -> datetime:
    """The moment of a time on the shop's clock."""
    try:
        return timezone.make_aware(datetime.strptime(text, form))  # noqa: DTZ007  the shop's zone is given next
    except (ValueError, OverflowError):
        raise NoSale(_("not a time: %(text)s") % {"text": text[:20]}) from None
