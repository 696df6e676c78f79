from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts.models import User
from inventory.goods import products
from inventory.models import Category, Product, Stock, StockMovement, TaxRate
from inventory.shelf import stock
from tests import cast

pytestmark = pytest.mark.django_db
URL = "/admin/inventory/product/"
NO_ROWS = {f"movements-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")}


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def form_of(client: Client, product: Product) -> dict[str, Any]:
    """The form as a browser would send it back unchanged."""
    form = client.get(f"{URL}{product.pk}/change/").context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)} | NO_ROWS


def said(answer: Any) -> str:
    """The message in the form shown again, or on the next page."""
    told = answer.context["adminform"].form.errors.values() if "adminform" in answer.context else []
    return " ".join(str(message) for message in [*answer.context["messages"], *told])


def test_manager_lists_a_product(may_web: Client) -> None:
    rate, shelf = TaxRate.objects.create(name="Full", rate=Decimal("0.19")), Category.objects.create(name="Spreads")
    asked = {
        "name": "Jam",
        "price": "3.20",
        "cost": "",
        "codes": "036000291452\r\n\r\n 4006381333931 ",
        "sold_by": "piece",
        "reorder_point": "2",
        "opening_stock": "12",
        "tax_rate": rate.pk,
        "category": shelf.pk,
        "is_active": "on",
    }
    answer = may_web.post(f"{URL}add/", asked, follow=True)
    assert "was added" in said(answer)
    jam = Product.objects.get()
    assert (jam.sku, jam.price, jam.cost, jam.stock.quantity) == (f"P{jam.pk:06d}", Decimal("3.20"), 0, 12)
    assert [code.code for code in jam.barcodes.all()] == ["036000291452", "4006381333931"]
    assert jam.movements.get().by.username == "may"


def test_unchanged_form_changes_nothing(may_web: Client, tea: Product) -> None:
    answer = may_web.post(f"{URL}{tea.pk}/change/", form_of(may_web, tea))
    assert answer.status_code == 302
    assert Product.objects.get().version == 1


def test_seed_d05_form_left_open_does_not_reset_the_stock(ana: User, may_web: Client, tea: Product) -> None:
    opened = form_of(may_web, tea)
    assert "stock" not in "".join(opened)
    stock.lock([tea.pk])
    stock.take({tea.pk: Decimal(4)}, reference="bill R1-1", by=ana.pk)
    may_web.post(f"{URL}{tea.pk}/change/", opened | {"price": "13.00"})
    assert (Product.objects.get().price, Stock.objects.get().quantity) == (Decimal("13.00"), 6)


def test_seed_d05_stale_form_overwrites_nothing(may: User, may_web: Client, tea: Product) -> None:
    opened = form_of(may_web, tea)
    products.edit(tea, by=may, price=Decimal("14.00"))
    answer = may_web.post(f"{URL}{tea.pk}/change/", opened | {"price": "11.00", "name": "Old tea"}, follow=True)
    assert "Somebody changed this in the meantime" in said(answer)
    assert list(Product.objects.values_list("name", "price")) == [("Green tea", Decimal("14.00"))]


@pytest.mark.parametrize(
    "bad",
    [
        {"name": ""},
        {"name": "x" * 201},
        {"price": "NaN"},
        {"price": "-1"},
        {"price": "1e400"},
        {"sku": ""},
        {"codes": "x" * 65},
        {"sold_by": "litre"},
        {"category": "999999"},
        {"opened_version": ""},
        {"opened_version": "x"},
        {"name": "a\0b"},
        {"upload": SimpleUploadedFile("tea.png", b"<svg/>")},
    ],
)
def test_invalid_value_is_reported_beside_the_field(may_web: Client, tea: Product, bad: dict[str, Any]) -> None:
    answer = may_web.post(f"{URL}{tea.pk}/change/", form_of(may_web, tea) | bad)
    assert answer.status_code == 200
    assert set(answer.context["adminform"].form.errors) == set(bad)
    assert Product.objects.get(pk=tea.pk).version == 1


def test_taken_sku_is_reported_in_the_form(may_web: Client, tea: Product) -> None:
    cast.product("Milk", sku="Milk")
    answer = may_web.post(f"{URL}{tea.pk}/change/", form_of(may_web, tea) | {"sku": "MILK"})
    assert answer.context["adminform"].form.errors == {"__all__": ["Another product already has this SKU."]}


def test_taken_barcode_is_reported_above_the_form(may_web: Client, tea: Product, milk: Product) -> None:
    answer = may_web.post(f"{URL}{milk.pk}/change/", form_of(may_web, milk) | {"codes": "4006381333931"}, follow=True)
    assert "Green tea already has the barcode" in said(answer)


def test_picture_is_set_and_removed(may_web: Client, tea: Product) -> None:
    drawn = BytesIO()
    Image.new("RGB", (40, 30)).save(drawn, "PNG")
    upload = SimpleUploadedFile("tea.png", drawn.getvalue())
    may_web.post(f"{URL}{tea.pk}/change/", form_of(may_web, tea) | {"upload": upload})
    assert Product.objects.get().image.name.endswith(".webp")
    assert b'<img class="thumbnail"' in may_web.get(URL).content
    may_web.post(f"{URL}{tea.pk}/change/", form_of(may_web, tea) | {"drop_picture": "on"})
    assert not Product.objects.get().image


@pytest.mark.parametrize(
    ("asked", "quantity"),
    [
        ({"kind": "delivery", "quantity": "12", "reference": "D7", "cost": "4.00"}, 22),
        ({"kind": "count", "quantity": "7"}, 7),
        ({"kind": "write_off", "quantity": "1", "reason": "broken"}, 9),
    ],
)
def test_stock_moves_on_its_own_page(may_web: Client, tea: Product, asked: dict[str, str], quantity: int) -> None:
    answer = may_web.post(f"{URL}{tea.pk}/stock/", asked, follow=True)
    assert "entered as" in said(answer)
    assert Stock.objects.get().quantity == quantity
    assert StockMovement.objects.latest("id").by.username == "may"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"kind": "write_off", "quantity": "1"}, "reason"),
        ({"kind": "write_off", "quantity": "11", "reason": "flood"}, "__all__"),
        ({"kind": "delivery", "quantity": "0.5"}, "quantity"),
        ({"kind": "delivery", "quantity": "NaN"}, "quantity"),
        ({"kind": "count", "quantity": "1", "cost": "1"}, "cost"),
        ({"kind": "sale", "quantity": "1"}, "kind"),
    ],
)
def test_refused_movement_is_reported_beside_the_field(
    may_web: Client, tea: Product, asked: dict[str, str], field: str
) -> None:
    answer = may_web.post(f"{URL}{tea.pk}/stock/", asked)
    assert (answer.status_code, set(answer.context["form"].errors)) == (200, {field})
    assert Stock.objects.get().quantity == 10


def test_page_of_an_unknown_product_is_404(may_web: Client) -> None:
    assert may_web.get(f"{URL}999999/stock/").status_code == 404


def test_cashier_is_refused(ana_web: Client, tea: Product) -> None:
    for page in (URL, f"{URL}{tea.pk}/change/", f"{URL}{tea.pk}/stock/", "/admin/inventory/taxrate/"):
        assert ana_web.get(page).status_code == 403
        assert ana_web.post(page, {"kind": "count", "quantity": "0"}).status_code == 403
    assert Stock.objects.get().quantity == 10


def test_list_is_searched_and_filtered(may_web: Client, tea: Product, milk: Product) -> None:
    Stock.objects.filter(pk=milk.pk).update(quantity=0)
    Product.objects.filter(pk=tea.pk).update(reorder_point=10)

    def found(**query: str) -> list[str]:
        return [product.name for product in may_web.get(URL, query).context["cl"].result_list]

    assert found(q="gren") == ["Green tea"]
    assert found(q="4006381333931") == ["Green tea"]
    for signs in ("(", "%", "\\", "'", "x" * 10_000):
        assert found(q=signs) == []
    assert found(stock="out") == ["Milk"]
    assert found(stock="low") == ["Green tea"]
    assert found(stock="in") == ["Green tea"]


@pytest.mark.parametrize(
    ("action", "active"), [("take_off_sale", [False]), ("forget", [False]), ("put_on_sale", [True])]
)
def test_several_are_taken_off_sale_together(may_web: Client, tea: Product, action: str, active: list[bool]) -> None:
    jam = cast.product("Jam", stock="0")
    may_web.post(URL, {"action": action, "_selected_action": [tea.pk, jam.pk]})
    assert list(Product.objects.filter(pk=tea.pk).values_list("is_active", flat=True)) == active
    assert Product.objects.filter(pk=jam.pk).exists() == (action != "forget")


def test_list_takes_no_more_statements_for_more_rows(may_web: Client) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            may_web.get(URL)
        return len(asked)

    cast.product("One", category=Category.objects.create(name="A"))
    statements()  # the first call also fills caches
    few = statements()
    for n in range(10):
        cast.product(f"Thing {n}", category=Category.objects.create(name=f"C {n}"))
    assert statements() == few


def test_ledger_can_be_read_but_not_changed(may_web: Client, tea: Product) -> None:
    movement = StockMovement.objects.get()
    page = f"/admin/inventory/stockmovement/{movement.pk}/"
    assert may_web.get("/admin/inventory/stockmovement/", {"q": "green"}).context["cl"].result_count == 1
    assert may_web.get(f"{page}change/").status_code == 200
    assert may_web.post(f"{page}change/", {"quantity": "99"}).status_code == 403
    assert may_web.post(f"{page}delete/", {"post": "yes"}).status_code == 403


def test_categories_and_tax_rates_are_saved_through_the_verbs(may_web: Client, tea: Product) -> None:
    may_web.post("/admin/inventory/category/add/", {"name": "Drinks", "position": "1"})
    drinks = Category.objects.get()
    page = f"/admin/inventory/category/{drinks.pk}/"
    circle = may_web.post(f"{page}change/", {"name": "Drinks", "position": "1", "parent": drinks.pk}, follow=True)
    assert "cannot stand below itself" in said(circle)
    Product.objects.update(category=drinks)
    may_web.post(f"{page}delete/", {"post": "yes"})
    assert Category.objects.exists()
    Product.objects.update(category=None)
    may_web.post(f"{page}delete/", {"post": "yes"})
    assert not Category.objects.exists()
    may_web.post("/admin/inventory/taxrate/add/", {"name": "Reduced", "rate": "7"})
    assert TaxRate.objects.get().rate == Decimal("0.07")


@pytest.mark.parametrize("page", [URL, f"{URL}add/", "{}change/", "{}stock/"])
def test_pages_hold_no_inline_script_or_style(may_web: Client, tea: Product, page: str) -> None:
    answer = may_web.get(page.format(f"{URL}{tea.pk}/"))
    assert answer.status_code == 200
    assert b" style=" not in answer.content
    assert b"<style" not in answer.content
    assert b"onclick" not in answer.content


def test_unknown_ledger_rows_cause_no_server_error(may_web: Client, tea: Product) -> None:
    made_up = form_of(may_web, tea) | {"name": "", "movements-TOTAL_FORMS": "3", "movements-INITIAL_FORMS": "2"}
    assert may_web.post(f"{URL}{tea.pk}/change/", made_up).status_code == 200


def test_latest_movements_below_a_product_are_read_once(
    may_web: Client, may: User, tea: Product, django_assert_num_queries: Any
) -> None:
    page = f"{URL}{tea.pk}/change/"
    stock.receive(tea, Decimal(1), by=may)
    may_web.get(page)
    with CaptureQueriesContext(connection) as few:
        may_web.get(page)
    for _n in range(9):
        stock.receive(tea, Decimal(1), by=may)
    with django_assert_num_queries(len(few)):
        may_web.get(page)


def test_list_of_movements_is_planned_for_the_kind_it_shows(may_web: Client, tea: Product) -> None:
    for _time in range(12):
        may_web.get("/admin/inventory/stockmovement/", {"kind": "opening"})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements"
            " WHERE statement LIKE '%FROM \"inventory_stockmovement\"%' AND statement LIKE '%\"kind\" = %'"
        )
        assert cursor.fetchone() == (0,)
