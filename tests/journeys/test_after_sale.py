"""What the page after a sale says, for every kind of bill; the customer's screen says the same."""

from collections.abc import Callable
from decimal import Decimal as D
from typing import NamedTuple
from uuid import uuid4

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import expect

from accounts.models import User
from billing.basket import customer_display
from billing.drawer import shifts
from billing.models import Bill, BillKind
from billing.order import Tendered
from billing.returns import refunds
from billing.returns.refund_bill import Wish
from inventory.models import Product
from members.models import Member
from pos.models import StoreSettings
from tests import cast
from tests.billing.test_credit import card_of, pay
from tests.billing.test_exchanges import one, swap
from tests.counter import sell
from tests.journeys.walking import Counter

pytestmark = pytest.mark.django_db(transaction=True)


class Shop(NamedTuple):
    ana: User
    tea: Product
    milk: Product
    gift: Product
    member: Member

    def taken_back(self, bill: Bill, **gets: str) -> Bill:
        back = [Tendered(method, D(amount)) for method, amount in gets.items()]
        return refunds.refund(Wish(uuid4(), bill.number, one(), back, "torn", "R1"), cashier=self.ana).bill

    def swapped(self, first: Product, other: Product, **more: dict[str, str]) -> Bill:
        bill = sell((first, "1"), by=self.ana, card=str(first.price))
        return swap(bill, one(), (other, "1"), by=self.ana, **more).sale

    def with_points(self, points: str, **paid: str) -> Bill:
        spent = {"member": self.member.pk, "points": D(points)}
        return sell((self.tea, "1"), by=self.ana, **spent, **paid)


@pytest.fixture
def shop(ana: User, tea: Product, milk: Product, saver: Member, r1: object) -> Shop:
    shifts.open_shift("R1", opening_float=D(100), by=ana)
    StoreSettings.change(by="may", require_pin_for_points=False, vip_discount_rate=D(0))
    return Shop(ana, tea, milk, cast.product("Bag", "0.00"), saver)


ENDS: dict[str, tuple[Callable[[Shop], Bill], str, list[str], str]] = {
    "exact cash": (lambda s: sell((s.tea, "1"), by=s.ana, cash="12.50"), "Paid", ["€12.50"], "Cash €12.50; no change"),
    "change": (lambda s: sell((s.tea, "1"), by=s.ana, cash="20.00"), "Change", ["€7.50"], "Cash €20.00"),
    "card": (lambda s: sell((s.tea, "1"), by=s.ana, card="12.50"), "Paid", ["€12.50"], "Card €12.50; no change"),
    "split": (
        lambda s: sell((s.tea, "1"), by=s.ana, card="10.00", cash="2.50"),
        "Paid",
        ["€12.50"],
        "Card €10.00; Cash €2.50; no change",
    ),
    "split with change": (
        lambda s: sell((s.tea, "1"), by=s.ana, card="10.00", cash="5.00"),
        "Change",
        ["€2.50"],
        "Card €10.00; Cash €5.00",
    ),
    "gift card": (
        lambda s: pay(s.tea, "1", s.ana, Tendered("gift_card", D("12.50"), card_of(s.ana, "20.00"))),
        "Paid",
        ["€12.50"],
        "no change",
    ),
    "points alone": (lambda s: s.with_points("12.50"), "Paid with points", ["€12.50"], "no change"),
    "points and cash": (lambda s: s.with_points("10.00", cash="5.00"), "Change", ["€2.50"], "Cash €5.00"),
    "costs nothing": (lambda s: sell((s.gift, "1"), by=s.ana), "Nothing to pay", ["€0.00"], ""),
    "exchange for dearer goods": (
        lambda s: s.swapped(s.milk, s.tea, pays={"card": "10.50"}),
        "Paid",
        ["€10.50"],
        "The difference: the goods brought back, R1-R000001, pay for the rest.",
    ),
    "exchange with change": (
        lambda s: s.swapped(s.milk, s.tea, pays={"cash": "20.00"}),
        "Change",
        ["€9.50"],
        "Cash €20.00",
    ),
    "even exchange": (
        lambda s: s.swapped(s.tea, s.tea),
        "Nothing to pay",
        ["€0.00"],
        "The goods brought back, R1-R000001, pay for these.",
    ),
    "exchange that pays out": (
        lambda s: s.swapped(s.tea, s.milk, gets={"card": "10.50"}),
        "Give back",
        ["€10.50"],
        "Card",
    ),
    "refund in two tenders": (
        lambda s: s.taken_back(sell((s.tea, "1"), by=s.ana, card="10.00", cash="2.50"), card="10.00", cash="2.50"),
        "Give back",
        ["€10.00", "€2.50"],
        "Cash",
    ),
    "refund of points": (
        lambda s: s.taken_back(s.with_points("12.50")),
        "Nothing to give back",
        ["€0.00"],
        "It was paid with points: 12.50 go back.",
    ),
    "the half of an exchange that came back": (
        lambda s: s.swapped(s.tea, s.tea).exchange,  # type: ignore[dict-item, return-value]
        "Nothing to give back",
        ["€0.00"],
        "In exchange for the goods of R1-000002.",
    ),
}
SAID_TO_CUSTOMERS = {"Give back": "You get back"}


@pytest.mark.parametrize("end", ENDS)
def test_page_after_a_sale_says_what_is_paid_and_what_to_hand_over(counter: Counter, shop: Shop, end: str) -> None:
    made, heading, amounts, more = ENDS[end]
    bill = made(shop)
    counter.sign_in()
    counter.page.goto(f"/bills/{bill.number}/receipt")
    beside = counter.page.locator(".after-sale__change")
    expect(beside.get_by_role("heading", level=1)).to_have_text(heading)
    expect(beside.locator("output")).to_have_text(amounts)
    for part in more.split("; "):
        expect(beside).to_contain_text(part)
    if bill.kind == BillKind.SALE:
        at = customer_display.showing(bill.register)
        shown = render_to_string("billing/display/_display.html", {"at": at, "register": bill.register})
        assert SAID_TO_CUSTOMERS.get(heading, heading) in shown
        assert amounts[0] in shown


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1024, 768), (390, 844)])
def test_change_and_next_sale_are_in_view(counter: Counter, shop: Shop, width: int, height: int) -> None:
    counter.page.set_viewport_size({"width": width, "height": height})
    counter.sign_in()
    for end in ("change", "split", "exchange for dearer goods", "exchange that pays out"):
        counter.page.goto(f"/bills/{ENDS[end][0](shop).number}/receipt")
        expect(counter.page.locator(".after-sale__change > output")).to_be_in_viewport(ratio=1)
        expect(counter.page.get_by_role("link", name="Next sale")).to_be_in_viewport(ratio=1)
