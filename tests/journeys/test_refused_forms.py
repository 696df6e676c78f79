"""A refused form keeps what was typed, with and without script."""

import pytest
from playwright.sync_api import expect

from members.models import Member
from tests.cast import PIN
from tests.journeys.walking import TEA, Counter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at_tea(either_counter: Counter) -> Counter:
    """A tea in the basket of Ana's open till."""
    counter = either_counter
    counter.start()
    counter.scan(TEA)
    expect(counter.lines).to_have_count(1)
    return counter


def test_refused_cash_stays_in_the_field(at_tea: Counter) -> None:
    page = at_tea.page
    for typed, said in (("5", "does not cover"), ("1O", "number")):
        page.get_by_label("Cash received").fill(typed)
        page.locator("#pay-cash").click()
        expect(page.locator("#basket").get_by_role("alert")).to_contain_text(said)
        expect(page.get_by_label("Cash received")).to_have_value(typed)
    page.get_by_label("Cash received").fill("20")
    page.locator("#pay-cash").click()
    expect(at_tea.receipt).to_contain_text("€7.50")


def test_refused_split_stays_open_with_every_part(at_tea: Counter) -> None:
    page = at_tea.page
    page.locator(".segment").get_by_text("Split").click()
    page.locator("#split-cash").fill("2")
    page.locator("#split-card").fill("3.5")
    page.get_by_label("Reference of Card").fill("T-881")
    page.locator(".payment__panel--split .button--pay").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.locator("#split-cash")).to_have_value("2")
    expect(page.locator("#split-card")).to_have_value("3.5")
    expect(page.get_by_label("Reference of Card")).to_have_value("T-881")


def test_refused_card_payment_keeps_its_panel_but_never_a_card_number(at_tea: Counter) -> None:
    page = at_tea.page
    page.locator(".segment").get_by_text("Card").click()
    page.get_by_label("Terminal reference").fill("4111 1111 1111 1111")
    page.locator("#pay-card").click()
    expect(page.get_by_role("alert").first).to_contain_text("card number")
    expect(page.get_by_label("Terminal reference")).to_be_visible()
    expect(page.get_by_label("Terminal reference")).to_have_value("")


def test_refused_points_stay_and_the_pin_does_not(at_tea: Counter, saver: Member) -> None:
    page = at_tea.page
    at_tea.attach(saver.number)
    page.get_by_text("Spend points").click()
    page.get_by_label("Points").fill("5")
    page.get_by_label("Member's PIN").fill("000000" if PIN != "000000" else "000001")
    page.get_by_role("button", name="Use").click()
    expect(page.get_by_role("alert").first).to_contain_text("PIN")
    expect(page.get_by_label("Points")).to_have_value("5")
    expect(page.get_by_label("Member's PIN")).to_have_value("")


def test_refused_line_sheet_keeps_what_was_typed(at_tea: Counter) -> None:
    page = at_tea.page
    page.get_by_role("link", name="Green tea").click()
    page.locator("#sheet-percent").fill("120")
    page.locator("#sheet-percent").press("Enter")
    expect(page.locator(".sheet__refusal")).not_to_be_empty()
    expect(page.locator("#sheet-percent")).to_have_value("120")
    page.locator("#sheet-percent").fill("10")
    page.locator("#sheet-percent").press("Enter")
    expect(at_tea.due).to_have_text("€11.25")
    expect(page.locator("#sheet-percent")).to_be_hidden()


def test_refused_discount_stays_open_with_what_was_typed(at_tea: Counter) -> None:
    page = at_tea.page
    page.get_by_role("button", name="Discount").click()
    page.locator("#bill-percent").fill("120")
    page.get_by_role("button", name="Set the discount").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.locator("#bill-percent")).to_have_value("120")
    page.locator("#bill-percent").fill("5")
    page.get_by_role("button", name="Set the discount").click()
    expect(at_tea.due).to_have_text("€11.87")


def test_refused_label_of_a_parked_basket_stays(at_tea: Counter) -> None:
    page = at_tea.page
    page.get_by_role("button", name="Park").click()
    page.get_by_label("A word to find it again").fill("blue coat")
    page.locator("#park [name=version]").evaluate("field => (field.value = 999)") if at_tea.has_script else None
    page.locator("#park").get_by_role("button", name="Park").click()
    if at_tea.has_script:
        expect(page.get_by_role("alert").first).to_contain_text("Somebody changed this")
        expect(page.get_by_label("A word to find it again")).to_have_value("blue coat")
    else:
        expect(page.get_by_role("button", name="blue coat")).to_be_visible()


def test_unknown_member_stays_in_the_field(at_tea: Counter) -> None:
    at_tea.attach("nobody@example.org")
    expect(at_tea.page.get_by_role("alert").first).to_contain_text("No member")
    expect(at_tea.page.get_by_role("textbox", name="Member", exact=True)).to_have_value("nobody@example.org")
