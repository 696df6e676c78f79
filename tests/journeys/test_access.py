"""Every page of the till is accessible in every state, light and dark, and obeys its content security policy."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from billing.basket import customer_display
from billing.models import Register
from inventory.models import Product
from members.models import Member
from tests.cast import PIN
from tests.counter import sell
from tests.journeys.reading import Reader
from tests.journeys.walking import MILK, TEA, Counter, complaints_of
from tests.keys import made

pytestmark = pytest.mark.django_db(transaction=True)
UNKNOWN = "9999999999994"


@pytest.fixture
def reader_of(
    browser: Browser, live_server: LiveServer, ana: User, r1: Register, stocked: list[Product]
) -> Iterator[Callable[..., Reader]]:
    """Makes readers, each with its own browser; any finding or console error fails the test."""
    complaints: list[list[str]] = []
    found: list[str] = []
    contexts = []
    gallery = os.environ.get("POS_GALLERY")

    def made(**more: Any) -> Reader:
        context = browser.new_context(
            base_url=live_server.url, locale="en-GB", color_scheme="light", reduced_motion="reduce", **more
        )
        contexts.append(context)
        page = context.new_page()
        complaints.append(complaints_of(page))
        return Reader(page, Path(gallery) if gallery else None, found)

    yield made
    for context in contexts:
        context.close()
    assert not found, "\n".join(found)
    assert not [said for page in complaints for said in page if "Content Security Policy" not in said]


@pytest.fixture
def reader(reader_of: Callable[..., Reader]) -> Reader:
    return reader_of()


def begun(reader: Reader, who: str = "ana") -> Counter:
    counter = Counter(reader.page)
    counter.sign_in(who)
    counter.open_shift()
    return counter


def test_a_sale(reader: Reader, saver: Member) -> None:
    page, counter = reader.page, Counter(reader.page)
    page.goto("/sign-in")
    reader.check("sign-in")
    page.get_by_label("Username").fill("ana")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    reader.check("refused sign-in")
    counter.sign_in()
    page.goto("/shift/open")
    reader.check("open shift")
    counter.open_shift()
    reader.check("empty till")
    page.get_by_label("Scan a code").press_sequentially("tea")
    expect(page.get_by_role("region", name="Found products")).to_be_visible()
    reader.check("search results")
    page.get_by_label("Scan a code").fill("")
    for code in (TEA, MILK):
        counter.scan(code)
    expect(counter.lines).to_have_count(2)
    reader.check("lines")
    counter.scan(UNKNOWN)
    expect(page.get_by_role("alert").filter(has_text=UNKNOWN)).to_be_visible()
    reader.check("unknown code")
    page.get_by_role("button", name="Clear").click()
    counter.attach(saver.number)
    expect(page.locator(".customer__name")).to_be_visible()
    reader.check("member")
    page.get_by_text("Spend points").click()
    page.get_by_label("Points").fill("5")
    page.get_by_label("Member's PIN").fill("000000" if PIN != "000000" else "000001")
    page.get_by_role("button", name="Use").click()
    expect(page.get_by_role("alert").filter(has_text="PIN")).to_be_visible()
    reader.check("refused PIN")
    for tender in ("Card", "Split", "Cash"):
        page.locator(".segment").get_by_text(tender, exact=True).click()
        reader.check(f"paying by {tender}")
    page.get_by_label("Cash received").fill("1")
    page.locator("#pay-cash").click()
    expect(page.get_by_role("alert").filter(has_text="does not cover")).to_be_visible()
    reader.check("refused payment")
    page.get_by_role("button", name="Exact").click()
    expect(counter.receipt).to_be_visible()
    reader.check("receipt")
    page.get_by_text("Gift receipt, invoice").click()
    reader.check("receipt with its other papers")
    page.get_by_role("link", name="Details").click()
    expect(page.get_by_role("link", name="All bills")).to_be_visible()
    reader.check("bill")
    page.get_by_role("link", name="All bills").click()
    reader.check("bills")


def test_panels_that_open_over_the_till(reader: Reader) -> None:
    page, counter = reader.page, begun(reader)
    counter.scan(TEA)
    expect(counter.lines).to_have_count(1)
    for name, dialog in (("Park", "Park this basket"), ("Drop", "Drop this basket?"), ("Discount", "Discount on the")):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.get_by_role("dialog", name=dialog)).to_be_visible()
        reader.check(f"dialog {name}")
        page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys of the till")).to_be_visible()
    reader.check("help sheet")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Green tea").click()
    expect(page.get_by_role("dialog", name="Green tea")).to_be_visible()
    page.get_by_text("How this price came about").click()
    reader.check("line sheet")
    page.locator("#sheet-percent").fill("120")
    page.locator("#sheet-percent").press("Enter")
    expect(page.locator(".sheet__refusal")).not_to_be_empty()
    reader.check("refused line sheet")
    page.locator("#sheet-percent").fill("20")
    page.locator("#sheet-percent").press("Enter")
    expect(page.get_by_label("Manager's PIN")).to_be_visible()
    reader.check("approval on the spot")
    page.get_by_role("button", name="Ask a manager's phone").click()
    expect(page.get_by_text("Asked the managers.")).to_be_visible()
    reader.check("asked from afar")
    page.get_by_role("button", name="Park", exact=True).click()
    page.locator("#park").get_by_role("button", name="Park").click()
    expect(page.get_by_role("heading", name="Parked")).to_be_visible()
    reader.check("parked")
    page.get_by_role("link", name="Register a new one").click()
    reader.check("new member")
    page.goto("/till")
    page.get_by_role("button", name="Lock or hand over").click()
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    reader.check("locked")


def test_the_number_pad(reader_of: Callable[..., Reader]) -> None:
    reader = reader_of(has_touch=True)
    page, counter = reader.page, begun(reader)
    counter.scan(TEA)
    expect(counter.lines).to_have_count(1)
    page.get_by_label("Quantity of Green tea").tap()
    expect(page.locator("number-pad:visible")).to_have_count(1)
    reader.check("number pad")
    page.get_by_role("link", name="Green tea").tap()
    expect(page.get_by_role("dialog").locator("number-pad")).to_be_visible()
    reader.check("number pad in the line sheet")


def test_a_shift(reader: Reader) -> None:
    page = reader.page
    begun(reader)
    Register.objects.update(outage_sales=True)
    for where in ("/shift", "/till/scanner", "/till/customer-screen", "/till/outage"):
        page.goto(where)
        reader.check(where)
    page.goto("/shift")
    page.get_by_text("Pay out", exact=True).click()
    page.get_by_label("Amount").fill("60")
    page.get_by_label("Reason").fill("window cleaner")
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_label("Manager's PIN")).to_be_visible()
    reader.check("pay-out to be approved")
    page.goto("/shift")
    page.get_by_role("link", name="Count and close").click()
    reader.check("count")
    page.get_by_role("button", name="Close the shift").click()
    expect(page.get_by_role("alert")).to_be_visible()
    reader.check("refused close")
    page.get_by_label("Or the sum alone").fill("90")
    page.get_by_role("button", name="Close the shift").click()
    expect(page.get_by_label("Why does it differ?")).to_be_focused()
    reader.check("count that differs")
    page.get_by_label("Why does it differ?").fill("a note was missing")
    page.get_by_role("button", name="Close the shift").click()
    expect(page.get_by_role("heading", name="Z 1, R1")).to_be_visible()
    reader.check("Z with a difference")


def test_goods_come_back_and_cards_are_sold(reader: Reader, ana: User, tea: Product) -> None:
    page = reader.page
    begun(reader)
    bill = sell((tea, "2"), by=ana, cash="25.00")
    page.goto(f"/bills/{bill.number}/refund")
    reader.check("refund")
    page.get_by_label("How many Green tea come back").fill("1")
    page.get_by_label("Reason").fill("4111 1111 1111 1111")
    page.get_by_role("button", name="Refund €12.50").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    reader.check("refused refund")
    page.goto("/gift-cards")
    reader.check("gift cards")
    page.get_by_label("Amount").fill("20")
    page.get_by_role("button", name="Take the money").click()
    page.wait_for_url("**/gift-cards/sold/*")
    reader.check("gift card sold")


def test_an_exchange_and_goods_without_a_receipt(reader: Reader, ana: User, tea: Product, milk: Product) -> None:
    page = reader.page
    counter = begun(reader)
    bill = sell((tea, "2"), by=ana, cash="25.00")
    page.goto(f"/bills/{bill.number}/refund?line_1=1&reason=Faulty")
    page.locator("#exchange").click()
    expect(page.locator(".basket__returns")).to_contain_text("Green tea")
    reader.check("exchange begun")
    counter.scan(MILK)
    expect(page.locator("#give-back")).to_be_visible()
    reader.check("exchange that gives back")
    page.locator("#give-back").click()
    expect(page.get_by_role("heading", name="Give back")).to_be_visible()
    reader.check("exchanged")
    page.goto("/refunds/without-receipt")
    reader.check("without receipt")
    page.goto(f"/refunds/without-receipt?code={MILK}")
    page.get_by_label("Reason").fill("Gift")
    expect(page.locator("#confirm")).to_be_visible()
    reader.check("goods without receipt")
    page.locator("#confirm").click()
    expect(page.get_by_label("Manager's PIN")).to_be_visible()
    reader.check("goods without receipt to be approved")


def test_reports_and_trail(reader: Reader, may: User) -> None:
    page = reader.page
    Counter(page).sign_in("may")
    reports = ("", "/month", "/year", "/cashiers", "/sales?compare=before", "/sales/bills", "/products")
    for where in (*(f"/reports{report}" for report in reports), "/approvals/report", "/trail"):
        answer = page.goto(where)
        assert answer is not None and answer.ok, where
        reader.check(where)


def test_pages_a_manager_works_on(
    reader: Reader, reader_of: Callable[..., Reader], may: User, saver: Member, tea: Product
) -> None:
    cashier = reader_of()
    counter = begun(cashier)
    counter.scan(UNKNOWN)
    expect(cashier.page.get_by_role("alert").filter(has_text=UNKNOWN)).to_be_visible()
    counter.scan(TEA)
    expect(counter.lines).to_have_count(1)
    cashier.page.get_by_role("link", name="Green tea").click()
    cashier.page.locator("#sheet-percent").fill("20")
    cashier.page.locator("#sheet-percent").press("Enter")
    cashier.page.get_by_role("button", name="Ask a manager's phone").click()
    expect(cashier.page.get_by_text("Asked the managers.")).to_be_visible()
    page = reader.page
    Counter(page).sign_in("may")
    pages = ("/approvals", "/baskets", "/codes", "/jobs", "/shifts", "/gift-cards", "/members")
    of_the_shop = (
        "/settings",
        "/keys",
        f"/keys/{made(may).key.pk}",
        "/people",
        "/people/new",
        "/person/ana",
        "/limits/cashier",
        "/roles",
        "/roles/new",
    )
    for where in (*pages, *of_the_shop, f"/members/{saver.number}", "/bills"):
        answer = page.goto(where)
        assert answer is not None and answer.ok, where
        reader.check(where)


def test_a_key_is_made_for_a_machine(reader: Reader, may: User) -> None:
    page = reader.page
    Counter(page).sign_in("may")
    page.goto("/keys/new")
    page.get_by_label("Name").press_sequentially("Web shop")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_text("Tick at least one thing it may do.")).to_be_visible()
    reader.check("refused key")
    page.get_by_label("Write: Bills").check()
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_label("Secret")).to_have_value(re.compile("pos_.{8}_.{40}"))
    reader.check("secret of a key")
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_role("heading", name="Web shop")).to_be_visible()


def test_the_customers_screen(reader: Reader, reader_of: Callable[..., Reader], r1: Register, saver: Member) -> None:
    page, counter = reader.page, begun(reader)
    screen = reader_of()
    screen.page.goto("/display/R1")
    screen.check("pairing")
    screen.page.get_by_label("The code the till shows").fill(customer_display.pairing_code(r1))
    screen.page.keyboard.press("Enter")
    expect(screen.page.get_by_role("heading", name="Welcome")).to_be_visible()
    screen.check("idle")
    counter.scan(TEA)
    expect(screen.page.get_by_label("Your basket")).to_contain_text("Green tea")
    screen.check("sale")
    counter.attach(saver.number)
    page.get_by_text("Spend points").click()
    page.get_by_label("Points").fill("5")
    page.get_by_role("button", name="Ask on the customer's screen").click()
    expect(screen.page.get_by_role("heading", name="with points?")).to_be_visible()
    screen.check("PIN asked")
    expect(page.get_by_text("the PIN is asked")).to_be_visible()
    reader.check("points asked")


def test_page_that_breaks_its_policy_or_is_hard_to_hit_is_found(page: Page, ana: User, r1: Register) -> None:
    reader = Reader(page)
    Counter(page).sign_in()
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<button>x</button><img src=x>')")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), { textContent: '1' }))")
    reader.check("spoilt")
    for fault in ("too small", "image-alt", "against the policy: script-src"):
        assert fault in str(reader.found)
