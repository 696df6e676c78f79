"""What a machine sold while it was away becomes a bill on the day it was sold, or waits for a manager: never less."""

from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from billing.drawer import shifts
from billing.models import Bill, OutageProblem, OutageSale, Register
from inventory.models import Product, TaxRate
from pos import calendar
from reports.figures import queries
from reports.figures.periods import Period
from reports.journal import days, facts
from reports.rollups import keeping
from tests.at_once import at_once
from tests.cast import product, till
from tests.keys import machine
from tests.late_sales import PROBLEMS, asked, send
from tests.outage import left
from tests.proof import assert_books_are_right

pytestmark = pytest.mark.django_db


@pytest.fixture
def kiosk(may: User) -> Client:
    return machine(may, "late-sales:write", "bills:read", most_per_sale=D(100), registers=["API"])


def days_ago(number: int) -> tuple[str, date]:
    """Just before this moment so many days ago, as a machine writes it, and its business date."""
    at = timezone.localtime() - timedelta(number, seconds=1)
    return at.isoformat(), at.date()


def test_late_sale_is_a_bill_on_the_day_it_was_sold(kiosk: Client, tea: Product) -> None:
    at, day = days_ago(3)
    key = str(uuid4())
    first = send(kiosk, asked(tea, sold_at=at, shown_total="25.00", receipt="K7"), key)
    assert first.status_code == 201, first.content
    bill = first.json()
    assert (bill["number"], bill["business_date"], bill["total"]) == ("API-000001", day.isoformat(), "25.00")
    assert (bill["payments"][0]["method"], left(tea)) == ("card", D(8))
    again = send(kiosk, asked(tea, sold_at=at, shown_total="25.00", receipt="K7"), key)
    assert (again.status_code, again.headers["Idempotent-Replayed"], again.json()) == (200, "true", bill)
    assert kiosk.get(f"/api/v1/bills/by-key/{key}").json() == bill
    other = send(kiosk, asked(tea, sold_at=at, quantity="1"), key)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    sale = OutageSale.objects.get()
    assert (sale.provisional_number, sale.booked_on) == ("API-L-K7", calendar.today())
    assert Bill.objects.count() == 1
    assert_books_are_right()


def test_day_it_was_sold_has_its_figures_and_the_open_day_its_journal(kiosk: Client, tea: Product, may: User) -> None:
    at, day = days_ago(2)
    send(kiosk, asked(tea, sold_at=at))
    while keeping.work_one():
        pass
    assert days.handed_over(day)["final"]
    send(kiosk, asked(tea, quantity="1", sold_at=at, paid="12.50"))
    assert queries.revenue(Period(day, day + timedelta(1))).revenue == D("37.50")
    keeping.Patience.until = 0  # it has looked just now
    assert keeping.next_day(calendar.today()) == day
    assert not facts.of_day(day)
    (booked,) = facts.of_day(calendar.today()).values()
    assert booked.tenders == {"card": D("37.50")}
    assert not days.is_final(calendar.today())
    assert_books_are_right()


def test_shift_still_open_from_that_day_keeps_the_sale_in_its_journal(ana: User, may: User, tea: Product) -> None:
    at, day = days_ago(1)
    r1 = till("R1")
    shift = shifts.open_shift("R1", opening_float=D(0), by=ana)
    type(shift).objects.filter(pk=shift.pk).update(business_date=day, opened_at=at)
    sold = send(machine(may, "late-sales:write"), asked(tea, sold_at=at, register=r1.code.lower()))
    assert sold.status_code == 201, sold.content
    assert OutageSale.objects.get().booked_on is None
    assert not days.is_final(day)
    (booked,) = facts.of_day(day).values()
    assert booked.tenders == {"card": D("25.00")}


WAITS: dict[str, tuple[str, dict[str, Any]]] = {
    "dearer since": ("was sold at", {"price": "11.00", "paid": "22.00"}),
    "cheaper since": ("was sold at", {"price": "14.00", "paid": "28.00"}),
    "out of stock": ("Not enough on the shelf", {"quantity": "8", "paid": "100.00"}),
    "off sale": ("is no longer on sale", {}),
    "removed": ("No such tea is not known", {"lines": [{"product": 10**9, "name": "No such tea"}]}),
    "unknown code": ("4000000000006 is not known", {"lines": [{"barcode": "4000000000006"}]}),
    "another tax": ("was sold with 7% tax", {"lines": [{"tax_rate": "0.07"}]}),
    "another total": ("The total is now", {"shown_total": "24.00"}),
    "paid too little": ("", {"paid": "20.00"}),
    "unknown tender": ("does not take", {"payments": [{"method": "shells", "amount": "25.00"}]}),
    "closed shift": ("has no open shift", {"register": "R2"}),
    "no such register": ("no register R7", {"register": "R7"}),
    "more than the key may sell": ("at most", {"quantity": "9", "paid": "112.50"}),
    "a clock in the future": ("that cannot be", {"sold_at": "2090-01-01T00:00:00Z"}),
    "a dead clock": ("that cannot be", {"sold_at": "1970-01-01T00:00:07Z"}),
    "for adults": ("is sold from 18", {}),
}


def arranged(way: str, tea: Product) -> None:
    if way == "off sale":
        Product.objects.filter(pk=tea.pk).update(is_active=False)
    if way == "out of stock":
        tea.stock.quantity = 3
        tea.stock.save()
    if way == "for adults":
        Product.objects.filter(pk=tea.pk).update(minimum_age=18)


@pytest.mark.parametrize("way", WAITS)
def test_late_sale_that_differs_waits_and_is_never_lost(way: str, may: User, may_api: Client, tea: Product) -> None:
    till("R2")
    kiosk, key = machine(may, "late-sales:write", "bills:read", most_per_sale=D(100)), str(uuid4())
    reason, differs = WAITS[way]
    arranged(way, tea)
    content = asked(tea, **{"sold_at": days_ago(1)[0], **differs})
    if "lines" in differs:
        usual = asked(tea)["lines"][0]
        named = {} if "barcode" in differs["lines"][0] else {"product": usual.pop("product")}
        usual.pop("product", None)
        content["lines"] = [{**usual, **named, **differs["lines"][0]}]
    first = send(kiosk, content, key)
    assert first.status_code == 202, first.content
    told = first.json()
    assert (told["state"], told["key"], told["closed_because"]) == ("waiting", key, None)
    assert reason in " ".join(told["reasons"])
    again = send(kiosk, content, key)
    assert (again.status_code, again.headers["Idempotent-Replayed"], again.json()) == (202, "true", told)
    look = kiosk.get(f"/api/v1/bills/by-key/{key}")
    assert (look.status_code, look.json()) == (202, told)
    (listed,) = may_api.get(f"{PROBLEMS}?state=waiting").json()["results"]
    assert (listed["key"], listed["reasons"], listed["lines"][0]["quantity"]) == (
        key,
        told["reasons"],
        content["lines"][0]["quantity"],
    )
    assert not Bill.objects.exists()


def test_manager_settles_a_late_sale_as_the_customer_was_told(kiosk: Client, may_api: Client, tea: Product) -> None:
    at, day = days_ago(1)
    TaxRate.objects.update(rate=D("0.19"))
    line = {"product": tea.pk, "quantity": "11", "unit_price": "10.00", "tax_rate": "0.07"}
    Product.objects.filter(pk=tea.pk).update(is_active=False)
    key = str(uuid4())
    content = asked(tea, sold_at=at, lines=[line], paid="110.00", shown_total="110.00")
    waiting = send(kiosk, content, key)
    assert waiting.status_code == 202
    problem = OutageProblem.objects.get()
    for path in (PROBLEMS, f"{PROBLEMS}/{problem.pk}"):
        assert kiosk.get(path).status_code == 403
    settled = send(may_api, {"correct_stock": True}, to=f"{PROBLEMS}/{problem.pk}/settle")
    assert settled.status_code == 201, settled.content
    bill = settled.json()
    assert (bill["business_date"], bill["total"], bill["lines"][0]["tax_rate"]) == (day.isoformat(), "110.00", "0.07")
    assert left(tea) == 0
    replay = send(kiosk, content, key)
    assert (replay.status_code, replay.json()["number"]) == (200, bill["number"])
    assert may_api.get(f"{PROBLEMS}/{problem.pk}").json()["bill"] == bill["number"]
    assert_books_are_right()


def test_key_of_a_waiting_late_sale_sells_nothing_at_the_other_door(may: User, tea: Product) -> None:
    shop, key = machine(may, "late-sales:write", "bills:write"), str(uuid4())
    assert send(shop, asked(tea, price="1.00"), key).status_code == 202
    body = {
        "lines": [{"product": tea.pk, "quantity": "1"}],
        "payments": [{"method": "cash", "amount": "12.50"}],
    }
    sold = send(shop, body, key, to="/api/v1/bills")
    assert (sold.status_code, sold.json()["code"]) == (422, "key_reused")
    assert not Bill.objects.exists()


def test_closed_late_sale_tells_why(kiosk: Client, may_api: Client, may_web: Client, tea: Product) -> None:
    key = str(uuid4())
    send(kiosk, asked(tea, price="1.00", paid="2.00"), key)
    problem = OutageProblem.objects.get()
    assert "2 × Green tea at" in may_web.get("/reports/outage").content.decode()
    for wrong in ({}, {"reason": ""}, {"reason": 7}, {"reason": "a\0b"}):
        assert send(may_api, wrong, to=f"{PROBLEMS}/{problem.pk}/close").status_code == 400
    assert send(may_api, {"reason": "x"}, to=f"{PROBLEMS}/999/close").status_code == 404
    assert send(may_api, {"reason": "a test"}, to=f"{PROBLEMS}/{problem.pk}/close").status_code == 200
    again = send(may_api, {"reason": "again"}, to=f"{PROBLEMS}/{problem.pk}/close")
    assert (again.status_code, again.json()["code"]) == (409, "problem_is_closed")
    told = kiosk.get(f"/api/v1/bills/by-key/{key}").json()
    assert (told["state"], told["closed_because"]) == ("closed", "a test")


def test_malformed_late_sale_is_refused_in_words(kiosk: Client, tea: Product) -> None:
    line = asked(tea)["lines"][0]
    wrong: list[Any] = [
        {**asked(tea), "sold_at": "yesterday"},
        {**asked(tea), "sold_at": "0001-01-01T00:00:00+14:00"},
        {**asked(tea), "lines": []},
        {**asked(tea), "lines": [{**line, "unit_price": "NaN"}]},
        {**asked(tea), "lines": [{**line, "unit_price": "-1"}]},
        {**asked(tea), "lines": [{**line, "quantity": "1e9"}]},
        {**asked(tea), "lines": [{**line, "barcode": "4006381333931"}]},
        {**asked(tea), "payments": [{"method": "gift_card", "amount": "25.00"}]},
        {**asked(tea), "receipt": "a\0b"},
        {**asked(tea), "member": 1},
        [],
        None,
        b"[" * 400 + b"]" * 400,
    ]
    for content in wrong:
        answer = send(kiosk, content)
        assert answer.status_code == 400, (content, answer.content)
        assert answer.json()["detail"]
    elsewhere = send(kiosk, asked(tea, register="R2"))
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (403, "out_of_scope")
    assert not OutageProblem.objects.exists()


def test_key_without_the_scope_and_person_at_a_till_without_leave(may: User, ana_api: Client, tea: Product) -> None:
    refused = send(machine(may, "bills:write"), asked(tea))
    assert (refused.status_code, refused.json()["facts"]["needs"]) == (403, "late-sales:write")
    till("R1")
    told = send(ana_api, asked(tea, register="R1")).json()
    assert "This register may not sell in an outage." in told["reasons"]


def test_goods_of_open_price_are_sold_at_the_price_shown(kiosk: Client) -> None:
    repair = product("Repair", price="0.00", open_price=True, sku="REP")
    sold = send(kiosk, asked(repair, quantity="1", price="17.00", paid="17.00", sold_at=days_ago(0)[0]))
    assert (sold.status_code, sold.json()["total"]) == (201, "17.00"), sold.content
    assert_books_are_right()


@pytest.mark.django_db(transaction=True)
def test_late_sale_posted_by_many_at_once_has_one_outcome(may: User, tea: Product) -> None:
    Register.objects.filter(code="API").update(is_active=True)
    kiosk, key = machine(may, "late-sales:write"), str(uuid4())
    sold = at_once([lambda: send(kiosk, asked(tea), key).status_code] * 8)
    assert sorted(sold) == [200] * 7 + [201]
    dear = str(uuid4())
    waits = at_once([lambda: send(kiosk, asked(tea, price="1.00"), dear).status_code] * 8)
    assert (set(waits), OutageProblem.objects.count(), Bill.objects.count()) == ({202}, 1, 1)
