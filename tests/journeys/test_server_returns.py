"""After the server restarts the till asks again within a second, however long it was down."""

from collections.abc import Iterator
from time import monotonic

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from billing.models import Register
from inventory.models import Product
from tests.journeys.mortal import Mortal
from tests.journeys.outages import Away
from tests.journeys.walking import MILK, TEA, Counter

pytestmark = pytest.mark.django_db(transaction=True)
A_SECOND = 1000
PATIENCE = 20  # of ours, with a busy machine
AWAY_FOR = 12  # seconds: long enough for a doubling pause to exceed one second by far


class Waiting:
    """A page whose clock is advanced by the second, and whose requests are counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.tries = page, 0
        page.on("requestfinished", lambda asked: self._count(asked.url))
        page.on("requestfailed", lambda asked: self._count(asked.url))

    def _count(self, address: str) -> None:
        self.tries += address.endswith("/readyz")

    def a_second(self) -> None:
        self.page.clock.run_for(A_SECOND)

    def asks_every_second(self) -> None:
        for _ in range(AWAY_FOR):
            before, end = self.tries, monotonic() + PATIENCE
            self.a_second()
            while self.tries == before:
                assert monotonic() < end, "a second went by, and the till did not ask"
                self.page.wait_for_timeout(20)


@pytest.fixture
def page(browser: Browser, server: Mortal, ana_web: Client, leave: Register, stocked: list[Product]) -> Iterator[Page]:
    """Ana's till, whose clock the test controls."""
    ana_web.post("/shift/join", {"register": "R1"})
    server.start()
    context = browser.new_context(base_url=server.base, locale="en-GB")
    context.add_cookies([{"name": "sessionid", "value": ana_web.cookies["sessionid"].value, "url": server.base}])
    page = context.new_page()
    page.clock.install()
    yield page
    context.close()


def stop_the_clock(page: Page) -> None:
    page.clock.pause_at(page.evaluate("Date.now() / 1000") + 1)


def test_kept_scan_is_added_within_a_second_of_the_servers_return(page: Page, server: Mortal) -> None:
    page.goto("/till")
    till, waiting = Counter(page), Waiting(page)
    till.scan(TEA)
    expect(till.lines).to_have_count(1)
    server.kill()
    till.scan(MILK)
    expect(page.locator("connection-note")).to_contain_text(f"Kept: {MILK}")
    stop_the_clock(page)
    waiting.asks_every_second()
    server.start()
    waiting.a_second()
    expect(till.due).to_have_text("€14.50")
    expect(page.locator("connection-note")).to_be_hidden()


def test_page_of_the_outage_posts_its_sales_within_a_second_of_the_servers_return(page: Page, server: Mortal) -> None:
    till, waiting = Away(page), Waiting(page)
    page.goto("/till")
    till.be_ready()
    server.kill()
    page.goto("/till")
    expect(page.locator("outage-till")).to_have_attribute("data-state", "away")
    till.ring_up(TEA, "20")
    expect(till.kept).to_have_count(1)
    stop_the_clock(page)
    waiting.asks_every_second()
    server.start()
    waiting.a_second()
    expect(till.kept).to_have_count(0)
