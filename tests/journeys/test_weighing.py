"""Goods sold by weight: the till asks for the weight, takes it, and returns the focus to the scan box."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import User
from billing.models import BasketLine, Bill, Favourite, LabelKind, LabelPattern, Register
from inventory.models import Product
from tests.journeys.outages import Away
from tests.journeys.walking import MILK, TEA, Counter, intercept

pytestmark = pytest.mark.django_db(transaction=True)
CHEESE = "2000000000022"
HUMAN, SCANNER = 90, 10


@pytest.fixture
def stocked(tea: Product, milk: Product, cheese: Product, r1: Register) -> list[Product]:
    cheese.barcodes.create(code=CHEESE)
    Favourite.objects.create(register=r1, product=cheese, position=0)
    return [tea, milk, cheese]


@pytest.fixture
def counter(counter: Counter) -> Counter:
    counter.start()
    return counter


def weighed() -> list[str]:
    return [f"{line.quantity:f}" for line in BasketLine.objects.filter(removed_at=None, quantity__isnull=False)]


@pytest.mark.parametrize("way", ["name", "code", "tile"])
def test_weight_is_asked_for_and_taken_and_the_scan_box_gets_the_next_key(counter: Counter, way: str) -> None:
    page, keys = counter.page, counter.page.keyboard
    weight = page.get_by_label("Kilograms of Cheese")
    if way == "tile":
        page.get_by_role("button", name="Cheese").click()
    else:
        keys.type(f"{'chee' if way == 'name' else CHEESE}\n", delay=HUMAN if way == "name" else SCANNER)
    expect(weight).to_be_focused()
    expect(weight).to_have_value("")
    expect(page.get_by_text("Type the weight of the marked lines first.")).to_be_visible()
    expect(page.locator("#pay-cash")).to_have_count(0)
    keys.type("0.25\n", delay=HUMAN)
    keys.type("milk", delay=HUMAN)
    expect(page.get_by_label("Scan a code")).to_have_value("milk")
    expect(counter.due).to_have_text("€5.00")
    assert weighed() == ["0.250"]


def test_weight_typed_before_the_answer_moves_to_its_field(counter: Counter) -> None:
    page, keys = counter.page, counter.page.keyboard
    on_its_way: list[Route] = []
    intercept(page, "**/scan", lambda route: on_its_way.append(route), times=1)  # noqa: PLW0108
    keys.type("chee\n0.2", delay=HUMAN)
    expect(page.get_by_label("Scan a code")).to_have_value("0.2")
    on_its_way[0].continue_()
    weight = page.get_by_label("Kilograms of Cheese")
    expect(weight).to_be_focused()
    expect(weight).to_have_value("0.2")
    expect(page.get_by_label("Scan a code")).to_have_value("")
    keys.type("5\n", delay=HUMAN)
    expect(counter.due).to_have_text("€5.00")


def test_scan_on_its_way_is_not_taken_for_a_weight(counter: Counter) -> None:
    page, keys = counter.page, counter.page.keyboard
    Register.objects.update(scan_pause=500)
    page.reload()
    expect(page.locator("next-key:defined")).to_be_attached()
    keys.type(f"{CHEESE}\n{TEA}\n{MILK}\n", delay=60)  # the weight's field comes while the next codes are typed
    expect(counter.lines).to_have_count(3)
    expect(page.get_by_label("Quantity of Green tea")).to_have_value("1")
    expect(page.get_by_label("Kilograms of Cheese")).to_have_value("")


def test_scan_while_the_weight_is_asked_for_is_rung_up_and_the_weight_is_still_asked_for(counter: Counter) -> None:
    page, keys = counter.page, counter.page.keyboard
    Register.objects.update(scan_pause=500)
    page.reload()
    keys.type(f"{CHEESE}\n", delay=SCANNER)
    expect(page.get_by_label("Kilograms of Cheese")).to_be_focused()
    keys.type(f"{MILK}\n", delay=SCANNER)
    expect(page.get_by_label("Quantity of Milk")).to_have_value("1")
    expect(page.get_by_label("Kilograms of Cheese")).to_have_value("")
    expect(page.get_by_label("Scan a code")).to_be_focused()
    keys.press("F7")
    expect(page.get_by_label("Kilograms of Cheese")).to_be_focused()


def test_same_code_scanned_again_asks_for_the_weight_of_the_same_line(counter: Counter) -> None:
    page, keys = counter.page, counter.page.keyboard
    weight = page.get_by_label("Kilograms of Cheese").first
    counter.scan(CHEESE)
    expect(weight).to_be_focused()
    keys.press("Escape")
    expect(page.get_by_label("Scan a code")).to_be_focused()
    counter.scan(CHEESE)
    expect(weight).to_be_focused()
    expect(counter.lines).to_have_count(1)
    keys.type("0.5\n", delay=HUMAN)
    counter.scan(CHEESE)
    expect(weight).to_be_focused()
    keys.type("0.25\n", delay=HUMAN)
    expect(counter.due).to_have_text("€15.00")
    expect(counter.lines).to_have_count(1)
    assert weighed() == ["0.750"]


def test_refused_weight_stays_in_its_field(counter: Counter) -> None:
    page, keys = counter.page, counter.page.keyboard
    counter.scan(CHEESE)
    weight = page.get_by_label("Kilograms of Cheese")
    expect(weight).to_be_focused()
    keys.type("0.00001\n", delay=HUMAN)
    expect(page.locator("#basket").get_by_role("alert").first).to_be_visible()
    expect(weight).to_have_value("0.00001")
    expect(weight).to_be_focused()


def test_weight_label_needs_no_typed_weight(counter: Counter, cheese: Product) -> None:
    Product.objects.filter(pk=cheese.pk).update(sku="12345")
    LabelPattern.objects.create(name="scale", prefix="21", kind=LabelKind.WEIGHT)
    counter.page.keyboard.type("2112345003504\n", delay=SCANNER)
    expect(counter.due).to_have_text("€7.00")
    expect(counter.page.get_by_label("Scan a code")).to_be_focused()


def test_parked_basket_taken_over_asks_for_its_weight_at_once(counter: Counter) -> None:
    page = counter.page
    counter.scan(CHEESE)
    expect(page.get_by_label("Kilograms of Cheese")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Pause")
    page.keyboard.press("Enter")
    page.locator(".basket__parked button").click()
    expect(page.get_by_label("Kilograms of Cheese")).to_be_focused()


@pytest.fixture
def slow_scanner(r1: Register) -> None:
    """On a busy machine the test's keys come late, and only their pace tells them from a person's."""
    Register.objects.update(scan_pause=500)


@pytest.fixture
def away(page: Page, ana: User, r1: Register, stocked: list[Product]) -> Away:
    till = Away(page)
    till.begin()
    till.go_away()
    return till


@pytest.mark.parametrize("way", [CHEESE, "chee"])
def test_no_weight_is_guessed_in_an_outage(away: Away, way: str) -> None:
    page, keys = away.page, away.page.keyboard
    away.scan_away(way)
    if way == "chee":
        page.get_by_role("button", name="Cheese").click()
    expect(page.get_by_label("Quantity")).to_be_focused()
    expect(page.get_by_label("Quantity")).to_have_value("")
    expect(page.get_by_role("alert")).to_contain_text("Type the weight of Cheese in kilograms.")
    expect(away.paper.locator("tr")).to_have_count(0)
    keys.type("0.25\n", delay=HUMAN)
    expect(away.paper.locator("tr")).to_contain_text(re.compile(r"0\.250 kg × Cheese"))
    expect(page.get_by_label("Scan a code or type a name")).to_be_focused()
    expect(page.get_by_label("Quantity")).to_have_value("1")


def test_code_scanned_into_the_weight_field_in_an_outage_is_a_scan(slow_scanner: None, away: Away) -> None:
    away.scan_away(CHEESE)
    expect(away.page.get_by_label("Quantity")).to_be_focused()
    away.page.keyboard.type(f"{MILK}\n", delay=SCANNER)
    expect(away.paper.locator("tr")).to_have_text(re.compile("1 × Milk"))
    away.page.get_by_label("Quantity").fill("1.0")
    away.scan_away(CHEESE)
    expect(away.paper.locator("tr").last).to_contain_text("1 kg × Cheese")
    assert not Bill.objects.exists()
