"""A scan at the till asks the database few questions, however many lines the basket has."""

import re
from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from billing.basket import baskets, lines
from billing.models import Basket, Shift
from inventory.models import Product
from members.models import Member

TEA, MILK = "4006381333931", "4011800525224"


@pytest.fixture
def till(ana_web: Client, shift: Shift, tea: Product, milk: Product) -> Client:
    ana_web.post("/shift/join", {"register": "R1"})
    ana_web.get("/till")
    return ana_web


@pytest.fixture
def basket(till: Client, shift: Shift) -> Basket:
    return baskets.current(shift.register, shift.opened_by)


def asked(till: Client, basket: Basket, code: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        scan = {"code": code, "once": str(uuid4())}
        answer = till.post(f"/till/{basket.pk}/scan", scan, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return len([query for query in queries if "SAVEPOINT" not in query["sql"]])


def test_scan_asks_at_most_seven_questions(till: Client, basket: Basket) -> None:
    assert [asked(till, basket, code) for code in (TEA, MILK, TEA)] == [7, 7, 7]


def test_scan_for_a_member_asks_one_more(till: Client, basket: Basket, vera: Member) -> None:
    Basket.objects.filter(pk=basket.pk).update(member=vera)
    assert [asked(till, basket, code) for code in (TEA, MILK, TEA)] == [8, 8, 8]


def test_scan_shows_the_basket_as_it_is_kept(till: Client, basket: Basket) -> None:
    for code in (TEA, MILK, TEA):
        asked(till, basket, code)
    shown = till.post(f"/till/{basket.pk}/scan", {"code": TEA}, headers={"HX-Request": "true"})
    read = till.get(f"/till/{basket.pk}", headers={"HX-Request": "true"})
    assert drawn(shown) == drawn(read)
    assert "Green tea" in drawn(shown)


def drawn(page: Any) -> str:
    inside: str = page.text.partition('id="basket"')[2]
    return re.sub(r'name="(csrfmiddlewaretoken|key)" value="[^"]*"', "", inside)


def scanned(till: Client, basket: Basket, code: str) -> str:
    page: str = till.post(f"/till/{basket.pk}/scan", {"code": code}, headers={"HX-Request": "true"}).text
    return page


def test_price_changed_meanwhile_is_shown_at_the_next_scan(till: Client, basket: Basket, tea: Product) -> None:
    assert "€12.50" in scanned(till, basket, TEA)
    Product.objects.filter(pk=tea.pk).update(price=D("13.70"))
    page = scanned(till, basket, MILK)
    assert ("€13.70" in page, "€12.50" in page) == (True, False)


def test_line_drawn_before_shows_what_was_done_to_it(till: Client, basket: Basket, ana: User) -> None:
    scanned(till, basket, TEA)
    line = basket.lines.get()
    basket.refresh_from_db()
    lines.write_note(basket.pk, line.pk, "for grandmother", version=basket.version, by=ana)
    assert "for grandmother" in scanned(till, basket, MILK)


def test_every_form_of_a_line_drawn_before_has_the_newest_version(till: Client, basket: Basket) -> None:
    scanned(till, basket, TEA)
    page = scanned(till, basket, MILK)
    basket.refresh_from_db()
    assert set(re.findall(r'name="version" value="([^"]*)"', page)) == {str(basket.version)}
    tokens = re.findall(r'name="csrfmiddlewaretoken" value="([^"]*)"', page)
    assert len(set(tokens)) == 1
    assert len(tokens[0]) == 64
