"""From an empty database to the first sale by the guide; the desk and the back office as a person uses them."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from billing.models import Bill, Register
from inventory.models import Product
from tests import cast
from tests.journeys.reading import AXE, Reader
from tests.journeys.walking import Counter, complaints_of

# The box of Django's own search field, which its script gives no name.
NOT_OURS = {"exclude": [[".select2-selection__rendered"]]}
pytestmark = pytest.mark.django_db(transaction=True)
BACK_OFFICE = (
    "/admin/",
    "/admin/inventory/product/",
    "/admin/inventory/product/add/",
    "/admin/billing/register/add/",
    "/admin/inventory/taxrate/",
    "/admin/pos/storesettings/",
    "/admin/accounts/user/add/",
)


def test_empty_shop_comes_to_its_first_sale_by_the_guide(page: Page, may: User) -> None:
    complaints = complaints_of(page)
    Counter(page).sign_in("may")
    expect(page).to_have_url(re.compile("/desk$"))
    page.get_by_role("link", name="Continue").click()
    page.get_by_label("Shop name").fill("Corner shop")
    page.get_by_label("Shop address").fill("Main Street 1")
    page.get_by_role("button", name="Save name and address").click()
    expect(page.locator("#shop .badge--done")).to_be_visible()
    page.get_by_label("Country").select_option("DE")
    page.get_by_role("button", name="Fill in its usual rates").click()
    expect(page.get_by_label("Rate 2, per cent")).to_have_value("7")
    page.get_by_role("button", name="Enter these rates").click()
    expect(page.locator("#taxes .badge--done")).to_be_visible()
    page.get_by_role("button", name="Add the till").click()
    expect(page.locator("#till .badge--done")).to_be_visible()
    page.get_by_role("button", name="Skip: The receipt printer").click()
    expect(page.locator("#printer .badge")).to_be_visible()
    good = page.get_by_role("group", name="Product 1")
    good.get_by_label("Name").fill("Green tea")
    good.get_by_label("Price").fill("12,50")
    good.get_by_label("On the shelf").fill("5")
    page.get_by_role("button", name="Put on sale").click()
    expect(page.get_by_text("1 product is on sale.")).to_be_visible()
    page.get_by_role("button", name="Put up three samples").click()
    expect(page.locator("#goods .badge--done")).to_be_visible()
    page.get_by_role("link", name="Open a till and sell").click()
    page.get_by_label("Float in the drawer").fill("100")
    page.get_by_role("button", name="Open Front till").click()
    page.get_by_label("Scan a code").fill("green tea")
    page.keyboard.press("Enter")
    expect(page.locator(".basket__line")).to_have_count(1)
    page.get_by_role("button", name=re.compile("^Pay")).first.click()
    expect(page.locator(".receipt")).to_be_visible()
    assert Bill.objects.get().total == Product.objects.get(name="Green tea").price
    page.goto("/desk")
    expect(page.get_by_role("link", name="A cashier with a PIN")).to_be_visible()
    expect(page.get_by_role("link", name="The first sale")).to_have_count(0)
    assert not complaints


def test_desk_and_guide_can_be_read_and_hit_by_everyone(page: Page, may: User, r1: Register) -> None:
    cast.product("Jam", "3.90", "1", reorder_point=2)
    reader = Reader(page)
    Counter(page).sign_in("may")
    for address in ("/desk", "/desk/begin"):
        page.goto(address)
        reader.check(address)
    page.goto("/desk")
    page.get_by_role("link", name="Running low").click()
    expect(page.get_by_role("link", name="Jam")).to_be_visible()
    assert not reader.found


def test_back_office_has_the_shops_top_bar_and_axe_finds_nothing(page: Page, may: User, tea: Product) -> None:
    Counter(page).sign_in("may")
    found = []
    for address in (*BACK_OFFICE, f"/admin/inventory/product/{tea.pk}/change/"):
        page.goto(address)
        expect(page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Desk")).to_be_visible()
        faults = AXE.run(page, context=NOT_OURS, options={"preload": False}).response["violations"]
        found += [(address, fault["id"], [node["html"][:160] for node in fault["nodes"]]) for fault in faults]
    assert not found, "\n".join(map(str, found))
