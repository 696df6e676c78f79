"""Ana practises at a till in training, which every page and receipt says."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import User
from billing.models import Bill, PracticeBill, Register, Shift
from inventory.models import Product
from tests.journeys.walking import TEA, Counter, complaints_of

pytestmark = pytest.mark.django_db(transaction=True)
BAND = ".training"
COLOURS = """() => {
  const { color, backgroundColor } = getComputedStyle(document.querySelector(".training"));
  return [color, backgroundColor];
}"""


@pytest.fixture
def counter(page: Page, ana: User, r1: Register, stocked: list[Product]) -> Iterator[Counter]:
    Register.objects.filter(pk=r1.pk).update(is_training=True)
    complaints = complaints_of(page)
    counter = Counter(page)
    counter.sign_in()
    yield counter
    assert not complaints


def test_a_sale_and_its_refund_are_practised_at_the_till(counter: Counter) -> None:
    page = counter.page
    page.goto("/till")
    expect(page.get_by_text("in training")).to_be_visible()
    page.get_by_role("button", name="Practise at this till").click()
    expect(page.locator(BAND)).to_contain_text("TRAINING")
    counter.scan(TEA)
    expect(counter.lines).to_have_count(1)
    expect(page.locator(BAND)).to_be_visible()
    page.get_by_label("Cash received").fill("20.00")
    page.get_by_role("button", name="Pay €12.50", exact=True).click()
    page.wait_for_url("**/bills/R1-T000001/receipt")
    expect(page.locator(BAND)).to_be_visible()
    expect(page.get_by_text("TRAINING: not a receipt")).to_have_count(2)
    page.get_by_role("button", name="Print").first.click()
    page.wait_for_url("**/bills/R1-T000001/practice/receipt")
    expect(page.get_by_text("TRAINING: not a receipt")).to_have_count(2)
    give_back_the_tea(page)
    page.get_by_role("link", name="Back to the till").click()
    expect(counter.lines).to_have_count(0)
    assert (Bill.objects.count(), Shift.objects.count(), PracticeBill.objects.count()) == (0, 0, 2)


def give_back_the_tea(page: Page) -> None:
    page.get_by_role("link", name="Next sale").click()
    page.locator("#code").fill("R1-T000001")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Refund", exact=True).click()
    expect(page.locator(BAND)).to_be_visible()
    page.get_by_role("button", name="One Green tea more").click()
    expect(page.locator("#confirm")).to_have_text("Refund €12.50")
    expect(page.locator("#exchange")).to_have_count(0)
    page.get_by_label("Reason").fill("torn")
    page.locator("#confirm").click()
    page.wait_for_url("**/bills/R1-TR000001/receipt")
    expect(page.locator(BAND)).to_be_visible()


def test_the_band_is_readable_in_light_and_dark(page: Page, ana: User, r1: Register, stocked: list[Product]) -> None:
    Register.objects.filter(pk=r1.pk).update(is_training=True)
    Counter(page).sign_in()
    page.goto("/shift/open")
    page.get_by_role("button", name="Practise at this till").click()
    expect(page.locator(BAND)).to_be_visible()
    seen = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        seen.add(tuple(page.evaluate(COLOURS)))
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    assert len(seen) == 2
