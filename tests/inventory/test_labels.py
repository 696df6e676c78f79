"""Labels for shelves and goods: which ones, and their places on the paper."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from inventory.goods import products
from inventory.labels import wanted
from inventory.labels.papers import LETTER, PAPERS, Paper, stylesheet
from inventory.labels.symbols import symbol
from inventory.models import Barcode, Product
from pos.errors import Invalid, TooLarge
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("paper", PAPERS.values(), ids=lambda paper: paper.slug)
def test_labels_fit_their_paper_and_never_lie_on_each_other(paper: Paper) -> None:
    width, height = paper.measures
    assert paper.left + (paper.columns - 1) * paper.across + paper.width <= width
    assert paper.top + (paper.rows - 1) * paper.down + paper.height <= height
    assert paper.is_roll or (paper.across >= paper.width and paper.down >= paper.height)
    css = stylesheet(paper)
    assert f"size: {width:f}mm {height:f}mm" in css and css.count("data-place") == paper.on_a_page


def test_sheets_have_as_many_labels_as_their_makers_state() -> None:
    counted = {slug: paper.on_a_page for slug, paper in PAPERS.items() if not paper.is_roll}
    assert counted == {"l7160": 21, "l7159": 24, "l7651": 65, "3474": 24, "3484": 16, "5160": 30}
    assert PAPERS["5160"].page == LETTER


@pytest.mark.parametrize(
    ("listed", "counts"),
    [("1", {1: 1}), ("1,2x5", {1: 1, 2: 5}), (" 7x2 , 7 ,", {7: 3}), ("", {}), ("3x0", {}), ("4x4.954", {4: 1})],
)
def test_labels_are_read_from_the_address(listed: str, counts: dict[int, int]) -> None:
    assert wanted.read(listed) == counts


@pytest.mark.parametrize("listed", ["tea", "1x", "x5", "1;2", "-1", "1x-2", "9" * 30, "1\0", "1x1e3"])
def test_malformed_list_of_labels_is_refused(listed: str) -> None:
    with pytest.raises(Invalid):
        wanted.read(listed)


@pytest.mark.parametrize("listed", ["1x1000", "1x900,2x900,3x900", ",".join(map(str, range(501)))])
def test_too_many_labels_are_refused(listed: str) -> None:
    with pytest.raises(TooLarge):
        wanted.read(listed)


def test_partly_used_sheet_is_filled_from_the_first_free_place(tea: Product, milk: Product) -> None:
    pages = wanted.pages({tea.pk: 3, milk.pk: 20}, PAPERS["l7160"], first=20)
    assert [[label.place for label in page] for page in pages] == [[20, 21], list(range(1, 22))]
    assert [label.product.name for label in pages[1][:2]] == ["Green tea", "Milk"]
    assert [len(page) for page in wanted.pages({tea.pk: 2}, PAPERS["roll-57x32"])] == [1, 1]


def test_product_without_barcode_gets_its_sku_as_a_barcode(cheese: Product) -> None:
    label = wanted.pages({cheese.pk: 1}, PAPERS["roll-57x32"])[0][0]
    assert label.code == cheese.sku and label.symbol


@pytest.mark.parametrize(
    ("code", "modules", "quiet"), [("4006381333931", 95, 11), ("036000291452", 95, 9), ("96385074", 67, 7)]
)
def test_symbology_depends_on_the_code(code: str, modules: int, quiet: int) -> None:
    drawn = symbol(code, D(60))
    assert drawn and (drawn.quiet, drawn.modules) == (quiet, modules + 2 * quiet)


def test_code_with_a_wrong_check_digit_is_code_128() -> None:
    drawn = symbol("4006381333930", D(60))
    assert drawn and drawn.quiet == 10


def test_barcode_too_small_to_scan_is_left_out() -> None:
    assert symbol("4006381333931", D(20)) is None
    assert symbol("A" * 40, D(60)) is None
    assert symbol("grün", D(60)) is None and symbol("", D(60)) is None


def test_bars_on_a_label_printer_are_whole_dots_wide() -> None:
    drawn = symbol("4006381333931", D(53), D("0.125"))
    assert drawn and drawn.width == drawn.modules * D("0.25")


def test_labels_are_offered_for_prices_changed_since_a_day(
    may: User, may_web: Client, tea: Product, milk: Product
) -> None:
    products.edit(tea, by=may, price=D("13.00"))
    products.edit(milk, by=may, name="Whole milk")
    today = timezone.localdate()
    page = may_web.get(f"/goods/labels?since={today}").text
    assert "Green tea" in page and "Whole milk" not in page
    assert "No price has changed since" in may_web.get(f"/goods/labels?since={today + timedelta(days=1)}").text


def test_labels_are_chosen_by_rows_by_list_and_by_code(may_web: Client, tea: Product, milk: Product) -> None:
    rows = may_web.get(f"/goods/labels?chosen={tea.pk}.1&chosen={milk.pk}.7").context["rows"]
    assert rows == [(tea, 1), (milk, 1)]
    added = may_web.get(f"/goods/labels?products={tea.pk}x5&add=4011800525224").context
    assert (added["products"], added["rows"]) == (f"{tea.pk}x5,{milk.pk}", [(tea, 5), (milk, 1)])
    assert may_web.get("/goods/labels?add=gren").context["rows"] == [(tea, 1)]


@pytest.mark.parametrize(
    "query",
    ["products=tea", "since=yesterday", "since=0001-01-01x", "add=nobody", "products=1x9999", "add=%00", "chosen=x"],
)
def test_invalid_choice_of_labels_is_reported(may_web: Client, query: str) -> None:
    answer = may_web.get(f"/goods/labels?{query}")
    assert answer.status_code in (400, 413) and 'role="alert"' in answer.text


def test_printed_label_shows_name_price_and_unit_price(may: User, may_web: Client, tea: Product) -> None:
    products.edit(tea, by=may, content=D(250), content_unit="g")
    asked = {"paper": "roll-57x32", "kind": "shelf", f"count_{tea.pk}": "2"}
    page = may_web.post("/goods/labels/print", asked).text
    assert page.count("€12.50") == 2 and page.count("€50.00 / kg") == 2 and page.count("4006381333931") == 2
    assert "labels--shelf" in page and 'href="/goods/labels/roll-57x32.css"' in page
    again = may_web.get(f"/goods/labels/print?products={tea.pk}").text
    assert "roll-57x32.css" in again  # the chosen paper is kept


def test_labels_speak_the_language_of_the_shop(settings: object, may_web: Client, cheese: Product) -> None:
    settings.LANGUAGE_CODE = "de"  # type: ignore[attr-defined]
    page = may_web.get(f"/goods/labels/print?products={cheese.pk}", headers={"Accept-Language": "en"}).text
    assert "20,00\N{NO-BREAK SPACE}€ / kg" in page and "Choose again" in page


@pytest.mark.parametrize(
    "sent",
    [{"paper": "letterbox"}, {"kind": "love"}, {"first": "0"}, {"products": "x"}, {"count_1": "x"}, {"count_x": "1"}],
)
def test_invalid_print_is_refused_in_words(may_web: Client, sent: dict[str, str]) -> None:
    answer = may_web.post("/goods/labels/print", sent)
    assert answer.status_code == 400 and 'role="alert"' in answer.text


def test_stylesheet_of_an_unknown_paper_is_404(may_web: Client) -> None:
    assert may_web.get("/goods/labels/none.css").status_code == 404
    assert may_web.get("/goods/labels/l7160.css").headers["Content-Type"].startswith("text/css")


def test_code_of_a_label_is_the_first_barcode(tea: Product) -> None:
    Barcode.objects.create(product=tea, code="036000291452")
    assert wanted.code_of(tea) == "4006381333931"
    assert wanted.code_of(cast.product("Loose", sku="LOOSE-1")) == "LOOSE-1"
