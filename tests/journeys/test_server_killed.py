"""The server is killed between scan and payment and during it, twenty times: one bill each, no scan lost."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from billing.counter import lock
from billing.models import Bill, BillLine, Register
from inventory.models import Product
from tests.at_once import until_somebody_waits
from tests.journeys.mortal import Mortal
from tests.journeys.walking import MILK, TEA, Counter
from tests.proof import assert_books_are_right

pytestmark = pytest.mark.django_db(transaction=True)
SALES = 4
PATIENCE = 30_000
LISTEN = """
    new MutationObserver(() => {
        const note = document.querySelector("connection-note:not([hidden])");
        if (note) heard(note.textContent);
    }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
"""


@pytest.fixture
def till(browser: Browser, server: Mortal, ana_web: Client, leave: Register, stocked: list[Product]) -> Iterator[Page]:
    """Ana's till at a server that can be killed; it never reports a sale as failed."""
    ana_web.post("/shift/join", {"register": "R1"})
    context = browser.new_context(base_url=server.base, locale="en-GB")
    context.add_cookies([{"name": "sessionid", "value": ana_web.cookies["sessionid"].value, "url": server.base}])
    page = context.new_page()
    said: list[str] = []
    page.expose_function("heard", lambda words: said.append(words))  # noqa: PLW0108 Playwright marks what it calls
    page.add_init_script(LISTEN)
    server.deaths = 0
    yield page
    assert not [words for words in said if "could not" in words], "a stored sale was called failed"
    context.close()


def begin(page: Page, code: str = TEA) -> Counter:
    """Begins another basket with one product."""
    page.goto("/till")
    counter = Counter(page)
    if page.locator("outage-ready").count():
        expect(page.locator("outage-ready")).to_have_attribute("data-state", "ready", timeout=PATIENCE)
    expect(page.locator("scan-box:defined")).to_be_attached()
    counter.scan(code)
    expect(counter.lines).to_have_count(1)
    return counter


def pay(page: Page) -> None:
    page.get_by_role("button", name="Exact").click()


def pay_again(page: Page, server: Mortal, number: int) -> None:
    """Pays again: nothing was stored, so the basket is still there when the server is back."""
    expect(page.locator("connection-note")).to_contain_text("Do not take the money twice", timeout=PATIENCE)
    note = page.locator("connection-note").element_handle()
    server.start()
    page.wait_for_function("note => !note.isConnected", arg=note, timeout=PATIENCE)
    expect(page.locator("scan-box:defined")).to_be_attached()
    assert Bill.objects.count() == number - 1
    pay(page)


def is_stored(counter: Counter, bills: int) -> None:
    expect(counter.receipt).to_be_visible(timeout=PATIENCE)
    assert Bill.objects.count() == bills


def each_sold(*, tea: int, milk: int = 0) -> None:
    sold = dict.fromkeys(["Green tea", "Milk"], Decimal(0))
    for line in BillLine.objects.all():
        sold[line.name] += line.quantity
    assert sold == {"Green tea": tea, "Milk": milk}
    assert_books_are_right()


def test_killed_between_scan_and_pay(till: Page, server: Mortal) -> None:
    for number in range(1, SALES + 1):
        server.start()
        counter = begin(till)
        server.kill()
        counter.scan(MILK)
        expect(till.locator("connection-note")).to_contain_text(f"Kept: {MILK}", timeout=PATIENCE)
        server.start()
        expect(counter.due).to_have_text("€14.50", timeout=PATIENCE)
        assert Bill.objects.count() == number - 1
        pay(till)
        is_stored(counter, number)
    assert server.deaths >= SALES
    each_sold(tea=SALES, milk=SALES)


def test_killed_before_it_reads_the_payment(till: Page, server: Mortal) -> None:
    for number in range(1, SALES + 1):
        server.start("before")
        counter = begin(till)
        pay(till)
        server.bury()
        pay_again(till, server, number)
        is_stored(counter, number)
    assert server.deaths >= SALES
    each_sold(tea=SALES)


def test_killed_within_the_transaction_of_the_sale(till: Page, server: Mortal) -> None:
    for number in range(1, SALES + 1):
        server.start()
        counter = begin(till)
        with transaction.atomic():
            lock("R1")
            pay(till)
            until_somebody_waits()
            server.kill()
        pay_again(till, server, number)
        is_stored(counter, number)
    assert server.deaths >= SALES
    each_sold(tea=SALES)


def test_killed_after_the_commit_and_before_the_answer(till: Page, server: Mortal) -> None:
    for number in range(1, SALES + 1):
        server.start("after")
        counter = begin(till)
        pay(till)
        server.bury()
        assert Bill.objects.count() == number
        server.start()
        is_stored(counter, number)
    assert server.deaths >= SALES
    each_sold(tea=SALES)


def test_killed_after_the_answer_and_before_the_receipt_is_read_again(till: Page, server: Mortal) -> None:
    for number in range(1, SALES + 1):
        server.start("receipt")
        counter = begin(till)
        pay(till)
        is_stored(counter, number)
        till.reload()
        server.bury()
        expect(till.locator("outage-till")).to_be_visible(timeout=PATIENCE)
        server.start()
        is_stored(counter, number)
    assert server.deaths >= SALES
    each_sold(tea=SALES)
