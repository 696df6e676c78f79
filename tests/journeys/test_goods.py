"""A manager at the list of goods: by keyboard, with a scanner, beside another manager, and at the printer of labels."""

from collections.abc import Iterator
from decimal import Decimal as D
from io import BytesIO
from itertools import cycle

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from inventory.goods import products
from inventory.labels.papers import PAPERS
from inventory.models import Barcode, Category, Product
from tests import cast
from tests.journeys.reading import Reader
from tests.journeys.test_papers import sizes
from tests.journeys.walking import MILK, TEA, Counter, complaints_of, intercept, with_a_slow_scanner

pytestmark = pytest.mark.django_db(transaction=True)
A_PERSON, A_SCANNER = 60, 10  # milliseconds a key
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.fixture
def desk(page: Page, may: User, stocked: list[Product]) -> Iterator[Page]:
    """May at the list of cheese, tea and milk; any console error fails the test."""
    complaints = complaints_of(page)
    Counter(page).sign_in("may")
    page.goto("/goods")
    expect(page.locator("goods-grid:defined")).to_be_attached()
    yield page
    assert not complaints


def type_in(page: Page, text: str) -> None:
    page.keyboard.type(text, delay=A_PERSON)


def saved(page: Page) -> None:
    expect(page.locator("[data-state]")).to_have_text("Saved.")


def test_prices_are_typed_down_the_column(desk: Page, tea: Product, milk: Product, cheese: Product) -> None:
    drinks = Category.objects.create(name="Drinks")
    desk.reload()
    desk.get_by_label("Price: Cheese").click()
    type_in(desk, "21,5\n")
    expect(desk.get_by_label("Price: Green tea")).to_be_focused()
    type_in(desk, "13")
    desk.keyboard.press("ArrowDown")
    type_in(desk, "9.99")
    desk.keyboard.press("Escape")
    expect(desk.get_by_label("Price: Milk")).to_have_value("2.00")
    desk.keyboard.press("ArrowUp")
    expect(desk.get_by_label("Price: Green tea")).to_have_value("13.00")
    desk.keyboard.press("ArrowLeft")
    expect(desk.get_by_label("Category: Green tea")).to_be_focused()
    desk.keyboard.press("ArrowLeft")
    expect(desk.get_by_label("Name: Green tea")).to_be_focused()
    type_in(desk, "Black tea")
    desk.keyboard.press("Tab")
    type_in(desk, "Dr")
    desk.keyboard.press("Tab")
    desk.get_by_label("On sale: Milk").uncheck()
    saved(desk)
    for product in (tea, milk, cheese):
        product.refresh_from_db()
    assert (cheese.price, tea.price, milk.price) == (D("21.50"), D("13.00"), D("2.00"))
    assert (tea.name, tea.category, milk.is_active) == ("Black tea", drinks, False)


def test_late_answer_leaves_the_cell_one_came_back_to_selected(desk: Page, tea: Product, milk: Product) -> None:
    on_its_way: list[Route] = []
    intercept(desk, "**/goods/*/edit", lambda route: on_its_way.append(route), times=1)  # noqa: PLW0108
    desk.get_by_label("Price: Green tea").click()
    type_in(desk, "13")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowUp")
    while not on_its_way:
        desk.wait_for_timeout(10)
    on_its_way[0].continue_()
    expect(desk.get_by_label("Price: Green tea")).to_have_value("13.00")
    type_in(desk, "14\n")
    saved(desk)
    tea.refresh_from_db()
    assert tea.price == 14


def test_refused_cell_says_why_while_the_typing_goes_on(desk: Page, tea: Product, milk: Product) -> None:
    desk.get_by_label("Price: Green tea").click()
    type_in(desk, "1.234\n")
    expect(desk.get_by_role("alert").get_by_text("may mean two things")).to_be_visible()
    expect(desk.get_by_label("Price: Milk")).to_be_focused()
    type_in(desk, "2,20\n")
    saved(desk)
    wrong = desk.get_by_label("Price: Green tea")
    expect(wrong).to_have_value("1.234")
    wrong.click()
    desk.keyboard.press("Escape")
    expect(wrong).to_have_value("12.50")
    type_in(desk, "12,80\n")
    expect(desk.locator(".goods__note")).to_have_count(0)
    assert [Product.objects.get(pk=each.pk).price for each in (tea, milk)] == [D("12.80"), D("2.20")]


def test_row_changed_by_another_shows_both_values(desk: Page, may: User, tea: Product) -> None:
    products.edit(tea, by=may, price=D("13.00"))
    desk.get_by_label("Price: Green tea").click()
    type_in(desk, "14\n")
    note = desk.get_by_role("alert").filter(has_text="Somebody changed Green tea")
    expect(note).to_contain_text("14")
    expect(desk.get_by_label("Price: Green tea")).to_have_value("13.00")
    note.get_by_role("button", name="Save mine").click()
    expect(desk.get_by_label("Price: Green tea")).to_have_value("14.00")
    expect(note).to_have_count(0)
    tea.refresh_from_db()
    assert tea.price == 14
    products.edit(tea, by=may, price=D("15.00"))
    desk.get_by_label("Price: Green tea").click()
    type_in(desk, "16\n")
    note.get_by_role("link", name="Keep what holds now").click()
    expect(note).to_have_count(0)
    tea.refresh_from_db()
    assert tea.price == 15


def test_what_is_typed_while_the_server_is_away_is_saved_when_it_is_back(
    page: Page, may: User, stocked: list[Product], tea: Product
) -> None:
    Counter(page).sign_in("may")
    page.goto("/goods")
    intercept(page, "**/goods/*/edit", lambda route: route.fulfill(status=503))
    page.get_by_label("Price: Green tea").click()
    type_in(page, "13\n")
    expect(page.get_by_text("The server is away.")).to_be_visible()
    page.unroute("**/goods/*/edit")
    saved(page)
    tea.refresh_from_db()
    assert tea.price == 13


def test_scanner_adds_a_barcode_in_its_cell_and_searches_elsewhere(desk: Page, milk: Product) -> None:
    with_a_slow_scanner(desk)
    desk.get_by_text("Columns").click()
    desk.get_by_label("Barcodes", exact=True).check()
    desk.get_by_role("button", name="Show these").click()
    field = desk.get_by_label("Barcodes: Milk")
    field.click()
    desk.keyboard.type("036000291452\n", delay=A_SCANNER)
    saved(desk)
    expect(field).to_have_value(f"{MILK} 036000291452")
    assert Barcode.objects.get(code="036000291452").product == milk
    desk.get_by_label("Price: Milk").click()
    desk.keyboard.type(f"{TEA}\n", delay=A_SCANNER)
    expect(desk.get_by_label("Price: Green tea")).to_be_visible()
    expect(desk.get_by_label("Price: Milk")).to_have_count(0)
    milk.refresh_from_db()
    assert milk.price == 2


def test_chosen_rows_are_changed_together(desk: Page, tea: Product, milk: Product, cheese: Product) -> None:
    desk.get_by_label("Choose all of this page").check()
    desk.get_by_label("Choose Cheese").uncheck()
    desk.get_by_label("By (− lowers it)").fill("5")
    desk.get_by_label("ending in 9").check()
    desk.get_by_role("button", name="Change all").click()
    expect(desk.get_by_text("2 products are changed.")).to_be_visible()
    prices = [Product.objects.get(pk=each.pk).price for each in (tea, milk, cheese)]
    assert prices == [D("13.09"), D("2.09"), D("20.00")]


def test_printed_labels_are_read_back(browser: Browser, live_server: LiveServer, may: User) -> None:
    """For each paper the page has its size, and every barcode can be read from a picture of it."""
    goods = [
        cast.product("Green tea, loose", "12.50", barcode="4006381333931", content=D(250), content_unit="g"),
        cast.product("Cereal", "3.49", barcode="036000291452"),
        cast.product("Gum", "0.99", barcode="96385074"),
        cast.product("Candle", "5.00", barcode="KERZE-7"),
        cast.product("Basket with a long name that takes two lines", "1234.50", sku="B-1"),
    ]
    codes = ["4006381333931", "036000291452", "96385074", "KERZE-7", "B-1"]
    page = browser.new_context(base_url=live_server.url, locale="en-GB", device_scale_factor=3).new_page()
    Counter(page).sign_in("may")
    listed = ",".join(str(product.pk) for product in goods)
    for paper, kind in zip(PAPERS.values(), cycle(("shelf", "goods", "goods", "shelf")), strict=False):
        page.goto(f"/goods/labels/print?products={listed}&paper={paper.slug}&kind={kind}&first=2")
        page.emulate_media(media="print")
        found = [read for sheet in page.locator(".labels__page").all() for read in scanned(sheet.screenshot())]
        assert sorted(found) == sorted(codes), (paper.slug, kind)
        printed = sizes(page.pdf(prefer_css_page_size=True))
        assert printed == [tuple(map(round, paper.measures))] * (5 if paper.is_roll else 1)
        page.emulate_media(media="screen")
    page.context.close()


def test_labels_of_the_api_print_as_those_of_the_page(browser: Browser, may: User, tea: Product) -> None:
    page = browser.new_context(offline=True, device_scale_factor=3).new_page()
    complaints = complaints_of(page)
    for slug in ("l7160", "5160", "roll-57x32"):
        body = {"lines": [{"product": tea.pk, "count": 3}], "paper": slug}
        sheet = cast.with_token(may).post("/api/v1/labels", body, content_type="application/json")
        page.set_content(sheet.text)
        page.emulate_media(media="print")
        found = [read for each in page.locator(".labels__page").all() for read in scanned(each.screenshot())]
        assert found == ["4006381333931"] * 3
        paper = PAPERS[slug]
        printed = sizes(page.pdf(prefer_css_page_size=True))
        assert printed == [tuple(map(round, paper.measures))] * (3 if paper.is_roll else 1)
    page.context.close()
    assert not complaints


def scanned(picture: bytes) -> list[str]:
    """Reads a UPC-A as an EAN-13 with a leading zero, as some scanners do."""
    found = zxingcpp.read_barcodes(Image.open(BytesIO(picture)).convert("L"))
    return [
        read.text.removeprefix("0") if len(read.text) == 13 and read.text[0] == "0" else read.text for read in found
    ]


def test_pages_of_goods_are_accessible(
    browser: Browser, live_server: LiveServer, may: User, stocked: list[Product], tea: Product
) -> None:
    page = browser.new_context(
        base_url=live_server.url,
        locale="en-GB",
        reduced_motion="reduce",
    ).new_page()
    reader = Reader(page)
    Counter(page).sign_in("may")
    page.goto("/goods")
    page.get_by_label("Choose Milk").check()
    page.get_by_text("Columns").click()
    page.get_by_label("Price: Green tea").fill("love")
    page.keyboard.press("Tab")
    expect(page.get_by_role("alert").filter(has_text="number")).to_be_visible()
    reader.check("goods")
    for path, heading in (
        (f"/goods/{tea.pk}", "Green tea"),
        ("/goods/new", "New product"),
        (f"/goods/labels?products={tea.pk}", "Labels"),
        (f"/goods/labels/print?products={tea.pk}&paper=roll-57x32", "Labels"),
    ):
        page.goto(path)
        expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
        if heading == "Green tea":
            expect(page.get_by_text("Not sold yet.")).to_be_visible()
        reader.check(path)
    assert not reader.found, "\n".join(reader.found)
    page.context.add_cookies([{"name": "django_language", "value": "de", "url": live_server.url}])
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/goods", f"/goods/{tea.pk}", "/goods/new", f"/goods/labels?products={tea.pk}"):
        page.goto(path)
        assert page.evaluate(FITS), path
    page.context.close()
