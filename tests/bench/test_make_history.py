"""The audit accepts the books of a history made for the benchmarks."""

import json
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from bench import make_history
from bench.invoices import Book, Invoice
from billing.drawer import zreport
from billing.models import Bill, BillLine, ZReport
from members.models import PointsEntry
from reports.models import RolledMonth
from tests.proof import assert_books_are_right


def invoices() -> Book:
    """Every third day of a few weeks, with odd prices and names."""
    book = Book()
    goods = [((f"G{n}", D(n * 37 % 900 + 1) / 100), n % 7 + 1, D(0)) for n in range(60)]
    for n in range(24):
        lines = goods[n : n + 21]
        book.invoices[str(n)] = Invoice(str(n), date(2024, 1, 1) + timedelta(n * 3), lines, hour=6 + n % 15)
        for article, quantity, _ in lines:
            book.pieces[article] += quantity
            book.names[article] = f"Back\\slash {article[0]}"
    return book


def moments(document: dict[str, Any]) -> dict[str, Any]:
    """Facts of a Z that depend on the time zone, and the sum of all Zs so far."""
    return {name: document[name] for name in ("opened_at", "closed_at", "grand_total")}


def test_audit_finds_no_fault_in_a_made_history(db):
    made = make_history.filled(invoices(), date(2025, 1, 1), date(2025, 2, 20), 300)
    make_history.rebuilt()
    assert Bill.objects.filter(kind="sale").count() == 300
    assert (Bill.objects.count(), BillLine.objects.count()) == (made["bills"], made["lines"])
    assert Bill.objects.filter(kind="refund").exists()
    assert PointsEntry.objects.exists()
    assert ZReport.objects.count() > 10
    assert_books_are_right()
    for z in ZReport.objects.select_related("shift"):
        told = json.loads(json.dumps(zreport.figures(z.shift), cls=DjangoJSONEncoder))
        assert {**told, **moments(z.document)} == {**z.document, **moments(z.document)}
    assert RolledMonth.objects.count() == 2
