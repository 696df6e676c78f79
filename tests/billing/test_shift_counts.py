"""What a Z reports besides sums: coins and notes counted, drops into the safe, who worked at the till."""

from decimal import Decimal as D
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import ApprovalRule, AuditEntry, User
from billing.drawer import cash_by_hand, counting, shifts
from billing.drawer.cash import NotEnoughCash
from billing.models import Register, Shift, ZReport
from billing.order import Order, Tendered, Wanted
from billing.sale import sales
from inventory.models import Product
from pos.errors import Invalid
from tests import cast
from tests.counter import sell
from tests.proof import assert_books_are_right

COUNTED = {"count_50.00": "1", "count_20.00": "2", "count_10.00": "", "count_0.50": "3"}


def test_count_on_the_page_keeps_each_coin_and_note(shift: Shift, tea: Product, ana: User, ana_web: Client) -> None:
    answer = ana_web.post(f"/shifts/{shift.pk}/close", {**COUNTED, "reason": "a note fell behind the shelf"})
    assert answer.status_code == 302
    cash = ZReport.objects.get(shift=shift).document["cash"]
    assert cash["counted"] == "91.50"
    assert cash["pieces"] == [
        {"face": "50.00", "count": 1},
        {"face": "20.00", "count": 2},
        {"face": "0.50", "count": 3},
    ]
    assert "€50.00" in ana_web.get(f"/shifts/{shift.pk}/z").content.decode()
    assert_books_are_right()


def test_count_by_api_keeps_each_coin_and_note(shift: Shift, ana_api: Client) -> None:
    asked = {"denominations": {"50": 1, "50.00": 1, "0.5": 0}}
    answer = ana_api.post(f"/api/v1/shifts/{shift.pk}/close", asked, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert ZReport.objects.get(shift=shift).document["cash"]["pieces"] == [{"face": "50.00", "count": 2}]


def test_count_whose_pieces_do_not_add_up_is_refused(shift: Shift, ana: User) -> None:
    with pytest.raises(Invalid):
        counting.close_shift(shift.pk, counted=D("100.00"), by=ana, pieces={D("50.00"): 1})
    shift.refresh_from_db()
    assert shift.is_open


def test_cash_dropped_into_the_safe_is_not_expected_in_the_drawer(shift: Shift, ana: User, ana_web: Client) -> None:
    ana_web.post("/shift/join", {"register": "R1"})
    ApprovalRule.objects.create(role="cashier", action="drop", allow_up_to=60)
    ana_web.post(f"/shifts/{shift.pk}/cash", {"kind": "drop", "amount": "60.00", "reason": "safe bag 17"})
    with pytest.raises(NotEnoughCash):
        cash_by_hand.move_cash(shift.pk, kind="drop", amount=D("40.01"), reason="safe bag 18", by=ana)
    assert "Safe drop: safe bag 17" in ana_web.get("/shift").content.decode()
    cash = counting.close_shift(shift.pk, counted=D("40.00"), by=ana).document["cash"]
    assert (cash["drop"], cash["pay_out"], cash["expected"]) == ("-60.00", "0.00", "40.00")
    assert_books_are_right()


def test_reports_of_two_tills_and_three_people_stay_separate(
    r1: Register, tea: Product, milk: Product, ana: User, ben: User, may: User
) -> None:
    first = shifts.open_shift("R1", opening_float=D("100.00"), by=ana)
    second = shifts.open_shift(cast.till("R2").code, opening_float=D("50.00"), by=ben)
    sell((tea, "1"), by=ana, cash="12.50")
    sell((tea, "1"), by=ben, register="R2", cash="12.50")
    sell((milk, "1"), by=may, cash="2.00")
    sell((milk, "2"), by=ana, register="R2", card="4.00")
    cash_by_hand.move_cash(second.pk, kind="no_sale", amount=D(0), reason="change for a note", by=may)
    left = counting.close_shift(first.pk, counted=D("114.50"), by=may).document
    right = counting.close_shift(second.pk, counted=D("62.50"), by=ben).document
    worked = [[(row["cashier"], row["sales"], row["total"]) for row in z["cashiers"]] for z in (left, right)]
    assert worked == [[("ana", 1, "12.50"), ("may", 1, "2.00")], [("ana", 1, "4.00"), ("ben", 1, "12.50")]]
    assert (left["no_sales"], right["no_sales"]) == (0, 1)
    assert (left["cash"]["difference"], right["cash"]["difference"]) == ("0.00", "0.00")
    assert_books_are_right()


def test_z_counts_prices_changed_by_hand(shift: Shift, tea: Product, may: User) -> None:
    lines = [Wanted(D(1), tea.pk, unit_price=D("10.00"), price_reason="dented", priced_by=may.pk), Wanted(D(1), tea.pk)]
    asked = Order(key=uuid4(), lines=lines, payments=[Tendered("card", D("22.50"))], register="R1")
    sales.sell(asked, cashier=may)
    assert counting.close_shift(shift.pk, counted=D("100.00"), by=may).document["price_overrides"] == 1
    assert_books_are_right()


def test_manager_lists_and_opens_every_z(shift: Shift, ana: User, ana_web: Client, may_web: Client) -> None:
    assert "No shift was closed yet" in may_web.get("/shifts").content.decode()
    counting.close_shift(shift.pk, counted=D("99.00"), by=ana)
    page = may_web.get("/shifts").content.decode()
    assert f"/shifts/{shift.pk}/z" in page
    assert "€99.00" in page
    assert ana_web.get("/shifts").status_code == 403


def test_list_of_zs_needs_no_query_per_z(r1: Register, ana: User, may_web: Client) -> None:
    asked = []
    may_web.get("/shifts")
    for closed in (1, 3):
        for _ in range(closed):
            counting.close_shift(shifts.open_shift("R1", opening_float=D(0), by=ana).pk, counted=D(0), by=ana)
        with CaptureQueriesContext(connection) as queries:
            assert may_web.get("/shifts").content.count(b"/z") >= closed
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_refused_count_is_recorded(shift: Shift, ana: User, ana_web: Client) -> None:
    ana_web.post("/shift/join", {"register": "R1"})
    ana_web.post(f"/shifts/{shift.pk}/close", {"counted": "0"})
    tried = AuditEntry.objects.get(action="shift.count_refused")
    assert (tried.actor, tried.facts) == (ana, {"counted": "0.00", "expected": "100.00", "pieces": []})


def test_only_managers_see_the_counts_of_others(
    shift: Shift, ben: User, ana_web: Client, ana_api: Client, may_api: Client, tea: Product
) -> None:
    own = counting.close_shift(shift.pk, counted=D("100.00"), by=shift.opened_by).shift
    of_ben = shifts.open_shift(cast.till("R2").code, opening_float=D("50.00"), by=ben)
    assert ana_api.get(f"/api/v1/shifts/{of_ben.pk}").status_code == 200
    counting.close_shift(of_ben.pk, counted=D("50.00"), by=ben)
    assert ana_web.get(f"/shifts/{own.pk}/z").status_code == 200
    assert ana_web.get(f"/shifts/{of_ben.pk}/z").status_code == 404
    for path in (f"/api/v1/shifts/{of_ben.pk}", f"/api/v1/shifts/{of_ben.pk}/report"):
        assert (ana_api.get(path).status_code, may_api.get(path).status_code) == (404, 200)
    listed = [[row["id"] for row in api.get("/api/v1/shifts").json()["results"]] for api in (ana_api, may_api)]
    assert listed == [[own.pk], [of_ben.pk, own.pk]]


def test_cashier_who_sold_in_a_shift_sees_its_result(
    r1: Register, tea: Product, ana: User, ben: User, ana_api: Client
) -> None:
    shift = shifts.open_shift("R1", opening_float=D("100.00"), by=ben)
    sell((tea, "1"), by=ana, cash="12.50")
    counting.close_shift(shift.pk, counted=D("112.50"), by=ben)
    assert ana_api.get(f"/api/v1/shifts/{shift.pk}/report").json()["figures"]["cash"]["expected"] == "112.50"


def test_manager_sees_earlier_counts(shift: Shift, ana: User, ana_web: Client, may_web: Client) -> None:
    ana_web.post("/shift/join", {"register": "R1"})
    for counted, reason in (("90.00", ""), ("85.00", ""), ("93.00", ""), ("93.00", "a coin fell down")):
        ana_web.post(f"/shifts/{shift.pk}/close", {"counted": counted, "reason": reason})
    page = may_web.get(f"/shifts/{shift.pk}/z").content.decode()
    before = page.partition("Counted before, and not taken")[2].partition("</section>")[0]
    assert [sum_ in before for sum_ in ("€90.00", "€85.00", "€93.00")] == [True, True, False]
    assert "Counted before" not in ana_web.get(f"/shifts/{shift.pk}/z").content.decode()


def test_single_count_shows_no_list_of_counts(shift: Shift, ana: User, may_web: Client) -> None:
    counting.close_shift(shift.pk, counted=D("100.00"), by=ana)
    assert "Counted before" not in may_web.get(f"/shifts/{shift.pk}/z").content.decode()
