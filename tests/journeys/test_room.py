"""What has to be in view at the counter stays in view: long names, many shelves and goods, a member with a history."""

from decimal import Decimal as D
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Locator, Route, expect

from accounts.models import User
from billing.drawer import shifts
from inventory.models import Category, Product, Stock
from members.models import Member
from tests import cast
from tests.counter import sell
from tests.journeys.reading import AT_LAST, DRAWN
from tests.journeys.walking import MILK, TEA, Counter, intercept

pytestmark = pytest.mark.django_db(transaction=True)
DESKS = [(1280, 800), (1024, 768)]
EVERYWHERE = [*DESKS, (390, 844)]
NAME = "Mountain hay-milk cheese from the eastern pastures, matured fourteen months, slice"
CODES = [f"{n:08d}" for n in range(20_000_000, 20_000_007)]


def box_of(part: Locator) -> FloatRect:
    box = part.bounding_box()
    assert box
    return box


def beside(one: FloatRect, other: FloatRect) -> bool:
    """True if they do not overlap, apart from a pixel of rounding."""
    apart = one["x"] + one["width"] <= other["x"] + 1 or other["x"] + other["width"] <= one["x"] + 1
    return apart or one["y"] + one["height"] <= other["y"] + 1 or other["y"] + other["height"] <= one["y"] + 1


def within(inner: FloatRect, outer: Any) -> bool:
    ends = inner["y"] + inner["height"] <= outer["y"] + outer["height"] + 1
    return ends and inner["y"] >= outer["y"] - 1 and inner["x"] >= outer["x"] - 1


@pytest.fixture
def shelves(tea: Product) -> list[Category]:
    """Nine shelves with a good each: too many for one row."""
    made = [Category.objects.create(name=f"Everything for shelf {n}", position=n) for n in range(9)]
    for shelf in made:
        cast.product(f"On shelf {shelf.position}", category=shelf)
    return made


@pytest.mark.parametrize(("width", "height"), DESKS)
@pytest.mark.parametrize("language", ["en", "de"])
def test_seven_lines_with_long_names_are_in_view(
    counter: Counter, shelves: list[Category], width: int, height: int, language: str
) -> None:
    assert len(NAME) > 60
    for n, code in enumerate(CODES):
        cast.product(f"{n} {NAME}", "12.50", barcode=code)
    page = counter.page
    page.set_viewport_size({"width": width, "height": height})
    counter.start()
    for n, code in enumerate(CODES, 1):
        counter.scan(code)
        expect(counter.lines).to_have_count(n)
    if language == "de":
        address = page.evaluate("location.origin")
        page.context.add_cookies([{"name": "django_language", "value": "de", "url": address}])
        page.reload()
    basket, screen = box_of(page.locator(".basket__lines")), {"x": 0, "y": 0, "width": width, "height": height}
    for line in counter.lines.all():
        row = box_of(line)
        assert within(row, basket)
        assert within(row, screen)
        names = (".basket__name", ".stepper", ".basket__amount", ".basket__remove")
        name, stepper, amount, remove = parts = [box_of(line.locator(of)) for of in names]
        assert name["x"] + name["width"] <= stepper["x"]
        assert name["width"] > 165
        assert name["height"] > 45, "three lines of the name"
        assert all(beside(one, other) for n, one in enumerate(parts) for other in parts[:n])
        assert all(within(part, row) for part in (stepper, amount, remove))


@pytest.mark.parametrize(("width", "height"), EVERYWHERE)
def test_shelf_tabs_are_one_scrolling_row_above_their_goods(
    counter: Counter, shelves: list[Category], width: int, height: int
) -> None:
    page = counter.page
    page.set_viewport_size({"width": width, "height": height})
    counter.start()
    row, tabs = page.locator(".tiles__shelves"), page.locator(".tiles__shelf")
    assert len({box_of(tab)["y"] for tab in tabs.all()}) == 1
    assert box_of(row)["height"] < 72
    assert row.evaluate("row => row.scrollWidth > row.clientWidth")
    assert box_of(row)["y"] + box_of(row)["height"] <= box_of(page.locator(".tile").first)["y"]
    last = page.get_by_role("link", name="Everything for shelf 8")
    expect(last).not_to_be_in_viewport()
    last.click()
    expect(page.get_by_role("button", name="On shelf 8")).to_be_in_viewport()
    expect(last).to_have_attribute("aria-current", "true")
    expect(last).to_be_in_viewport(ratio=0.9)


@pytest.fixture
def regular(saver: Member, ana: User, r1: Any) -> Member:
    """Vera has twenty points and has bought eight goods with long names."""
    shifts.open_shift("R1", opening_float=D(100), by=ana)
    for n in range(8):
        good = cast.product(f"{n} {NAME}", "3.00")
        sell((good, "2"), by=ana, card="5.10", member=saver.pk)
    saver.refresh_from_db()
    return saver


@pytest.mark.parametrize(("width", "height"), EVERYWHERE)
def test_member_never_pushes_the_total_the_cash_or_pay_out_of_view(
    counter: Counter, regular: Member, shelves: list[Category], width: int, height: int
) -> None:
    page = counter.page
    page.set_viewport_size({"width": width, "height": height})
    counter.sign_in()
    page.goto("/shift/open")
    page.get_by_role("button", name="Work at this till").click()
    for n, code in enumerate((TEA, MILK), 1):
        counter.scan(code)
        expect(counter.lines).to_have_count(n)
    counter.attach("vera@example.org")
    page.get_by_text("Last purchases").click()
    expect(page.locator(".customer__bought > li")).to_have_count(8)
    page.get_by_text("Spend points").click()
    expect(page.get_by_label("Member's PIN")).to_be_visible()
    if width < 800:
        page.locator(".checkout__jump a").click()
    for part in (counter.due, page.get_by_label("Cash received"), page.locator("#pay-cash")):
        expect(part).to_be_in_viewport(ratio=0.99)
    if width > 800:
        again = page.get_by_role("button", name=f"0 {NAME} again")
        again.scroll_into_view_if_needed()
        expect(page.locator("#pay-cash")).to_be_in_viewport(ratio=0.99)
        again.click()
        expect(counter.lines).to_have_count(3)


@pytest.fixture
def cellar(tea: Product) -> Category:
    """Sixty goods: two and a half pages."""
    shelf = Category.objects.create(name="Cellar")
    made = Product.objects.bulk_create(
        Product(sku=f"CELLAR-{n:02d}", name=f"Bottle {n:02d}", price=D(9), category=shelf) for n in range(60)
    )
    Stock.objects.bulk_create(Stock(product=product, quantity=5) for product in made)
    return shelf


@pytest.mark.parametrize(("width", "height"), EVERYWHERE)
def test_scrolling_loads_more_tiles(counter: Counter, cellar: Category, width: int, height: int) -> None:
    page = counter.page
    page.set_viewport_size({"width": width, "height": height})
    counter.start()
    tiles = page.locator(".tile")
    expect(tiles).to_have_count(24)
    for count in (48, 60):
        page.locator(".tiles__goods").evaluate("goods => goods.scrollTo(0, goods.scrollHeight)")
        expect(tiles).to_have_count(count)
    expect(page.get_by_role("link", name="More")).to_have_count(0)
    last = tiles.filter(has_text="Bottle 59")
    last.click()
    expect(counter.lines).to_have_count(1)
    expect(tiles).to_have_count(60)
    expect(last).to_be_in_viewport()


def test_tiles_loaded_under_a_pressed_finger_add_nothing_to_the_basket(counter: Counter, cellar: Category) -> None:
    page = counter.page
    counter.start()
    counter.scan(TEA)
    expect(counter.lines).to_have_count(1)
    on_their_way: list[Route] = []
    intercept(page, "**/tiles?*", lambda route: on_their_way.append(route), times=1)  # noqa: PLW0108
    with page.expect_request("**/tiles?*"):
        page.locator(".tiles__goods").evaluate("goods => goods.scrollTo(0, goods.scrollHeight)")
    page.mouse.move(2, 300)
    page.mouse.down()
    on_their_way[0].continue_()
    expect(page.locator(".tile")).to_have_count(48)
    page.mouse.up()
    counter.scan(MILK)
    expect(counter.lines).to_have_count(2)
    page.evaluate(f"Promise.race([{DRAWN}, {AT_LAST}])")


def test_more_tiles_have_a_link_without_script(plain_counter: Counter, cellar: Category) -> None:
    page = plain_counter.page
    plain_counter.start()
    page.get_by_role("link", name="More").click()
    expect(page.get_by_role("button", name="Bottle 24")).to_be_visible()
    page.get_by_role("link", name="More").click()
    expect(page.locator(".tile")).to_have_count(12)
    page.get_by_role("link", name="Those before").click()
    expect(page.get_by_role("button", name="Bottle 24")).to_be_visible()
    page.get_by_role("button", name="Bottle 24").click()
    expect(plain_counter.lines).to_have_count(1)
