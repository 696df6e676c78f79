"""Importing products from files, valid and invalid."""

import gzip
import json
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, User
from inventory.goods import import_files, importing, search
from inventory.models import Barcode, Category, Product, Stock, StockMovement, TaxRate, Word
from pos.imports import Report
from tests.shared import DATA, needed

pytestmark = pytest.mark.django_db
HEAD = "sku,barcode,name,category,tax_rate,price,stock,sold_by\n"
GOOD = (
    HEAD
    + "TEA,4006381333931,Green tea,Drinks,Reduced,12.50,10,\n"
    + "JAM,036000291452|4011800525224,Plum jam,Spreads,,3.20,,\n"
    + ",,Cheese,drinks,,20.00,4.250,weight\n"
)


@pytest.fixture(autouse=True)
def reduced(db: None) -> TaxRate:
    return TaxRate.objects.create(name="Reduced", rate=Decimal("0.07"))


def written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "products.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.created, report.changed, report.unchanged, report.refused


def everything() -> list[Any]:
    return [
        list(model.objects.order_by("pk").values_list())
        for model in (Product, Barcode, Stock, StockMovement, Category, AuditEntry, Word)
    ]


def test_rows_become_products_with_category_rate_and_stock(may: User, tmp_path: Path) -> None:
    assert counts(importing.run(written(tmp_path, GOOD), by=may)) == (3, 0, 0, 0)
    tea = Product.objects.get(sku="TEA")
    assert (tea.name, tea.price, str(tea.tax_rate), str(tea.category)) == (
        "Green tea",
        Decimal("12.50"),
        "Reduced",
        "Drinks",
    )
    assert list(tea.movements.values_list("kind", "quantity", "by")) == [("opening", 10, may.pk)]
    assert tea.stock.quantity == 10
    jam = Product.objects.get(sku="JAM")
    assert [code.code for code in jam.barcodes.all()] == ["036000291452", "4011800525224"]
    assert (jam.stock.quantity, jam.movements.count()) == (0, 0)
    cheese = Product.objects.get(name="Cheese")
    assert (cheese.sku, cheese.sold_by, str(cheese.category)) == (f"P{cheese.pk:06d}", "weight", "Drinks")
    assert [found.name for found in search.products("plun jam")] == ["Plum jam"]
    assert AuditEntry.objects.get().facts == {"created": 3, "changed": 0, "prices_changed": 0}


def test_second_run_changes_nothing(may: User, tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    importing.run(path, by=may)
    before = everything()
    assert counts(importing.run(path, by=may)) == (0, 0, 3, 0)
    assert everything() == before


def test_only_fields_that_differ_are_changed(may: User, tmp_path: Path) -> None:
    importing.run(written(tmp_path, GOOD), by=may)
    again = "barcode,price,stock\n0036000291452,3.50,99\n4006381333931,,\n"
    assert counts(importing.run(written(tmp_path, again), by=may)) == (0, 1, 1, 0)
    jam = Product.objects.get(sku="JAM")
    assert (jam.name, jam.price, jam.version, jam.stock.quantity) == ("Plum jam", Decimal("3.50"), 2, 0)
    assert AuditEntry.objects.latest("id").facts["prices_changed"] == 1


def test_new_barcode_is_added_to_the_old_ones(may: User, tmp_path: Path) -> None:
    importing.run(written(tmp_path, GOOD), by=may)
    assert counts(importing.run(written(tmp_path, "sku,barcode\ntea,96385074\n"), by=may)) == (0, 1, 0, 0)
    assert {code.code for code in Product.objects.get(sku="tea").barcodes.all()} == {"4006381333931", "96385074"}


def test_dry_run_reports_and_writes_nothing(may: User, tmp_path: Path) -> None:
    before = everything()
    report = importing.run(written(tmp_path, GOOD), by=may, is_dry=True)
    assert (counts(report), report.is_written) == ((3, 0, 0, 0), False)
    assert everything() == before


BAD_ROWS = [
    ("X,,Name,,,-1,,", "price"),
    ("X,,Name,,,NaN,,", "price"),
    ("X,,Name,,,Infinity,,", "price"),
    ("X,,Name,,,1e3,,", "price"),
    ("X,,Name,,,1.0001,,", "price"),
    ("X,,Name,,,1000000000,,", "price"),
    ("X,,Name,,,12 EUR,,", "price"),
    ("X,,Name,,,,,", "price"),
    ("X,,,,,1,,", "name"),
    (",,,,,1,,", "name"),
    (f"X,,{'x' * 201},,,1,,", "name"),
    (f"{'x' * 51},,Name,,,1,,", "sku"),
    (f"X,{'1' * 65},Name,,,1,,", "barcode"),
    ("X,4006381333931,Name,,,1,,", "barcode"),
    ("X,036000291452||,Name,,,1,,", "barcode"),
    ("X,,Name,,Luxury,1,,", "tax_rate"),
    ("X,,Name,,,1,0.5,", "stock"),
    ("X,,Name,,,1,-3,", "stock"),
    ("X,,Name,,,1,99999999,", "stock"),
    ("X,,Name,,,1,,litre", "sold_by"),
    ("X,,Na\0me,,,1,,", "name"),
]


@pytest.mark.parametrize(("bad", "field"), BAD_ROWS)
def test_bad_row_is_named_and_nothing_written(may: User, tmp_path: Path, bad: str, field: str) -> None:
    path = written(tmp_path, f"{GOOD}{bad}\n")
    report = importing.run(path, by=may)
    assert [(note.row, note.field) for note in report.errors] == [(5, field)]
    assert report.errors[0].reason
    assert (counts(report), report.is_written) == ((3, 0, 0, 1), False)
    assert not Product.objects.exists()
    assert counts(importing.run(path, by=may, skip_bad_rows=True)) == (3, 0, 0, 1)
    assert Product.objects.count() == 3


def test_rows_that_share_a_barcode_are_told_apart(may: User, tmp_path: Path) -> None:
    report = importing.run(written(tmp_path, "sku,barcode,name,price\nA,96385074,A,1\nB,96385074,B,1\n"), by=may)
    assert [str(note) for note in report.errors] == ["row 3, barcode: 96385074 stands in row 2 too."]


def test_product_in_two_rows_is_imported_once(may: User, tmp_path: Path) -> None:
    rows = "barcode,name,price\n036000291452,Soap,1\n0036000291452,Soap again,2\n,Jam,1\n,Jam,2\n"
    report = importing.run(written(tmp_path, rows), by=may)
    assert (counts(report), report.warnings) == ((2, 0, 0, 0), 2)
    assert set(Product.objects.values_list("name", "price")) == {("Soap", 1), ("Jam", 1)}


def test_wrong_check_digit_is_reported_but_imported(may: User, tmp_path: Path) -> None:
    report = importing.run(written(tmp_path, "barcode,name,price\n4006381333932,Tea,1\n"), by=may)
    assert [str(note) for note in report.oddities] == ["row 2, barcode: 4006381333932 has a wrong check digit."]
    assert counts(report) == (1, 0, 0, 0)


def test_made_up_prices_depend_only_on_the_seed(may: User, tmp_path: Path) -> None:
    path = written(tmp_path, "barcode,name\n96385074,Tea\n4006381333931,Jam\n")
    importing.run(path, by=may, random_prices="7")
    before = list(Product.objects.order_by("pk").values_list("price", flat=True))
    assert counts(importing.run(path, by=may, random_prices="7")) == (0, 0, 2, 0)
    assert counts(importing.run(path, by=may, random_prices="8")) == (0, 2, 0, 0)
    assert all(Decimal("0.49") <= price <= Decimal("20.48") for price in before)


UNREADABLE = {
    "empty": (b"", "empty"),
    "blank": (b" \n \n", "empty"),
    "utf-16": (GOOD.encode("utf-16"), "UTF-16"),
    "utf-16 without mark": (GOOD.encode("utf-16-le"), "UTF-16"),
    "latin-1": ("name,price\nCafé,1\n".encode("latin-1"), "Line 2 is not UTF-8"),
    "header twice": (b"name,price,name\n", "name more than once"),
    "unknown header": (b"name,colour\n", "colour"),
    "semicolons": (b"name;price\nTea;1\n", "commas"),
    "cell too many": (b"name,price\nTea,1,2\n", "Row 2 has 3 cells"),
    "open quote": (b'name,price\n"Tea,1\n', "not CSV"),
    "one endless line": (b"name,price\n" + b"x" * 1_100_000, "longer than"),
    "ten thousand columns": (b",".join(b"c%d" % n for n in range(10_000)), "means nothing"),
    "spreadsheet": (b"PK\x03\x04rest", "spreadsheet"),
    "gzip cut short": (gzip.compress(GOOD.encode() * 50)[:60], "cut short"),
    "gzip of nothing": (gzip.compress(b""), "empty"),
    "json object": (b'{"name": "Tea"}', "list"),
    "json half": (b'[{"name": "Tea"', "not JSON"),
    "json NaN": (b'[{"name": "Tea", "price": NaN}]', "NaN"),
    "json unknown": (b'[{"name": "Tea", "colour": 1}]', "colour"),
    "json nested": (b"[" * 100_000, "not JSON"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_unreadable_file_is_refused_with_a_sentence(may: User, tmp_path: Path, kind: str) -> None:
    content, said = UNREADABLE[kind]
    with pytest.raises(import_files.Unreadable, match=said):
        importing.run(written(tmp_path, content), by=may)
    assert not Product.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.replace("\n", "\r\n").encode(),
        gzip.compress(GOOD.encode()),
        GOOD.encode() + b"\n\n",
    ],
    ids=["byte order mark", "line ends of Windows", "gzip", "blank lines"],
)
def test_harmless_differences_of_a_file_are_accepted(may: User, tmp_path: Path, content: bytes) -> None:
    assert counts(importing.run(written(tmp_path, content), by=may)) == (3, 0, 0, 0)


@pytest.mark.parametrize("price", ["1e400", "-5", '"abc"', "[1]", "true"])
def test_seed_d02_json_with_invalid_values_is_refused_by_row(may: User, tmp_path: Path, price: str) -> None:
    report = importing.run(written(tmp_path, f'[{{"name": "Tea", "price": {price}}}]'), by=may)
    assert [(note.row, note.field) for note in report.errors] == [(1, "price")]


def test_number_of_statements_does_not_grow_with_the_rows(may: User, tmp_path: Path) -> None:
    def statements(count: int) -> int:
        rows = "name,price,stock\n" + "".join(f"Thing {count} {n},1,1\n" for n in range(count))
        with CaptureQueriesContext(connection) as asked:
            importing.run(written(tmp_path, rows), by=may)
        return len(asked)

    assert statements(1) == statements(500)


def test_command_prints_a_summary(may: User, tmp_path: Path) -> None:
    out, err = StringIO(), StringIO()
    call_command("import_products", str(written(tmp_path, GOOD)), "--dry-run", stdout=out, stderr=err)
    assert "created 3, changed 0, unchanged 0, refused 0, warnings 0" in out.getvalue()
    assert "nothing was written" in out.getvalue()
    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("import_products", str(written(tmp_path, GOOD + "X,,Name,,,x,,\n")), stdout=out, stderr=err)
    assert "error: row 5, price: " in err.getvalue()
    with pytest.raises(CommandError, match="empty"):
        call_command("import_products", str(written(tmp_path, "")))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_products", str(tmp_path / "nowhere.csv"))


def test_import_needs_a_manager(ana: User, tmp_path: Path) -> None:
    for arguments in ([], ["--by", "ana"]):
        with pytest.raises(CommandError, match="create_manager"):
            call_command("import_products", str(written(tmp_path, GOOD)), *arguments)


def test_products_of_the_seed_are_imported(may: User) -> None:
    path = needed("seed_products.json")
    entries = json.loads(path.read_text())
    names = {" ".join(entry["name"].split()) for entry in entries}
    report = importing.run(path, by=may)
    assert counts(report) == (len(names), 0, 0, 0)
    assert report.warnings == len(entries) - len(names)
    assert set(Product.objects.values_list("name", flat=True)) == names
    assert counts(importing.run(path, by=may)) == (0, 0, len(names), 0)


def test_real_food_products_are_imported_and_found(may: User, tmp_path: Path) -> None:
    with gzip.open(needed("food_products.csv.gz"), "rt", encoding="utf-8") as file:
        first = [next(file) for _ in range(3001)]
    path = written(tmp_path, "".join(first))
    report = importing.run(path, by=may, random_prices="7")
    assert (report.created, report.refused) == (3000, 0)
    assert counts(importing.run(path, by=may, random_prices="7")) == (0, 0, 3000, 0)
    assert [found.name for found in search.products("5029730072182")] == ["Dirty Jack Wrap"]
    assert "Dirty Jack Wrap" in [found.name for found in search.products("drity jack")]


def test_missing_data_folder_is_named() -> None:
    assert DATA.name == "data"
    with pytest.raises(pytest.fail.Exception, match="missing"):
        needed("no-such-file.csv")
