"""A till with leave to sell in an outage, cut off, reloaded, and connected again."""

from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from billing.models import Bill, LabelKind, LabelPattern, OutageProblem, Register
from inventory.models import Product
from tests.journeys.outages import Away, policy_complaints
from tests.journeys.walking import MILK, TEA, Counter
from tests.proof import assert_books_are_right

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def till(page: Page, ana: User, r1: Register, stocked: list[Product]) -> Away:
    at = Away(page)
    at.begin()
    return at


def test_sales_of_an_outage_are_posted_once_and_differences_reported(till: Away) -> None:
    page = till.page
    blocked = policy_complaints(page)
    till.go_away()
    assert till.ring_up(TEA, "20") == "R1-P1-0001"
    page.reload()
    expect(till.state).to_contain_text("The server is away")
    assert till.ring_up(MILK, "5") == "R1-P1-0002"
    expect(till.kept).to_have_count(2)
    Product.objects.filter(name="Milk").update(price=Decimal("2.50"))
    till.come_back()
    expect(till.kept).to_have_count(0, timeout=20_000)
    expect(page.get_by_text("R1-P1-0002: 2.00. Waits for a manager: Milk was sold at €2.00")).to_be_visible()
    bill = Bill.objects.get()
    assert (bill.total, bill.change, bill.outage.provisional_number) == (
        Decimal("12.50"),
        Decimal("7.50"),
        "R1-P1-0001",
    )
    expect(page.get_by_text(f"R1-P1-0001: 12.50. In the books as bill {bill.number}")).to_be_visible()
    problem = OutageProblem.objects.get()
    assert problem.differences == ["Milk was sold at €2.00; its price is now €2.50."]
    page.get_by_role("link", name="To the till").click()
    expect(page.get_by_label("Scan a code")).to_be_focused()
    expect(page.get_by_text("a manager has to look at these sales")).to_be_visible()
    assert Bill.objects.count() == 1
    assert not blocked
    assert_books_are_right()


def test_till_without_leave_sells_nothing_while_the_server_is_away(
    page: Page, ana: User, r1: Register, stocked: list[Product]
) -> None:
    counter = Counter(page)
    counter.start()
    expect(page.locator("outage-ready")).to_have_count(0)
    page.goto("/till/outage")
    expect(page.locator("outage-till")).to_have_attribute("data-state", "back")
    expect(page.get_by_label("Scan a code or type a name")).to_be_hidden()


def test_goods_are_found_by_the_beginnings_of_their_words(till: Away) -> None:
    till.go_away()
    till.scan_away("gree te")
    till.page.get_by_role("button", name="Green tea").click()
    expect(till.paper.locator("tr")).to_contain_text("Green tea")
    till.scan_away("nothing of the kind")
    expect(till.page.get_by_role("alert")).to_contain_text("does not know nothing of the kind")


def test_weight_label_of_the_shop_is_read_without_the_server(
    page: Page, ana: User, r1: Register, stocked: list[Product], cheese: Product
) -> None:
    Product.objects.filter(pk=cheese.pk).update(sku="12345")
    LabelPattern.objects.create(name="scale", prefix="21", kind=LabelKind.WEIGHT)
    till = Away(page)
    till.begin()
    till.go_away()
    for code in ("2112345003504", "2112345012346"):
        till.scan_away(code)
    expect(till.paper.locator("tr")).to_have_count(1)
    expect(till.paper.locator("tr")).to_contain_text("1.584 kg × Cheese")
    for damaged in ("2112345003505", "2154321003504", "2112345000008"):
        till.scan_away(damaged)
        expect(page.get_by_role("alert")).to_contain_text(f"does not know {damaged}")
    expect(till.paper.locator("tr")).to_contain_text("1.584 kg × Cheese")


def test_unpaid_basket_survives_a_reload_and_is_offered_to_the_next_basket(till: Away) -> None:
    page = till.page
    till.go_away()
    till.scan_away(MILK)
    till.scan_away(MILK)
    expect(till.paper.locator("tr")).to_contain_text("2 × Milk")
    page.reload()
    expect(till.paper.locator("tr")).to_contain_text("2 × Milk")
    till.come_back()
    expect(till.state).to_contain_text("sell at the till", timeout=20_000)
    page.get_by_role("link", name="To the till").click()
    page.get_by_role("button", name="Add here").click()
    expect(page.get_by_label("Quantity of Milk")).to_have_value("2")
    assert not Bill.objects.exists()


def test_two_tabs_and_two_browsers_give_each_sale_a_number_of_its_own(
    till: Away, browser: Browser, live_server: LiveServer
) -> None:
    tab = Away(till.page.context.new_page())
    context = browser.new_context(base_url=live_server.url, locale="en-GB")
    other = Away(context.new_page())
    other.sign_in()
    other.page.goto("/shift/open")
    other.page.get_by_role("button", name="Work at this till").click()
    other.be_ready()
    for each in (till, tab, other):
        each.go_away()
    numbers = [each.ring_up(MILK, "2") for each in (till, tab, other, tab, till)]
    assert numbers == ["R1-P1-0001", "R1-P1-0002", "R1-P2-0001", "R1-P1-0003", "R1-P1-0004"]
    for each in (till, other):
        each.come_back()
    for each in (till, tab, other):
        expect(each.kept).to_have_count(0, timeout=20_000)
    assert sorted(bill.outage.provisional_number for bill in Bill.objects.all()) == sorted(numbers)
    assert not OutageProblem.objects.exists()
    context.close()


def test_sale_is_kept_and_says_so_while_nobody_is_signed_in(till: Away) -> None:
    page = till.page
    till.go_away()
    till.ring_up(TEA, "20")
    page.context.clear_cookies()
    till.come_back()
    expect(till.kept).to_contain_text("Nobody is signed in: sign in, and it is posted.", timeout=20_000)
    assert not Bill.objects.exists()
    till.sign_in()
    page.goto("/shift/open")
    page.get_by_role("button", name="Work at this till").click()
    till.be_ready()
    assert Bill.objects.get().total == Decimal("12.50")


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (400, "Call a manager: The clock is wrong."),
        (413, "Call a manager: The clock is wrong."),
        (422, "Call a manager: The clock is wrong."),
        (403, "Nobody is signed in"),
        (500, "posted when the server is back"),
    ],
)
def test_sale_the_server_refuses_is_kept_and_shown_at_the_till_too(till: Away, status: int, says: str) -> None:
    page = till.page
    till.go_away()
    till.ring_up(TEA, "20")
    refusal = '{"code": "invalid", "detail": "The clock is wrong."}'
    page.context.route(
        "**/till/outage-sales",
        lambda route: route.fulfill(status=status, content_type="application/json", body=refusal),
    )
    till.come_back()
    expect(till.kept).to_contain_text(says, timeout=20_000)
    page.get_by_role("link", name="To the till").click()
    expect(page.get_by_role("alert").filter(has_text="R1-P1-0001")).to_contain_text(says)
    page.context.unroute("**/till/outage-sales")
    page.reload()
    till.be_ready()
    expect(page.locator("[data-still]")).to_be_hidden()
    assert Bill.objects.get().outage.provisional_number == "R1-P1-0001"


@pytest.mark.parametrize("button", ["Lock or hand over", "Sign out"])
def test_locked_or_signed_out_browser_sells_nothing_without_the_server(till: Away, button: str) -> None:
    page = till.page
    page.get_by_role("button", name=button).click()
    page.wait_for_url("**/unlock**" if button != "Sign out" else "**/sign-in**")
    page.wait_for_load_state()
    page.context.set_offline(True)
    page.goto("/till")
    expect(page.locator("outage-till")).to_have_attribute("data-state", "locked")
    expect(till.state).to_contain_text("nobody is signed in at this till")
    expect(page.get_by_label("Scan a code or type a name")).to_be_hidden()
    till.come_back()
    expect(page.get_by_role("heading", name="Locked" if button != "Sign out" else "Sign in")).to_be_visible(
        timeout=20_000
    )


def test_signing_out_while_the_server_is_away_closes_the_till_too(till: Away) -> None:
    page = till.page
    page.context.set_offline(True)
    page.get_by_role("button", name="Sign out").click(no_wait_after=True)
    page.wait_for_url("**/till/outage")
    expect(page.locator("outage-till")).to_have_attribute("data-state", "locked")


def test_idle_till_locks_in_an_outage(till: Away) -> None:
    page = till.page
    page.clock.install()
    till.go_away()
    till.scan_away(MILK)
    expect(till.paper.locator("tr")).to_have_count(1)
    page.clock.fast_forward("06:00")
    expect(till.state).to_contain_text("nobody is signed in at this till")
    expect(page.get_by_label("Cash received")).to_be_hidden()


def test_page_requested_in_an_outage_loads_when_the_server_is_back(till: Away) -> None:
    page = till.page
    page.get_by_role("button", name="Lock or hand over").click()
    page.wait_for_url("**/unlock**")
    page.context.set_offline(True)
    page.goto("/bills")
    expect(page.locator("outage-till")).to_be_visible()
    till.come_back()
    expect(page.get_by_role("heading", name="Locked")).to_be_visible(timeout=20_000)
