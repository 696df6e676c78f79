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
from tests.journeys import guide
from tests.journeys.reading import AXE, TOO_SMALL, Reader
from tests.journeys.walking import Counter, complaints_of

# The search field that Django's script adds without a label.
NOT_OURS = {"exclude": [[".select2-selection__rendered"]]}
pytestmark = pytest.mark.django_db(transaction=True)
# Its label is a target too, as high as a finger
HAS_LABEL = re.compile('<input type="checkbox" name="[a-z_0-9-]+"')
RAW_ID = re.compile(r"\w+ object \(\d+\)")


def test_guide_leads_an_empty_shop_to_its_first_sale(page: Page, may: User) -> None:
    complaints = complaints_of(page)
    Counter(page).sign_in("may")
    guide.walk(page)
    assert Bill.objects.get().total == Product.objects.get(name="Green tea").price
    page.goto("/desk")
    expect(page.get_by_role("link", name="A cashier with a PIN")).to_be_visible()
    expect(page.get_by_role("link", name="The first sale")).to_have_count(0)
    assert not complaints


def test_desk_and_guide_are_accessible(page: Page, may: User, r1: Register) -> None:
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


def test_back_office_has_the_shops_top_bar_and_is_accessible(
    page: Page, ana: User, may: User, shift: Shift, tea: Product
) -> None:
    """Every list in the admin registry, its first row's form and its add form; where there are both forms, axe reads
    the add form, as their fields are the same."""
    sell((tea, "1"), by=ana, cash="20")
    Counter(page).sign_in("may")
    found, known = [], addresses(page)
    for address in known:
        page.goto(address)
        found += [(address, "a raw id", words) for words in RAW_ID.findall(page.locator("#content").inner_text())]
        expect(page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Desk")).to_be_visible()
        if re.sub(r"[^/]+/change/$", "add/", address) in set(known) - {address}:
            continue
        asked = {"preload": False, "resultTypes": ["violations"]}
        faults = AXE.run(page, context=NOT_OURS, options=asked).response["violations"]
        found += [(address, fault["id"], [node["html"][:160] for node in fault["nodes"]]) for fault in faults]
        found += [(address, "too small", small) for small in page.evaluate(TOO_SMALL, 44) if not HAS_LABEL.match(small)]
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
