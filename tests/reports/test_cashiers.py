"""What each cashier did besides selling, and which numbers are striking."""

import re
from datetime import date
from decimal import Decimal as D
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Action, Approval, ApprovalRequest, Deed, User
from billing.basket import baskets, lines, paying
from billing.drawer import cash, cash_by_hand, counting
from billing.models import Basket, Register, Shift
from billing.order import Tendered
from billing.returns import refunds
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from inventory.models import Product
from members.models import Member
from pos import calendar
from pos.models import StoreSettings
from reports.figures import cashier_activity, cashier_deeds
from reports.figures.cashier_activity import Conduct, Row, striking
from reports.figures.periods import Period, day
from reports.views.cashiers import HEADS, SUMS, note_of
from tests.counter import sell

ALIKE = [Conduct(bills=100, removed=2), Conduct(bills=100, removed=4), Conduct(bills=100, removed=3)]


def today() -> Period:
    return day(calendar.today())


def did(cashier: User) -> Conduct:
    return cashier_activity.gathered(today())[cashier.pk]


@pytest.mark.parametrize(
    ("removed", "is_striking"),
    [(4, False), (9, False), (10, True), (60, True)],
    ids=["a few", "three times the usual", "more than that", "far more"],
)
def test_action_far_more_frequent_than_among_others_is_striking(removed: int, *, is_striking: bool) -> None:
    assert ("removed" in striking(Conduct(bills=100, removed=removed), ALIKE)) is is_striking


def test_few_actions_on_few_bills_are_not_striking() -> None:
    assert not striking(Conduct(bills=2, removed=4), ALIKE)


def test_single_cashier_is_compared_with_nobody() -> None:
    assert not striking(Conduct(bills=10, removed=50), [])


def test_own_sale_refunded_at_once_is_always_striking() -> None:
    assert striking(Conduct(bills=100, soon_refunded=1), []) == {"soon_refunded"}


def test_actions_are_counted_for_the_person_who_did_them(
    shift: Shift, r1: Register, tea: Product, milk: Product, ana: User, ben: User, may: User
) -> None:
    bill = sell((tea, "2"), by=ana, cash="25.00")
    sell((milk, "1"), by=ben, cash="2.00")
    basket = baskets.current(r1, ana)
    line = baskets.add(basket.pk, tea.pk)
    lines.remove(basket.pk, line.pk, version=Basket.objects.get(pk=basket.pk).version, by=ana)
    cash_by_hand.move_cash(shift.pk, kind="no_sale", amount=D(0), reason="change for a customer", by=ben)
    wish = Wish(uuid4(), bill.number, [Returned(1, D(1))], [Tendered("cash", D("12.50"))], "torn", register="R1")
    refunds.refund(wish, cashier=ana)
    assert (did(ana).bills, did(ana).revenue, did(ana).removed, did(ana).no_sales) == (1, D("12.50"), 1, 0)
    assert (did(ana).returns, did(ana).refunded, did(ana).soon_refunded) == (1, D("12.50"), 1)
    assert (did(ben).bills, did(ben).removed, did(ben).no_sales, did(ben).returns) == (1, 0, 1, 0)


def test_member_card_used_four_times_a_day_is_striking(shift: Shift, tea: Product, olga: Member, ana: User) -> None:
    for _ in range(3):
        sell((tea, "1"), by=ana, cash="12.50", member=olga.pk)
    assert did(ana).same_card == 0
    sell((tea, "1"), by=ana, cash="12.50", member=olga.pk)
    assert did(ana).same_card == 1


def test_page_marks_what_is_striking(shift: Shift, tea: Product, olga: Member, ana: User, may_web: Client) -> None:
    assert "Nothing in these days" in may_web.get("/reports/cashiers").text
    for _ in range(4):
        sell((tea, "1"), by=ana, cash="12.50", member=olga.pk)
    page = may_web.get("/reports/cashiers").text
    assert "Ana" in page
    assert page.count("look at this") == 1
    assert "Median, for 100 bills" in page
    figures = re.findall(r'href="(\?[^"]+deed=[^"]+)">([^<]+)</a>', page)
    assert {figure for _href, figure in figures} == {"4", "€50.00", "1"}
    for href, figure in figures:
        opened = may_web.get(f"/reports/cashiers{unescape(href)}").text
        assert figure in opened or f">{figure} time" in opened
    assert may_web.get("/reports/cashiers?who=nobody&deed=bills").status_code == 400
    assert may_web.get("/reports/cashiers?who=ana&deed=all").status_code == 400


def test_distance_from_the_median_is_stated_in_words() -> None:
    def row(removed: int) -> Row:
        conduct = Conduct(bills=100, removed=removed)
        return Row(User(name=f"{removed}"), conduct, striking(conduct, [*ALIKE, Conduct(bills=100, removed=3)]))

    others = [row(2), row(3), row(4)]
    assert note_of("removed", row(12), others) == "4 times the median"
    assert note_of("removed", row(4), others) == ""
    assert note_of("removed", row(12), [row(0)]) == "the others: hardly ever"


def test_each_count_links_to_the_actions_counted(
    shift: Shift, r1: Register, tea: Product, ana: User, may: User
) -> None:
    bill = sell((tea, "2"), by=ana, cash="25.00")
    basket = baskets.current(r1, ana)
    line = baskets.add(basket.pk, tea.pk)
    lines.remove(basket.pk, line.pk, version=Basket.objects.get(pk=basket.pk).version, by=ana)
    cash_by_hand.move_cash(shift.pk, kind="no_sale", amount=D(0), reason="change for a customer", by=ana)
    wish = Wish(uuid4(), bill.number, [Returned(1, D(1))], [Tendered("cash", D("12.50"))], "torn", register="R1")
    refunds.refund(wish, cashier=ana)
    counting.close_shift(shift.pk, counted=cash.expected_cash(shift) - 2, by=shift.opened_by)
    for who in (ana, shift.opened_by):
        conduct = did(who)
        for deed in HEADS:
            found = cashier_deeds.of(deed, who, today())
            summed = sum((done.amount or D(0) for done in found), D(0))
            assert getattr(conduct, deed) == (summed if deed in SUMS else len(found)), deed


def test_api_returns_what_the_page_shows(
    shift: Shift, tea: Product, milk: Product, olga: Member, ana: User, ben: User, may_api: Client
) -> None:
    for _ in range(4):
        sell((tea, "1"), by=ana, cash="12.50", member=olga.pk)
    sell((milk, "1"), by=ben, cash="2.00")
    at = calendar.today().isoformat()
    first, second = may_api.get(f"/api/v1/reports/cashiers?from={at}&to={at}").json()
    assert [first["cashier"], first["name"], first["bills"], first["revenue"]] == ["ana", "Ana", 4, "50.00"]
    assert (first["same_card"], first["striking"]) == (1, ["same_card"])
    assert (second["cashier"], second["difference"], second["striking"]) == ("ben", "0.00", [])
    assert [row.cashier.username for row in cashier_activity.compared(today())] == ["ana", "ben"]


def test_number_of_queries_does_not_grow_with_the_cashiers(
    shift: Shift, tea: Product, ana: User, ben: User, django_assert_num_queries: object
) -> None:
    sell((tea, "1"), by=ana, cash="12.50")
    with django_assert_num_queries(10):  # type: ignore[operator]
        cashier_activity.compared(today())
    sell((tea, "1"), by=ben, cash="12.50")
    with django_assert_num_queries(10):  # type: ignore[operator]
        cashier_activity.compared(today())


def test_lowered_price_counts_for_the_person_who_sold(
    shift: Shift, r1: Register, tea: Product, ana: User, may: User
) -> None:
    basket = baskets.current(r1, ana)
    line = baskets.add(basket.pk, tea.pk)
    version = Basket.objects.get(pk=basket.pk).version
    lines.set_price(basket.pk, line.pk, D("10.00"), "torn", version=version, by=may)
    paid = {"version": version + 1, "shown_total": None, "register": "R1"}
    paying.pay(basket.pk, [Tendered("cash", D(10))], by=ana, **paid)
    assert did(ana).overrides == 1
    assert may.pk not in cashier_activity.gathered(today())


def test_denials_and_missing_cash_are_counted(shift: Shift, ana: User, ben: User) -> None:
    facts = {"action": Action.NO_SALE, "size": 1, "asker": ben}
    kept = {"digest": b"1", "binding": b"2", "expires_at": timezone.now()}
    asked = ApprovalRequest.objects.create(**kept, **facts)
    Approval.objects.create(deed=Deed.DENIED, **facts)
    Approval.objects.create(deed=Deed.ASKED, request=asked, **facts)
    counting.close_shift(shift.pk, counted=cash.expected_cash(shift) - 2, by=ana)
    assert (did(ben).denied, did(ana).denied, did(ana).difference) == (1, 0, D(-2))


def test_hours_before_the_cutoff_belong_to_the_day_before(db: None) -> None:
    StoreSettings.change(by="may", cutoff_hour=4)
    since, until = cashier_activity.moments(day(date(2026, 3, 10)))
    assert [timezone.localtime(at).isoformat()[:16] for at in (since, until)] == [
        "2026-03-10T04:00",
        "2026-03-11T04:00",
    ]
