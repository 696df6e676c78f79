"""A list from the upload to the books and back."""

from collections.abc import Callable
from decimal import Decimal as D
from typing import Any

import pytest

from accounts.models import AuditEntry, User
from files import imports, jobs
from files.models import FileImport, KnownHeading, State
from inventory.models import Product, StockMovement, TaxRate
from members.models import Member
from pos.errors import Invalid, ManagersOnly, Refused, TooLarge
from tests.files.lists import GOODS, workbook

pytestmark = pytest.mark.django_db
Upload = Callable[..., FileImport]
BAD = "sku,name,price\nTEA,Tea,1.50\nJAM,Jam,dear\n"


@pytest.fixture(autouse=True)
def nineteen(db: None) -> None:
    TaxRate.objects.create(name="19 %", rate=D("0.19"))


def run(upload: FileImport, by: User, **more: Any) -> FileImport:
    imports.start(upload.pk, by=by, **more)
    jobs.work_one(upload.pk)
    return imports.find(upload.pk)


def test_german_headings_find_their_columns_and_the_decimal_comma(may: User, uploaded: Upload) -> None:
    row = uploaded(GOODS + "BROT;4011800525224;Brot;3,20;;19 %\n")
    assert set(row.matched) == {"sku", "barcode", "name", "price", "stock", "tax_rate"}
    assert (row.decimal_mark, row.rows, row.report["created"]) == (",", 2, 2)
    assert not Product.objects.exists()
    assert run(row, may).state == State.DONE
    tea = Product.objects.get(sku="TEE")
    assert (tea.name, tea.price, tea.stock.quantity) == ("Grüner Tee", D("1234.50"), 10)


@pytest.mark.parametrize(
    "heading", ["Artikelbezeichnung;Verkaufspreise", "Product  Name;UNIT_PRICE", "NAME;VK (brutto)"]
)
def test_similar_headings_are_matched(uploaded: Upload, heading: str) -> None:
    assert uploaded(f"{heading}\nTee;1,50\n").matched == {"name": 0, "price": 1}


def test_the_heading_is_found_below_a_title(uploaded: Upload) -> None:
    row = uploaded(workbook(Liste=[["Price list 2026"], [None], ["Name", "Price"], ["Tea", 1.5]]))
    assert (row.heading_row, row.heading, row.rows) == (3, ["Name", "Price"], 1)


def test_one_bad_row_keeps_all_rows_from_being_written(may: User, uploaded: Upload) -> None:
    row = uploaded(BAD)
    assert row.report["errors"] == [[3, "price", "“dear” is not a number with at most three decimals."]]
    again = run(row, may)
    assert (again.state, again.report["refused"], again.report["is_written"]) == (State.OPEN, 1, False)
    assert not Product.objects.exists()
    assert not AuditEntry.objects.filter(action="products.imported").exists()


def test_a_match_by_hand_is_remembered_for_the_next_file(may: User, uploaded: Upload) -> None:
    content = "A,B,C\nTea,1.50,x\n"
    row = uploaded(content)
    assert "tells the rows apart" in row.report["problem"]
    with pytest.raises(Refused, match="tells the rows apart"):
        imports.start(row.pk, by=may)
    row = imports.match(row.pk, {"name": 0, "price": 1}, by=may, decimal_mark=".")
    assert row.report["created"] == 1
    assert uploaded(content + "Jam,2.5,y\n").matched == {"name": 0, "price": 1}
    imports.match(row.pk, {"name": 0, "price": 1, "sku": 2}, by=may)
    assert KnownHeading.objects.get().matched == {"name": 0, "price": 1, "sku": 2}


@pytest.mark.parametrize("matched", [{"name": 9}, {"name": -1}, {"colour": 0}, {"name": 0, "sku": 0}, {"name": True}])
def test_invalid_match_of_columns_is_refused(may: User, uploaded: Upload, matched: dict[str, Any]) -> None:
    row = uploaded(BAD)
    with pytest.raises(Invalid):
        imports.match(row.pk, matched, by=may)


def test_another_sheet_is_read_anew(may: User, uploaded: Upload) -> None:
    row = uploaded(workbook(Cover=[["Hello"], ["there"]], Goods=[["name", "price"], ["Tea", 1.5]]))
    assert row.matched == {}
    row = imports.match(row.pk, {}, by=may, sheet="Goods")
    assert (row.sheet, row.matched, row.report["created"]) == ("Goods", {"name": 0, "price": 1}, 1)
    assert run(row, may).state == State.DONE
    assert Product.objects.get().name == "Tea"


def test_import_started_twice_is_done_once(may: User, uploaded: Upload) -> None:
    row = uploaded("name,price,stock\nTea,1.50,4\n")
    run(row, may)
    assert run(row, may).state == State.DONE
    assert StockMovement.objects.count() == 1
    assert bytes(imports.find(row.pk).content) == b""


def test_import_is_undone_once_and_not_imported_again(may: User, uploaded: Upload) -> None:
    row = run(uploaded("name,price\nTea,1.50\n"), may)
    undone = imports.undo(row.pk, by=may)
    assert (undone.state, undone.undone_by) == (State.UNDONE, may)
    assert not Product.objects.exists()
    assert imports.undo(row.pk, by=may).undone_at == undone.undone_at
    assert AuditEntry.objects.filter(action="import.undone").count() == 1
    with pytest.raises(Refused, match="was undone"):
        imports.start(row.pk, by=may)


def test_import_not_yet_done_cannot_be_undone(may: User, uploaded: Upload) -> None:
    with pytest.raises(imports.NotUndoable):
        imports.undo(uploaded(BAD).pk, by=may)


def test_large_price_changes_must_be_confirmed(may: User, uploaded: Upload, tea: Product) -> None:
    row = uploaded(f"sku,price\n{tea.sku},1.25\n", "prices")
    assert row.report["steep"] == 1
    waiting = run(row, may)
    assert (waiting.state, waiting.report["problem"]) == (
        State.OPEN,
        "1 prices move by more than a fifth. Confirm that.",
    )
    assert run(row, may, is_confirmed=True).state == State.DONE
    tea.refresh_from_db()
    assert tea.price == D("1.25")


def test_members_and_counts_are_imported_and_undone_too(may: User, uploaded: Upload, tea: Product) -> None:
    members = uploaded("Kunde;E-Mail;Punkte\nMia Moor;mia@example.org;12,5\n", "members")
    assert run(members, may).report["created"] == 1
    counts = uploaded("EAN;Menge\n4006381333931;7\n", "counts")
    assert run(counts, may).report["changed"] == 1
    tea.stock.refresh_from_db()
    assert (Member.objects.get().points, tea.stock.quantity) == (D("12.50"), 7)
    for row in (members, counts):
        imports.undo(row.pk, by=may)
    tea.stock.refresh_from_db()
    assert tea.stock.quantity == 10


def test_a_cashier_imports_nothing(ana: User, may: User, uploaded: Upload) -> None:
    row = uploaded(BAD)
    for verb in (
        lambda: imports.upload(b"name,price\nTea,1\n", "x.csv", "products", by=ana),
        lambda: imports.match(row.pk, {}, by=ana),
        lambda: imports.start(row.pk, by=ana),
        lambda: imports.undo(row.pk, by=ana),
        lambda: imports.drop(row.pk, by=ana),
    ):
        with pytest.raises(ManagersOnly):
            verb()


def test_an_unknown_kind_a_huge_file_and_an_unknown_import_are_refused(may: User, uploaded: Upload) -> None:
    with pytest.raises(Invalid):
        uploaded(BAD, "aeroplanes")
    with pytest.raises(TooLarge):
        uploaded(b"x" * (11 * 1024 * 1024))
    with pytest.raises(imports.NoSuchImport):
        imports.find(4711)


def test_an_import_that_never_ends_is_given_up(may: User, uploaded: Upload) -> None:
    row = uploaded("name,price\nTea,1.50\n")
    imports.start(row.pk, by=may)
    FileImport.objects.update(tries=3)
    jobs.work_one()
    assert "never ended" in imports.find(row.pk).report["problem"]
    assert not Product.objects.exists()


def test_duplicate_and_repeated_headings_are_reported(uploaded: Upload) -> None:
    row = uploaded("name,price,price\nTea,1,2\nname,price,price\n")
    assert row.matched == {"name": 0, "price": 1}
    assert row.report["errors"] == [[3, "", "The row repeats the heading."]]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("Te\0a,1.50", "name"),
        ("Tea,-1", "price"),
        ("Tea,NaN", "price"),
        ("Tea,1e9", "price"),
        ("Tea,1,2,3", ""),
        (f"{'x' * 300},1", "name"),
    ],
)
def test_each_bad_cell_is_named_by_row_and_column(uploaded: Upload, line: str, column: str) -> None:
    row = uploaded(f"name,price\nRusk,1\n{line}\n")
    assert [error[:2] for error in row.report["errors"]] == [[3, column]]


def test_cell_with_a_formula_is_kept_as_text(may: User, uploaded: Upload) -> None:
    run(uploaded("name,price\n=HYPERLINK(0),1.00\n"), may)
    assert Product.objects.get().name == "=HYPERLINK(0)"
