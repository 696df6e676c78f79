"""From an empty database to the first sale by the guide; the desk and the back office as a person uses them."""

import re

import pytest
from django.contrib import admin
from playwright.sync_api import Page, expect

from accounts.models import User
from billing.models import Bill, Register, Shift
from inventory.models import Product
from tests import cast
from tests.counter import sell
from tests.journeys.reading import AXE, TOO_SMALL, Reader
from tests.journeys.walking import Counter, complaints_of

# The box of Django's own search field, which its script gives no name.
NOT_OURS = {"exclude": [[".select2-selection__rendered"]]}
pytestmark = pytest.mark.django_db(transaction=True)
# Its label beside it is as good to hit, and as high as a finger
HAS_LABEL = re.compile('<input type="checkbox" name="[a-z_0-9-]+"')
RAW_ID = re.compile(r"\w+ object \(\d+\)")


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


def test_back_office_has_the_shops_top_bar_and_can_be_read_and_hit_by_everyone(
    page: Page, ana: User, may: User, shift: Shift, tea: Product
) -> None:
    """Every list, the form of its first row and that of a new one, as the registry has them."""
    sell((tea, "1"), by=ana, cash="20")
    Counter(page).sign_in("may")
    found = []
    for address in addresses(page):
        page.goto(address)
        expect(page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Desk")).to_be_visible()
        faults = AXE.run(page, context=NOT_OURS, options={"preload": False}).response["violations"]
        found += [(address, fault["id"], [node["html"][:160] for node in fault["nodes"]]) for fault in faults]
        found += [(address, "too small", small) for small in page.evaluate(TOO_SMALL, 44) if not HAS_LABEL.match(small)]
        found += [(address, "a raw id", words) for words in RAW_ID.findall(page.locator("#content").inner_text())]
    assert not found, "\n".join(map(str, found))


def addresses(page: Page) -> list[str]:
    known = [f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in admin.site._registry]
    found = ["/admin/"]
    for address in known:
        page.goto(address)
        rows = page.locator("#result_list tbody th a")
        new = page.locator(f'a[href="{address}add/"]')
        ways = [*rows.all()[:1], *new.all()[:1]]
        found += [address, *[way.get_attribute("href") or "" for way in ways]]
    return found
