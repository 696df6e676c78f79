"""Approvals at the till and by phone; a till that locks, is unlocked, and is taken over."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Approval, User
from billing.models import CashMovement
from tests.cast import PASSWORD, TILL_PIN
from tests.journeys.walking import TEA, Counter, complaints_of

pytestmark = pytest.mark.django_db(transaction=True)


def pay_out(page: Page, amount: str) -> None:
    page.get_by_text("Pay out", exact=True).click()
    page.get_by_label("Amount").fill(amount)
    page.get_by_label("Reason").fill("window cleaner")
    page.get_by_role("button", name="Note it").click()


def ask_for_a_pay_out(page: Page) -> None:
    page.goto("/shift")
    pay_out(page, "60")
    expect(page.get_by_role("alert")).to_contain_text("A manager has to approve this: pay-out.")


def test_manager_approves_on_the_spot(counter: Counter, may: User) -> None:
    page = counter.page
    counter.start()
    ask_for_a_pay_out(page)
    page.get_by_label("Manager or badge").fill("may")
    page.get_by_label("Manager's PIN").fill(TILL_PIN)
    page.get_by_label("Manager's PIN").press("Enter")
    expect(page.get_by_label("Manager's PIN")).to_have_count(0)
    expect(page.get_by_role("heading", name="So far")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("window cleaner")
    assert Approval.objects.get(deed="used").approver == may


def test_manager_approves_from_the_phone(
    counter: Counter, may: User, browser: Browser, live_server: LiveServer
) -> None:
    page = counter.page
    counter.start()
    ask_for_a_pay_out(page)
    context = browser.new_context(
        base_url=live_server.url, locale="en-GB", viewport={"width": 390, "height": 844}, has_touch=True
    )
    phone = context.new_page()
    complaints = complaints_of(phone)
    phone.goto("/sign-in?next=/approvals")
    phone.get_by_label("Username").fill("may")
    phone.get_by_label("Password").fill(PASSWORD)
    phone.get_by_role("button", name="Sign in").click()
    expect(phone.get_by_text("Nobody is waiting")).to_be_visible()
    page.get_by_role("button", name="Ask a manager's phone").click()
    expect(page.get_by_text("Asked the managers.")).to_be_visible()
    expect(phone.get_by_text("window cleaner")).to_be_visible()
    phone.get_by_role("button", name="Approve").tap()
    expect(phone.get_by_text("Nobody is waiting")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("window cleaner")
    expect(page.get_by_label("Manager's PIN")).to_have_count(0)
    assert CashMovement.objects.filter(kind="pay_out").count() == 1
    assert not complaints
    context.close()


def test_idle_till_locks_and_unlocking_brings_the_basket_back(counter: Counter) -> None:
    page = counter.page
    page.clock.install()
    counter.start()
    counter.scan(TEA)
    expect(counter.lines).to_have_count(1)
    here = page.url
    page.clock.fast_forward("06:00")
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    page.locator("h1").evaluate("heading => heading.id = 'before'")
    page.go_back()
    expect(page.locator("h1:not(#before)")).to_have_text("Locked")  # and not the previous page
    page.get_by_label("PIN, or password").fill(TILL_PIN)
    page.get_by_label("PIN, or password").press("Enter")
    expect(page.get_by_text("Green tea").first).to_be_visible()
    assert page.url == here


def test_ben_takes_over_and_ana_comes_back_to_her_basket(counter: Counter, ben: User) -> None:
    page = counter.page
    counter.start()
    counter.scan(TEA)
    expect(counter.lines).to_have_count(1)
    for name, sees_tea in (("ben", False), ("ana", True)):
        page.get_by_role("button", name="Lock or hand over").click()
        page.get_by_label("User name or badge").fill(name)
        page.get_by_label("PIN, or password").fill(TILL_PIN)
        page.get_by_role("button", name="Open").click()
        expect(page.get_by_role("banner")).to_contain_text(name.capitalize())
        expect(counter.lines).to_have_count(int(sees_tea))


def test_manager_gives_ana_a_limit_of_her_own_and_the_till_keeps_it(
    counter: Counter, may: User, browser: Browser, live_server: LiveServer
) -> None:
    page = counter.page
    counter.start()
    ask_for_a_pay_out(page)
    context = browser.new_context(base_url=live_server.url, locale="en-GB")
    desk = context.new_page()
    complaints = complaints_of(desk)
    Counter(desk).sign_in("may")
    desk.goto("/person/ana")
    desk.get_by_role("link", name="What this person may do alone").click()
    expect(desk.get_by_role("heading", name="Limits of Ana")).to_be_visible()
    desk.get_by_label("pay-out, amount: alone up to", exact=True).fill("60")
    desk.get_by_role("button", name="Save the limits").click()
    expect(desk.get_by_text("In force at once.")).to_be_visible()
    expect(desk.get_by_role("row", name="Pay-out, amount")).to_contain_text("own limits")
    page.goto("/shift")
    pay_out(page, "60")
    expect(page.get_by_role("main")).to_contain_text("window cleaner")
    expect(page.get_by_role("alert")).to_have_count(0)
    pay_out(page, "60.01")
    expect(page.get_by_role("alert")).to_contain_text("A manager has to approve this: pay-out.")
    assert CashMovement.objects.filter(kind="pay_out").count() == 1
    assert not complaints
    context.close()
