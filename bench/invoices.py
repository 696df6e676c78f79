"""Reads the real invoices of ../shared/data, and the figures in its README to reconcile with."""

import csv
import gzip
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from uuid import UUID, uuid5

from django.conf import settings

OURS = UUID("6b8f0c0e-55a4-4f0e-9d4c-2b1f5a0f6e11")
CENT = Decimal("0.01")
MONTH = re.compile(r"(\d{4}-\d{2}) \| ([\d,]+) \| ([\d,.]+)")
Article = tuple[str, Decimal]


@dataclass(slots=True)
class Invoice:
    number: str
    day: date
    lines: list[tuple[Article, int, Decimal]] = field(default_factory=list)
    hour: int = 12

    @property
    def key(self) -> UUID:
        return uuid5(OURS, self.number)

    @property
    def month(self) -> str:
        return f"{self.day:%Y-%m}"

    @property
    def total(self) -> Decimal:
        """The sum of the lines, each rounded to the cent as the shop does."""
        return sum((in_cents(quantity * price) for _, quantity, price in self.lines), Decimal(0))

    @property
    def below_a_cent(self) -> Decimal:
        """The sum of the rounding differences: the README's figures use unrounded prices."""
        return sum((quantity * price for _, quantity, price in self.lines), Decimal(0)) - self.total


@dataclass(slots=True)
class Book:
    """The invoices. `pieces` counts each article over the whole file; `left_out` counts the rows that are not sales."""

    invoices: dict[str, Invoice] = field(default_factory=dict)
    names: dict[Article, str] = field(default_factory=dict)
    pieces: Counter[Article] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)


def in_cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def folder() -> Path:
    found = Path(os.environ.get("POS_SHARED") or settings.BASE_DIR.parent / "shared") / "data"
    if not (found / "online_retail_2009_2010.csv.gz").exists():
        sys.exit(
            f"The invoices are not here: {found / 'online_retail_2009_2010.csv.gz'} is missing. "
            "Put the data folder beside the checkout, or name its parent in POS_SHARED."
        )
    return found


def read() -> Book:
    book = Book()
    with gzip.open(folder() / "online_retail_2009_2010.csv.gz", "rt", encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            enter(book, row)
    return book


def enter(book: Book, row: Mapping[str, str]) -> None:
    number, quantity, price = row["invoice"], int(row["quantity"]), Decimal(row["unit_price"])
    if reason := no_sale(number, quantity, price):
        book.left_out[reason] += 1
        return
    article = (row["stock_code"].strip(), in_cents(price))
    at = row["invoiced_at"]
    invoice = book.invoices.setdefault(number, Invoice(number, date.fromisoformat(at[:10]), hour=int(at[11:13])))
    invoice.lines.append((article, quantity, price))
    book.pieces[article] += quantity
    book.names.setdefault(article, " ".join(row["description"].split())[:200] or article[0])


def no_sale(number: str, quantity: int, price: Decimal) -> str:
    if number.startswith("C"):
        return "lines of returns"
    if number.startswith("A"):
        return "bad-debt bookings"
    if quantity <= 0:
        return "lines without a quantity (write-offs)"
    return "" if price > 0 else "lines without a price"


def sku(article: Article) -> str:
    """One SKU per code and price. Codes that differ only in case are different articles, so the SKU encodes the
    case."""
    code, price = article
    small = sum(1 << place for place, letter in enumerate(code) if letter.islower())
    return f"{code.upper()}{f'~{small:x}' if small else ''} {price}"[:50]


def figures() -> dict[str, tuple[int, Decimal]]:
    """Number of invoices and revenue of each month, from the data's README."""
    text = (folder() / "README.md").read_text(encoding="utf-8")
    return {
        month: (int(count.replace(",", "")), Decimal(revenue.replace(",", "")))
        for month, count, revenue in MONTH.findall(text)
    }


def between(book: Book, first: date, last: date, most: int | None) -> list[Invoice]:
    chosen = [invoice for invoice in book.invoices.values() if first <= invoice.day <= last]
    chosen.sort(key=lambda invoice: (invoice.day, invoice.number))
    return chosen[:most]


def articles(invoices: list[Invoice]) -> Iterator[Article]:
    seen = set()
    for invoice in invoices:
        for article, _, _ in invoice.lines:
            if article not in seen:
                seen.add(article)
                yield article
