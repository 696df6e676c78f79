"""A delivery is received by scanning at full speed, and survives a reload."""

from decimal import Decimal as D

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.models import User
from inventory.buying import orders, suppliers
from inventory.buying.orders import Ordered
from inventory.models import GoodsReceipt, Product, ReceiptDraft, Stock, Supplier
from tests.journeys.reading import Reader
from tests.journeys.walking import MILK, TEA, Counter, complaints_of, with_a_slow_scanner

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def leaf(may: User) -> Supplier:
    return suppliers.enter(Supplier(), by=may, name="Leaf & Co")


@pytest.fixture
def store_room(page: Page, may: User, leaf: Supplier, stocked: list[Product]) -> Page:
    Counter(page).sign_in("may")
    page.goto("/buying/receive")
    expect(page.locator("delivery-queue:defined")).to_be_attached()
    expect(page.get_by_label("Scan a code")).to_be_focused()
    return page


def came(page: Page, product: Product) -> str:
    return page.locator(f"#quantity-{product.pk}").input_value()


def test_no_scan_is_lost_at_a_scanners_pace(store_room: Page, tea: Product, milk: Product) -> None:
    page = store_room
    with_a_slow_scanner(page)
    complaints = complaints_of(page)
    for code in [TEA, MILK, MILK] * 5:
        page.keyboard.type(f"{code}\n", delay=10)
    expect(page.locator(f"#quantity-{milk.pk}")).to_have_value("10")
    expect(page.locator(f"#quantity-{tea.pk}")).to_have_value("5")
    page.get_by_label("Times").fill("12")
    page.keyboard.type(f"{TEA}\n", delay=10)
    expect(page.locator(f"#quantity-{tea.pk}")).to_have_value("17")
    expect(page.get_by_label("Times")).to_have_value("")
    page.get_by_label("Times").fill("2")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Scan a code")).to_be_focused()
    page.keyboard.type(f"{MILK}\n", delay=10)
    expect(page.locator(f"#quantity-{milk.pk}")).to_have_value("12")
    page.keyboard.type("0000000000000\n", delay=10)
    page.keyboard.type(f"{TEA}\n", delay=10)
    expect(page.locator(f"#quantity-{tea.pk}")).to_have_value("18")
    expect(page.get_by_role("alert").filter(has_text="does not know 0000000000000")).to_be_visible()
    page.reload()
    expect(page.locator(f"#quantity-{tea.pk}")).to_have_value("18")
    assert not complaints


def test_delivery_is_booked_with_its_note_and_costs(store_room: Page, leaf: Supplier, tea: Product) -> None:
    page = store_room
    page.get_by_label("Supplier", exact=True).select_option("Leaf & Co")
    page.get_by_label("Delivery note").fill("L-77")
    page.get_by_label("Scan a code").click()
    page.keyboard.type(f"{TEA}\n", delay=10)
    expect(page.locator(f"#quantity-{tea.pk}")).to_have_value("1")
    page.locator(f"#cost-{tea.pk}").fill("4,50")
    page.locator(f"#damaged-{tea.pk}").fill("1")
    page.get_by_role("button", name="Book 1 article").click()
    expect(page.get_by_role("heading", name="GR-000001")).to_be_visible()
    receipt = GoodsReceipt.objects.get()
    line = receipt.lines.get()
    assert (receipt.supplier, receipt.note_number) == (leaf, "L-77")
    assert (line.quantity, line.damaged, line.cost) == (1, 1, D("4.50"))
    assert Stock.objects.get(product=tea).quantity == 10
    assert not ReceiptDraft.objects.exists()


def test_press_is_not_lost_when_an_answer_redraws_the_page(store_room: Page, tea: Product) -> None:
    page = store_room
    page.get_by_label("Scan a code").click()
    page.keyboard.type(f"{TEA}\n", delay=10)
    expect(page.locator(f"#quantity-{tea.pk}")).to_have_value("1")
    page.locator(f"#cost-{tea.pk}").fill("4,50")
    page.get_by_role("button", name="Book 1 article").hover()
    with page.expect_response("**/buying/**"):
        page.mouse.down()  # leaving the field saves it
    page.wait_for_timeout(200)
    page.mouse.up()
    expect(page.get_by_role("heading", name="GR-000001")).to_be_visible()
    assert GoodsReceipt.objects.get().lines.get().cost == D("4.50")


def test_pages_of_buying_are_accessible(
    page: Page, may: User, leaf: Supplier, stocked: list[Product], tea: Product, may_web: Client
) -> None:
    order = orders.create(leaf.pk, [Ordered(tea.pk, D(2), cost=D("4.50"))], by=may)
    found: list[str] = []
    reader = Reader(page, None, found)
    Counter(page).sign_in("may")
    page.goto(f"/buying/orders/{order.number}")
    reader.check("draft order")
    page.get_by_role("button", name="It is sent").click()
    page.get_by_role("button", name="Receive its goods").click()
    page.get_by_role("button", name="All as ordered").click()
    expect(page.locator(f"#quantity-{tea.pk}")).to_have_value("2")
    reader.check("receiving an order")
    page.get_by_role("button", name="Book 1 article").click()
    expect(page.get_by_role("heading", name="GR-000001")).to_be_visible()
    reader.check("goods receipt")
    for where in ("/buying/suppliers", f"/buying/suppliers/{leaf.pk}", "/buying/orders", "/buying/receipts"):
        page.goto(where)
        reader.check(where)
    assert not found, "\n".join(found)
