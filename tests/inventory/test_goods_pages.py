"""The list of goods, edited like a spreadsheet, and the page of a product."""

from decimal import Decimal as D
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts.models import User
from inventory.goods import listing, products
from inventory.goods.listing import Asked
from inventory.models import Category, Product, TaxRate
from inventory.shelf import stock
from tests import cast
from tests.at_once import at_once
from tests.counter import sell

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(db: None) -> TaxRate:
    return TaxRate.objects.create(name="Full", rate=D("0.19"))


def names(page: listing.Page) -> list[str]:
    return [product.name for product in page.rows]


def row(product: Product, **values: Any) -> dict[str, Any]:
    product.refresh_from_db()
    return {"fields": list(values), "version": product.version, **values}


def edit(client: Client, product: Product, body: dict[str, Any], **headers: str) -> Any:
    return client.post(f"/goods/{product.pk}/edit", body, headers={"HX-Request": "true", **headers})


def test_list_is_sorted_by_name_ignoring_case_and_accents(monkeypatch: pytest.MonkeyPatch, tea: Product) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    for name in ("apple", "Äpfel", "Zucchini", "banana"):
        cast.product(name)
    first = listing.page(listing.listed(Asked()))
    assert names(first) == ["Äpfel", "apple"]
    second = listing.page(listing.listed(Asked()), after=first.after)
    assert (names(second), second.before is not None) == (["banana", "Green tea"], True)
    third = listing.page(listing.listed(Asked()), after=second.after)
    assert (names(third), third.after) == (["Zucchini"], None)
    assert names(listing.page(listing.listed(Asked()), before=third.before)) == ["banana", "Green tea"]
    back = listing.page(listing.listed(Asked()), before=second.before)
    assert (names(back), back.before) == (["Äpfel", "apple"], None)


def test_new_goods_do_not_shift_the_next_page(monkeypatch: pytest.MonkeyPatch, tea: Product, milk: Product) -> None:
    monkeypatch.setattr(listing, "PAGE", 1)
    first = listing.page(listing.listed(Asked()))
    cast.product("Almonds")
    assert names(listing.page(listing.listed(Asked()), after=first.after)) == ["Milk"]


def test_list_is_filtered_as_asked(tea: Product, milk: Product, full: TaxRate) -> None:
    drinks = Category.objects.create(name="Drinks")
    Product.objects.filter(pk=tea.pk).update(category=Category.objects.create(name="Tea", parent=drinks))
    Product.objects.filter(pk=milk.pk).update(tax_rate=full, reorder_point=200)
    cast.product("Bag", stock="0", is_active=False)

    def shown(**asked: Any) -> list[str]:
        return names(listing.page(listing.listed(Asked(**asked))))

    assert shown(search="gren") == ["Green tea"]
    assert shown(search="4011800525224") == ["Milk"]
    assert shown(category=drinks) == ["Green tea"]
    assert (shown(on_sale="no"), shown(lacks="out")) == (["Bag"], ["Bag"])
    assert shown(lacks="low") == ["Milk"]
    assert shown(lacks="tax") == ["Bag", "Green tea"]
    assert shown(lacks="barcode") == ["Bag"]


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=" + "x" * 400,
        "after=abc",
        "after=99999999999999999999",
        "category=x",
        "on_sale=perhaps",
        "lacks=love",
    ],
)
def test_invalid_parameters_still_show_a_list(may_web: Client, tea: Product, query: str) -> None:
    assert may_web.get(f"/goods?{query}").status_code == 200


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("name", " Black  tea ", "Black tea"),
        ("price", "13,90", D("13.90")),
        ("price", "13.90", D("13.90")),
        ("cost", "4,5", D("4.5")),
        ("reorder_point", "3", D(3)),
        ("is_active", "", False),
        ("content", "250 g", D(250)),
        ("sku", "TEA-1", "TEA-1"),
    ],
)
def test_one_cell_is_saved_alone(may_web: Client, tea: Product, field: str, typed: str, kept: Any) -> None:
    answer = edit(may_web, tea, row(tea, **{field: typed}))
    assert answer.status_code == 200 and f'data-version="{tea.version + 1}"' in answer.text
    tea.refresh_from_db()
    assert (getattr(tea, field), tea.version) == (kept, 2)


def test_barcodes_of_a_row_are_separated_by_spaces(may_web: Client, tea: Product) -> None:
    edit(may_web, tea, row(tea, codes="4006381333931  036000291452 "))
    assert [code.code for code in tea.barcodes.all()] == ["4006381333931", "036000291452"]


def test_stale_row_is_answered_with_the_other_managers_value(may: User, may_web: Client, tea: Product) -> None:
    seen = row(tea, price="14.00")
    products.edit(tea, by=may, price=D("13.00"))
    answer = edit(may_web, tea, seen)
    assert answer.status_code == 409
    assert 'value="13.00"' in answer.text and "Save mine" in answer.text and "14.00" in answer.text
    tea.refresh_from_db()
    assert tea.price == 13
    assert edit(may_web, tea, row(tea, price="14.00")).status_code == 200
    tea.refresh_from_db()
    assert tea.price == 14


def test_row_sent_again_after_a_lost_answer_is_accepted(may_web: Client, tea: Product) -> None:
    asked = row(tea, price="14.00")
    assert [edit(may_web, tea, asked).status_code for _ in range(2)] == [200, 200]
    tea.refresh_from_db()
    assert tea.version == 2


@pytest.mark.django_db(transaction=True)
def test_row_edited_by_two_at_once_is_stale_for_the_second(may: User, tea: Product) -> None:
    asked = row(tea, price="14.00"), row(tea, price="15.00")
    answers = at_once([lambda body=body: edit(cast.signed_in(may), tea, body) for body in asked])  # type: ignore[misc]
    assert sorted(answer.status_code for answer in answers) == [200, 409]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("price", "1.234", "may mean two things"),
        ("price", "NaN", "Enter a number"),
        ("price", "-1", "greater than or equal"),
        ("price", "9" * 12, ""),
        ("name", "", "required"),
        ("name", "a\0b", "Null"),
        ("sku", "", "required"),
        ("content", "250 bags", "Write a content"),
        ("codes", "4011800525224", "Milk already has the barcode"),
        ("category", "77", "not one of"),
        ("tax_rate", "x", "not one of"),
    ],
)
def test_refused_cell_keeps_what_was_typed(
    may_web: Client, tea: Product, milk: Product, field: str, typed: str, said: str
) -> None:
    may_web.post("/goods/columns", {"column": [field]})
    answer = edit(may_web, tea, row(tea, **{field: typed}))
    assert answer.status_code == 422 and 'role="alert"' in answer.text and 'aria-invalid="true"' in answer.text
    assert said in answer.text
    tea.refresh_from_db()
    assert tea.version == 1


def test_cost_averaged_from_deliveries_is_read_only_and_says_why(may: User, may_web: Client, tea: Product) -> None:
    stock.receive(tea, D(5), by=may, cost=D("4.00"))
    page = may_web.get("/goods").text
    assert "The average of what deliveries cost." in page and 'name="cost"' not in page
    assert "Only a delivery changes it" in edit(may_web, tea, row(tea, cost="9.00")).text


def test_columns_are_remembered(may_web: Client, tea: Product) -> None:
    may_web.post("/goods/columns", {"column": ["codes", "nonsense"], "back": "/goods?q=tea"})
    page = may_web.get("/goods").text
    assert 'name="codes"' in page and 'name="name"' in page and 'name="price"' not in page


@pytest.mark.parametrize("back", ["https://example.org/goods", "//example.org", "/goods\\@example.org", "/till", ""])
def test_way_back_stays_on_the_list(may_web: Client, tea: Product, back: str) -> None:
    answer = may_web.post("/goods/columns", {"back": back})
    assert answer.headers["Location"].startswith("/goods")


def test_list_works_without_script(may_web: Client, tea: Product) -> None:
    answer = may_web.post(f"/goods/{tea.pk}/edit", {**row(tea, price="14.00"), "back": "/goods?q=tea"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/goods?q=tea")
    answer = may_web.post(f"/goods/{tea.pk}/edit", row(tea, price="love"))
    assert answer.status_code == 400 and 'value="love"' in answer.text


def test_list_takes_as_many_queries_for_fifty_rows_as_for_one(may_web: Client, tea: Product) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            may_web.get("/goods")
        return len(captured)

    asked()
    for_one = asked()
    for n in range(49):
        cast.product(f"Article {n}", barcode=f"{n + 100000}")
    assert asked() == for_one


def test_new_product_is_made_once_and_lists_what_is_missing(may_web: Client, full: TaxRate) -> None:
    asked = {"key": str(uuid4()), "name": "Jam", "price": "3,20", "codes": "4006381333931", "opening_stock": ""}
    for _ in range(2):
        answer = may_web.post("/goods/new", asked, follow=True)
    assert "Jam has no tax rate" in answer.text and "Jam has no stock yet" in answer.text
    jam = Product.objects.get()
    assert (jam.price, jam.tax_rate, jam.barcodes.get().code) == (D("3.20"), None, "4006381333931")


def test_complete_product_has_no_hints_and_its_tax_is_offered_for_the_next(may_web: Client, full: TaxRate) -> None:
    asked = {"name": "Jam", "price": "3.20", "tax_rate": full.pk, "opening_stock": "12", "content": "0,25 l"}
    answer = may_web.post("/goods/new", asked, follow=True)
    assert "Jam is added." in answer.text and "notice--warning" not in answer.text.split("<main")[0].split("topbar")[-1]
    assert f'<option value="{full.pk}" selected>' in answer.text
    jam = Product.objects.get()
    assert (jam.stock.quantity, jam.content, jam.content_unit) == (12, D("0.25"), "l")


@pytest.mark.parametrize(
    ("bad", "status"),
    [({"name": ""}, 400), ({"price": "x"}, 400), ({"codes": "4006381333931"}, 409), ({"opening_stock": "0.5"}, 400)],
)
def test_invalid_new_product_is_refused_in_words(
    may_web: Client, tea: Product, bad: dict[str, str], status: int
) -> None:
    answer = may_web.post("/goods/new", {"name": "Jam", "price": "3.20", **bad})
    assert answer.status_code == status and "field__error" in answer.text
    assert Product.objects.count() == 1


def test_page_of_a_product_shows_its_margin_and_movements(
    may: User, ana: User, may_web: Client, tea: Product, full: TaxRate, shift: Any
) -> None:
    products.edit(tea, by=may, price=D("11.90"), tax_rate=full)
    stock.receive(tea, D(10), by=may, cost=D("8.00"), reference="delivery 7")
    sell((tea, "2"), by=ana, cash="30.00")
    page = may_web.get(f"/goods/{tea.pk}").text
    for told in ("60%", "€6.00 of €10.00 without tax", "€12.50", "delivery 7", "R1-000001", "-2", "18"):
        assert told in page
    sales = may_web.get(f"/goods/{tea.pk}/sales").text
    for told in ("7 days", "365 days", "€23.80", "€12.00", "/bills/R1-000001"):
        assert told in sales


def test_page_of_a_product_saves_every_field(may_web: Client, tea: Product) -> None:
    page = may_web.get(f"/goods/{tea.pk}")
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in sent.items() if value not in (None, False)}
    answer = may_web.post(f"/goods/{tea.pk}", {**sent, "price": "14,00", "codes": "4006381333931\r\n12 34"})
    assert answer.status_code == 302
    tea.refresh_from_db()
    assert (tea.price, tea.version, tea.name) == (14, 2, "Green tea")
    assert [code.code for code in tea.barcodes.all()] == ["4006381333931", "12 34"]
    stale = may_web.post(f"/goods/{tea.pk}", {**sent, "price": "15.00"})
    assert stale.status_code == 409 and "Somebody changed this" in stale.text
    again = may_web.post(f"/goods/{tea.pk}", {**sent, "price": "15.00", "version": "2"})
    assert again.status_code == 302


def test_picture_is_set_and_removed_on_the_page(may_web: Client, tea: Product, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    out = BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "PNG")
    upload = SimpleUploadedFile("tea.png", out.getvalue(), "image/png")
    answer = may_web.post(f"/goods/{tea.pk}/picture", {"file": upload, "version": tea.version})
    assert answer.status_code == 302
    tea.refresh_from_db()
    assert tea.image
    stale = SimpleUploadedFile("tea.png", out.getvalue(), "image/png")
    assert may_web.post(f"/goods/{tea.pk}/picture", {"file": stale, "version": 1}).status_code == 409
    text = SimpleUploadedFile("tea.png", b"no picture", "image/png")
    assert may_web.post(f"/goods/{tea.pk}/picture", {"file": text, "version": tea.version}).status_code == 400
    assert may_web.post(f"/goods/{tea.pk}/picture", {"version": tea.version}).status_code == 400
    may_web.post(f"/goods/{tea.pk}/picture/drop")
    tea.refresh_from_db()
    assert not tea.image


def test_trail_finds_a_product_by_its_sku(may_web: Client, tea: Product) -> None:
    assert may_web.get(f"/goods/sku/{tea.sku.lower()}").headers["Location"] == f"/goods/{tea.pk}"
    assert may_web.get("/goods/sku/none%00").status_code == 404


def test_cashier_has_no_list_of_goods(ana_web: Client, tea: Product) -> None:
    assert ana_web.get("/goods").status_code == 403
    assert edit(ana_web, tea, row(tea, price="1.00")).status_code == 403
    tea.refresh_from_db()
    assert tea.price == D("12.50")
