"""Every page in German, with no English left over."""

import re
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client

from accounts.models import User
from billing.basket import baskets
from billing.drawer import shifts
from billing.models import Basket, Bill, Register
from billing.order import Tendered
from billing.returns import refunds
from billing.returns.refundable import Returned
from billing.returns.refunds import Wish
from inventory.first_reasons import first_reasons
from inventory.models import Product, Reason
from members.models import Member
from tests.counter import sell
from tests.routes import ROUTES

ENGLISH = re.compile(
    r"\b(the|and|of|this|that|with|for|is|are|your|its|not|no|yet|here|from|by|till|basket|baskets|shift|shifts|cash"
    r"|card|cards|pay|paid|due|change|line|lines|refund|refunded|receipt|sale|sales|sold|points|member|members|customer"
    r"|drawer|count|counted|float|reason|price|prices|discount|amount|open|opened|close|closed|print|search|sign|user"
    r"|password|back|next|new|add|remove|set|cancel|park|parked|drop|keep|total|subtotal|tax|taxes|quantity|item|items"
    r"|product|products|bill|bills|reports?|revenue|day|month|year|today|cashier|manager|approve|approvals?|waiting"
    r"|nobody|nothing|everything|every|all|any|what|when|who|which|how|keys|other|left|none|only)\b",
    re.IGNORECASE,
)
NAMES = re.compile("The Shop|Till R1|Green tea|Milk")
# Left in English: the row name that css/admin.css hides, names of pictures, and codes.
UNSEEN = re.compile(r'<td class="(?:original|field-code)">.*?</td>|alt="Search"', re.DOTALL)
NO_PAGES = {
    "/service-worker.js",
    "/till/catalogue",
    "/healthz",
    "/metrics",
    "/readyz",
    "/till/scanner/read",
    "/buying/receive/find",
}
PAGES = sorted(
    path
    for path, methods in ROUTES.items()
    if "GET" in methods and "<" not in path and path not in NO_PAGES and not path.startswith(("/api/", "/admin/"))
)


class Words(HTMLParser):
    """Collects the text a reader or a screen reader gets."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.is_silent = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_silent = tag in ("script", "style", "code") or ("lang", "en") in attrs
        spoken = ("aria-label", "title", "placeholder", "alt")
        self.said += [value for name, value in attrs if name in spoken and value]

    def handle_endtag(self, tag: str) -> None:
        self.is_silent = False

    def handle_data(self, data: str) -> None:
        if data.strip() and not self.is_silent:
            self.said.append(data.strip())


def leftovers(page: str) -> list[str]:
    return [words for words in Words(page).said if ENGLISH.search(NAMES.sub("", words))]


@pytest.fixture
def german(settings: Any, may: User, r1: Register, tea: Product, milk: Product, olga: Member) -> Client:
    """May at a till, with a sale, a refund, an open basket, a parked one and an unknown code behind her."""
    settings.LANGUAGE_CODE = "de"
    Reason.objects.all().delete()
    first_reasons(apps, None)  # as a new German shop has them
    shifts.open_shift("R1", opening_float=Decimal("100"), by=may)
    Register.objects.update(outage_sales=True)
    browser = Client(headers={"Accept-Language": "de"})
    browser.force_login(may)
    browser.post("/shift/join", {"register": "R1"})
    sale = sell((tea, "2"), (milk, "1"), by=may, cash="50.00", member=olga.pk)
    back = Wish(uuid4(), sale.number, [Returned(1, Decimal(1))], [Tendered("cash", Decimal("12.50"))], "kaputt", "R1")
    refunds.refund(back, cashier=may)
    parked = baskets.start(r1, may)
    baskets.add(parked.pk, milk.pk)
    baskets.park(parked.pk, "", version=Basket.objects.get(pk=parked.pk).version)
    opened = baskets.start(r1, may)
    baskets.add(opened.pk, tea.pk, Decimal(20))
    browser.post(f"/till/{opened.pk}/scan", {"code": "9999999999994", "version": 1})
    return browser


@pytest.mark.parametrize("path", PAGES)
def test_page_is_german(path: str, german: Client) -> None:
    page = german.get(path, follow=True)
    assert page.status_code == 200
    assert '<html lang="de">' in page.text
    assert leftovers(page.text) == []


def test_pages_of_a_bill_and_a_member_are_german(german: Client, olga: Member) -> None:
    for bill in Bill.objects.all():
        for page in ("", "/receipt", "/refund"):
            assert leftovers(german.get(f"/bills/{bill.number}{page}", follow=True).text) == []
    assert leftovers(german.get(f"/members/{olga.number}").text) == []


def test_the_back_office_is_german(german: Client) -> None:
    english = {}
    for desk in admin.site._registry.values():
        listed = f"/admin/{desk.opts.app_label}/{desk.opts.model_name}/"
        newest = desk.model._default_manager.order_by("-pk").first()
        for path in (listed, f"{listed}add/", *([f"{listed}{newest.pk}/change/"] if newest else [])):
            page = german.get(path)
            if left := leftovers(UNSEEN.sub("", page.text)) if page.status_code == 200 else []:
                english[path] = left
    assert english == {}
