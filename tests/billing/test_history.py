"""The sales of an earlier system, taken in from its own list."""

import csv
import gzip
from collections import defaultdict
from contextlib import nullcontext
from decimal import Decimal as D
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.models import User
from billing.drawer import registers
from billing.history import importing
from billing.history.mapping import Columns
from billing.models import Bill, BillLine, HistoryImport, ImportedBill, Register, Shift, ZReport
from billing.order import Tendered
from billing.returns import refunds
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from inventory.models import Product, Stock, StockMovement
from pos.errors import Invalid
from pos.models import StoreSettings
from reports.figures import periods, queries
from reports.journal import days
from tests import cast
from tests.at_once import at_once
from tests.proof import assert_books_are_right
from tests.shared import needed

pytestmark = pytest.mark.django_db
HEADING = "invoice,stock_code,description,quantity,invoiced_at,unit_price,customer_id,country"
FIRST_ROWS, ODD = 1500, "PADS"
Rows = list[list[str]]


def nothing(_told: Any) -> None:
    pass


def taken_in(path: Path, by: User, columns: Columns | None = None) -> importing.Report:
    return importing.run(path, columns or Columns(), by=by, tell=nothing, say=nothing)


def listed(folder: Path, *rows: str, heading: str = HEADING) -> Path:
    path = folder / "old.csv"
    path.write_text("\n".join([heading, *rows]) + "\n")
    return path


@pytest.fixture(scope="module")
def real_rows() -> Rows:
    """The first lines of the real list, and every line of it that is odd."""
    with gzip.open(needed("online_retail_2009_2010.csv.gz"), "rt", encoding="utf-8") as file:
        rows = csv.reader(file)
        next(rows)
        return [
            row
            for n, row in enumerate(rows)
            if n < FIRST_ROWS or row[1] == ODD or row[0][0] == "A" or (row[0][0] == "C" and row[3][0] != "-")
        ]


@pytest.fixture
def real_file(real_rows: Rows, tmp_path: Path) -> Path:
    path = tmp_path / "slice.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        written = csv.writer(file)
        written.writerow(HEADING.split(","))
        written.writerows(real_rows)
    return path


def is_sale(row: list[str]) -> bool:
    return row[0][0] not in "CA" and D(row[3]) > 0 and D(row[5]) > 0


def is_return(row: list[str]) -> bool:
    return row[0][0] == "C" and D(row[3]) < 0 and D(row[5]) > 0


def test_slice_of_the_real_list_becomes_bills_of_its_days(real_rows: Rows, real_file: Path, may: User) -> None:
    report = taken_in(real_file, may)
    sales, returns = [row for row in real_rows if is_sale(row)], [row for row in real_rows if is_return(row)]
    assert Bill.objects.filter(kind="sale").count() == len({row[0] for row in sales}) > 50
    assert Bill.objects.filter(kind="refund").count() == len({row[0] for row in returns}) > 5
    assert BillLine.objects.count() == len(sales) + len(returns)
    assert len(report.left_out) + len(sales) + len(returns) == report.rows == len(real_rows)
    by_month: dict[tuple[int, int], D] = defaultdict(D)
    for row in sales + returns:
        by_month[int(row[4][:4]), int(row[4][5:7])] += round(D(row[3]) * D(row[5]), 2)
    for (year, month), revenue in by_month.items():
        assert queries.revenue(periods.month(year, month)).revenue == revenue
    given_back = sum(round(D(row[3]) * D(row[5]), 2) for row in returns)
    assert sum(month.given_back for month in report.months.values()) == given_back
    assert_books_are_right()


def test_rounding_of_odd_prices_is_listed(real_file: Path, may: User) -> None:
    report = taken_in(real_file, may)
    assert sum(month.rounding for month in report.months.values()) == D("-0.014")
    rounded = report.rounded
    assert {(row.line.code, row.line.exact, row.line.net) for row in rounded} == {(ODD, D("0.001"), D("0.00"))}
    assert (len(rounded), sum(row.moved for row in rounded)) == (14, D("-0.014"))


def test_second_run_adds_nothing(real_file: Path, may: User) -> None:
    taken_in(real_file, may)
    before = [model.objects.count() for model in (Bill, Product, Register, ZReport, HistoryImport, Stock)]
    again = taken_in(real_file, may)
    assert (again.history, again.months, again.known) == (None, {}, Bill.objects.count())
    assert before == [model.objects.count() for model in (Bill, Product, Register, ZReport, HistoryImport, Stock)]


def test_longer_file_adds_only_what_is_new_in_a_series_of_its_own(tmp_path: Path, may: User) -> None:
    old = "1,A1,Cup,2,2010-01-05 10:00:00,3.50,,"
    taken_in(listed(tmp_path, old), may)
    taken_in(listed(tmp_path, old, "0,A1,Cup,1,2010-01-04 10:00:00,3.50,,"), may)
    assert list(Bill.objects.order_by("pk").values_list("number", "total")) == [
        ("H1-000001", D("7.00")),
        ("H2-000001", D("3.50")),
    ]
    assert_books_are_right()


def test_import_moves_no_stock_cash_or_points_and_nobody_sells_in_its_series(
    tmp_path: Path, may: User, tea: Product, may_api: Client
) -> None:
    rows = (f"7,{tea.sku.lower()},Old tea,2,2010-01-05 10:00:00,9.00,55,France", "C8,X,,-1,2010-01-06 09:00:00,2.00,,")
    taken_in(listed(tmp_path, *rows), may)
    sale, back = Bill.objects.order_by("at")
    assert (sale.total, sale.member, sale.points_earned, sale.business_date.isoformat()) == (18, None, 0, "2010-01-05")
    assert (back.total, back.number, back.original) == (-2, "H1-R000001", None)
    assert sale.lines.get().product == tea
    tea.stock.refresh_from_db()
    assert tea.stock.quantity == 10
    assert not StockMovement.objects.filter(reference__startswith="bill").exists()
    made = Product.objects.get(sku="X")
    assert (made.is_active, made.name) == (False, "X")
    assert list(ImportedBill.objects.order_by("pk").values_list("invoice", "customer")) == [("7", "55"), ("C8", "")]
    asked = {
        "register": "H1",
        "lines": [{"product": tea.pk, "quantity": "1"}],
        "payments": [{"method": "cash", "amount": "12.50"}],
    }
    assert may_api.post("/api/v1/bills", asked, content_type="application/json").status_code == 400
    with pytest.raises(registers.OnlyHistory):
        registers.change(Register(code="H1", kind="till", is_active=True), by=may)
    another = {"code": "H9", "name": "Old", "kind": "hist"}
    assert may_api.post("/api/v1/registers", another, content_type="application/json").status_code == 409
    assert_books_are_right()


def test_imported_sale_is_refunded_at_a_till_as_store_credit(tmp_path: Path, may: User, shift: Shift) -> None:
    taken_in(listed(tmp_path, "7,X,Cup,2,2010-01-05 10:00:00,9.00,,"), may)
    asked = Wish(
        key=uuid4(),
        bill="H1-000001",
        lines=[Returned(1, D(1))],
        payments=[Tendered("store_credit", D(9))],
        reason="torn",
        register="R1",
    )
    back = refunds.refund(asked, cashier=may).bill
    assert (back.number, back.total) == ("R1-R000001", -9)
    assert Stock.objects.get(product__sku="X").quantity == 1
    assert_books_are_right()


def test_imported_days_are_in_reports_and_not_in_the_journal(tmp_path: Path, may: User) -> None:
    taken_in(listed(tmp_path, "7,X,Cup,2,2010-01-05 10:00:00,9.00,,"), may)
    day = periods.day(Bill.objects.get().business_date)
    assert queries.revenue(day).revenue == 18
    assert days.handed_over(day.start)["entries"] == []
    assert_books_are_right()


def test_rows_that_cannot_be_bills_say_why_and_where(tmp_path: Path, may: User) -> None:
    rows = {
        "1,A1,Cup,1,2010-01-05 10:00:00,3.50,,": None,
        ",A1,Cup,1,2010-01-05 10:00:00,3.50,,": "no invoice number",
        "A2,A1,Cup,1,2010-01-05 10:00:00,3.50,,": "no sale, by its invoice number",
        "2,,Cup,1,2010-01-05 10:00:00,3.50,,": "no product code",
        "2,A1,Cup,0,2010-01-05 10:00:00,3.50,,": "a quantity of nothing",
        "2,A1,Cup,-1,2010-01-05 10:00:00,3.50,,": "goods written off, not sold",
        "C2,A1,Cup,1,2010-01-05 10:00:00,3.50,,": "a return that brings nothing back",
        "2,A1,Cup,1,2010-01-05 10:00:00,0,,": "no price",
        "2,A1,Cup,1,2010-01-05 10:00:00,NaN,,": "not a number: NaN",
        "2,A1,Cup,1e400,2010-01-05 10:00:00,1,,": "not a number: 1e400",
        "2,A1,Cup,one,2010-01-05 10:00:00,1,,": "not a number: one",
        "2,A1,Cup,0.0001,2010-01-05 10:00:00,1,,": "a quantity no bill can hold",
        "2,A1,Cup,9999999,2010-01-05 10:00:00,99999,,": "an amount no bill can hold",
        "2,A1,Cup,1,5 January,1,,": "not a time: 5 January",
        "2,A1,Cup,1,2999-01-05 10:00:00,1,,": "later than now",
        "2,A1": "not a number: ",
    }
    report = taken_in(listed(tmp_path, *rows), may)
    expected = [(row, why) for row, why in enumerate(rows.values(), start=2) if why]
    assert [(left.row, left.reason) for left in report.left_out] == expected
    assert Bill.objects.count() == 1


def test_mapping_reads_another_shops_list_with_tax(tmp_path: Path, may: User) -> None:
    StoreSettings.change(by="may", prices_include_tax=True)
    (tmp_path / "old till.toml").write_text(
        'delimiter = ";"\ndecimal = ","\nmoment = "%d.%m.%Y %H:%M"\ntax_percent = "19"\n[columns]\n'
        'invoice = "Beleg"\ncode = "Artikel"\nquantity = "Menge"\nat = "Zeit"\nunit_price = "Preis"\n'
        'tax_percent = "USt"\n'
    )
    rows = [
        "1;T;1,5;02.03.2020 10:15;11,90;",
        "1;B;2;02.03.2020 10:15;5,35;7",
        "2;B;-1;03.03.2020 11:00;5,35;7",
    ]
    path = listed(tmp_path, *rows, heading="Beleg;Artikel;Menge;Zeit;Preis;USt")
    out = StringIO()
    call_command("import_history", path, mapping=tmp_path / "old till.toml", stdout=out, stderr=StringIO())
    sale, back = Bill.objects.order_by("at")
    assert (sale.total, sale.tax, back.total, back.tax) == (D("28.55"), D("3.55"), D("-5.35"), D("-0.35"))
    assert "2 bills in the series H1" in out.getvalue()
    assert sale.lines.get(position=1).sold_by == "weight"
    assert_books_are_right()


@pytest.mark.parametrize(
    "told", ["not toml", "colour = 'red'", "[columns]\ninvoice = 'a'", "delimiter = 5", "columns = 3", "\x00"]
)
def test_bad_mapping_is_refused_in_words(told: str, tmp_path: Path, may: User) -> None:
    (tmp_path / "m.toml").write_text(told)
    with pytest.raises(CommandError, match="mapping"):
        call_command("import_history", listed(tmp_path), mapping=tmp_path / "m.toml")


def test_bad_file_is_refused_in_words_and_leaves_no_trace(tmp_path: Path, may: User) -> None:
    broken = tmp_path / "broken.csv.gz"
    broken.write_bytes(gzip.compress(b"invoice,stock_code\n" * 50)[:30])
    for path in (tmp_path / "missing.csv", listed(tmp_path, heading="a,b"), broken, tmp_path):
        with pytest.raises(Invalid):
            taken_in(path, may)
    assert not HistoryImport.objects.exists() and not User.objects.filter(username="imported").exists()


def test_command_lists_what_was_left_out_and_needs_a_manager(tmp_path: Path, ana: User) -> None:
    path, out = listed(tmp_path, "1,A1,Cup,0,2010-01-05 10:00:00,3.50,,"), StringIO()
    with pytest.raises(CommandError, match="manager"):
        call_command("import_history", path)
    cast.person("may", role="manager")
    call_command("import_history", path, stdout=out, stderr=StringIO(), left_out=tmp_path / "left.csv")
    assert "1 rows left out" in out.getvalue()
    assert (tmp_path / "left.csv").read_text() == "row,invoice,reason\n2,1,a quantity of nothing\n"


def test_marks_of_imported_bills_cannot_be_rewritten(tmp_path: Path, may: User) -> None:
    taken_in(listed(tmp_path, "7,X,Cup,2,2010-01-05 10:00:00,9.00,,"), may)
    for statement in ("UPDATE billing_importedbill SET invoice = '8'", "DELETE FROM billing_historyimport"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_same_file_taken_in_by_several_at_once_is_taken_in_once(
    tmp_path: Path, may: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "unlimited", nullcontext)  # a connection of a test's thread has no patience to lose
    path = listed(tmp_path, "7,X,Cup,2,2010-01-05 10:00:00,9.00,,", "C8,X,,-1,2010-01-06 09:00:00,2.00,,")
    reports = at_once([lambda: taken_in(path, may)] * 4)
    assert sorted(report.known for report in reports) == [0, 2, 2, 2]
    assert (Bill.objects.count(), Register.objects.filter(kind="hist").count()) == (2, 1)
    assert_books_are_right()
