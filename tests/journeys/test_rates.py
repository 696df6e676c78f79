"""May changes both rates; earlier bills keep theirs."""

from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from billing.models import Bill
from members.models import Member
from pos import calendar
from tests.journeys.walking import TEA, Counter, complaints_of

pytestmark = pytest.mark.django_db(transaction=True)


def sell_tea_to(counter: Counter, member: Member, paid: str) -> Bill:
    counter.scan(TEA)
    counter.attach(member.number)
    expect(counter.due).to_have_text(paid)
    counter.page.get_by_role("button", name="Exact").click()
    expect(counter.receipt).to_contain_text(paid)
    number = counter.page.locator(".receipt__sums dd").first.inner_text()
    counter.page.get_by_role("link", name="Next sale").click()
    expect(counter.page.get_by_text("Ready for the next customer")).to_be_visible()
    return Bill.objects.get(number=number)


@pytest.fixture
def office(browser: Browser, live_server: LiveServer, may: User) -> Page:
    """May's own browser, in the back."""
    page = browser.new_context(base_url=live_server.url, locale="en-GB").new_page()
    Counter(page).sign_in("may")
    return page


def test_manager_changes_both_rates_and_the_last_bill_keeps_its_own(
    counter: Counter, vera: Member, office: Page
) -> None:
    complaints = complaints_of(office)
    counter.start()
    before = sell_tea_to(counter, vera, "€10.62")
    office.goto("/admin/pos/storesettings/")
    office.locator("#result_list tbody a").first.click()
    office.get_by_label("Point multiplier").fill("50")
    office.get_by_label("Vip discount rate").fill("20")
    office.get_by_role("button", name="Save", exact=True).click()
    expect(office.get_by_text("In force from the next sale on.")).to_be_visible()
    after = sell_tea_to(counter, vera, "€10.00")
    assert (after.vip_discount, after.points_earned) == (Decimal("2.50"), Decimal("5.00"))
    office.goto(f"/bills/{before.number}/receipt")
    expect(office.locator(".receipt")).to_contain_text("€10.62")
    before.refresh_from_db()
    assert (before.vip_discount, before.points_earned) == (Decimal("1.88"), Decimal("1.59"))
    assert before.terms_id != after.terms_id
    office.goto("/reports/month")
    expect(office.get_by_role("heading", level=1)).to_have_text(f"{calendar.today():%B %Y}")
    expect(office.get_by_role("main")).to_contain_text("€20.62")
    assert not complaints
