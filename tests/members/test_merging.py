"""Merging two cards of one person: points move by ledger entries, bills stay, refunds go to the member."""

from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from billing.models import Bill, Shift
from billing.order import Tendered
from billing.returns import refunds
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from inventory.models import Product
from members import member_search, merging, points, registry, vip
from members.models import Member, PointsEntry, TierChange
from pos.errors import Invalid, ManagersOnly
from tests.at_once import outcomes_of
from tests.counter import sell
from tests.proof import assert_books_are_right

pytestmark = pytest.mark.django_db
MERGE = "/api/v1/members/merge"


def bring_back(bill: Bill, quantity: str, amount: str, by: User) -> None:
    lines, payments = [Returned(1, D(quantity))], [Tendered("cash", D(amount))]
    wish = Wish(key=uuid4(), bill=bill.number, lines=lines, payments=payments, reason="cold", register="R1")
    refunds.refund(wish, cashier=by)


def again(member: Member) -> Member:
    return Member.objects.get(pk=member.pk)


@pytest.fixture
def nora(ana: User) -> Member:
    return registry.register("Nora Nowak", "", "739150", "0171 2345678", by=ana)


@pytest.fixture
def double(ana: User) -> Member:
    return registry.register("N. Nowak", "nora@example.org", "739150", by=ana)


def test_merge_moves_points_and_fills_in_missing_details(may: User, nora: Member, double: Member) -> None:
    points.adjust(nora.pk, D("5"), by=may, reason="gift")
    points.adjust(double.pk, D("7.5"), by=may, reason="gift")
    vip.grant(double.pk, by=may)
    stays = merging.merge(double.pk, nora.pk, by=may)
    assert (stays.points, stays.email, stays.name, stays.tier) == (D("12.5"), "nora@example.org", "Nora Nowak", "vip")
    gone = again(double)
    assert (gone.points, gone.name, gone.email, gone.is_active, gone.merged_into) == (D(0), "", "", False, nora)
    moved = PointsEntry.objects.filter(kind="moved").order_by("amount")
    assert [(entry.member, entry.amount) for entry in moved] == [(double, D("-7.5")), (nora, D("7.5"))]
    assert TierChange.objects.filter(member=nora, to_vip=True).count() == 1
    assert AuditEntry.objects.filter(action="member.merged", subject__in=[nora.number, double.number]).count() == 2
    assert_books_are_right()


def test_card_of_the_duplicate_finds_the_member(may: User, may_web: Client, nora: Member, double: Member) -> None:
    merging.merge(double.pk, nora.pk, by=may)
    assert member_search.owner_of(double.number) == nora
    assert member_search.find(double.number) == [nora]
    assert may_web.get(f"/members/{double.number}")["Location"] == f"/members/{nora.number}"
    assert may_web.get("/members", {"q": double.number})["Location"] == f"/members/{nora.number}"


def test_purchases_of_the_duplicate_are_found_and_its_refunds_go_to_the_member(
    may: User, may_web: Client, ana: User, shift: Shift, tea: Product, nora: Member, double: Member
) -> None:
    bill = sell((tea, "2"), by=ana, cash="25.00", member=double.pk)
    earned = again(double).points
    assert earned > 0
    merging.merge(double.pk, nora.pk, by=may)
    assert Bill.objects.get(pk=bill.pk).member == double
    page = may_web.get(f"/members/{nora.number}/purchases").content.decode()
    assert bill.number in page
    assert "25.00" in page
    bring_back(bill, "2", "25.00", ana)
    assert (again(nora).points, again(double).points) == (D(0), D(0))
    assert_books_are_right()


def test_negative_points_are_moved_too(
    may: User, ana: User, shift: Shift, tea: Product, nora: Member, double: Member
) -> None:
    bill = sell((tea, "2"), by=ana, cash="25.00", member=double.pk)
    points.adjust(double.pk, -again(double).points, by=may, reason="spent elsewhere")
    bring_back(bill, "2", "25.00", ana)
    debt = again(double).points
    assert debt < 0
    merging.merge(double.pk, nora.pk, by=may)
    assert again(nora).points == debt
    assert_books_are_right()


def test_refund_after_the_member_was_erased_leaves_no_points(
    may: User, ana: User, shift: Shift, tea: Product, nora: Member, double: Member
) -> None:
    bill = sell((tea, "2"), by=ana, cash="25.00", member=double.pk)
    merging.merge(double.pk, nora.pk, by=may)
    registry.erase(nora.pk, by=may)
    bring_back(bill, "1", "12.50", ana)
    assert (again(nora).points, again(double).points) == (D(0), D(0))
    assert_books_are_right()


def test_duplicate_of_a_duplicate_leads_to_the_last_card(may: User, ana: User, nora: Member, double: Member) -> None:
    third = registry.register("Nora N.", "", "739150", by=ana)
    merging.merge(double.pk, third.pk, by=may)
    merging.merge(third.pk, nora.pk, by=may)
    assert again(double).merged_into == again(third).merged_into == nora


def test_cashier_merges_nothing(ana: User, ana_api: Client, ana_web: Client, nora: Member, double: Member) -> None:
    with pytest.raises(ManagersOnly):
        merging.merge(double.pk, nora.pk, by=ana)
    body = {"double": double.pk, "into": nora.pk}
    assert ana_api.post(MERGE, body, content_type="application/json").status_code == 403
    assert ana_web.post(f"/members/{nora.number}/merge", {"double": double.number}).status_code == 403
    assert again(double).is_active


@pytest.mark.parametrize("wrong", [{"double": 999_999}, {"double": "x"}, {"double": None}, {}, {"into": [1]}])
def test_invalid_merge_is_refused_in_words(may_api: Client, nora: Member, wrong: dict[str, Any]) -> None:
    body = {"double": 0, "into": nora.pk} | wrong
    assert may_api.post(MERGE, body, content_type="application/json").status_code in (400, 409)


def test_card_is_not_merged_into_itself_or_into_an_erased_one(may: User, nora: Member, double: Member) -> None:
    with pytest.raises(Invalid):
        merging.merge(nora.pk, nora.pk, by=may)
    registry.erase(double.pk, by=may)
    for pair in ((double.pk, nora.pk), (nora.pk, double.pk)):
        with pytest.raises(points.UnknownMember):
            merging.merge(*pair, by=may)


def test_page_merges_once_for_its_key(may_web: Client, may: User, nora: Member, double: Member) -> None:
    points.adjust(double.pk, D(3), by=may, reason="gift")
    form = {"double": double.number.lower(), "key": str(uuid4())}
    for _ in range(2):
        assert may_web.post(f"/members/{nora.number}/merge", form).status_code == 302
    assert again(nora).points == 3
    for odd in ("", "M1", "x\0", nora.number):
        answer = may_web.post(f"/members/{nora.number}/merge", {"double": odd})
        assert answer.status_code in (400, 409), odd


@pytest.mark.django_db(transaction=True)
def test_merging_both_ways_at_once_leaves_one_card(may: User, nora: Member, double: Member) -> None:
    points.adjust(nora.pk, D(2), by=may, reason="gift")
    points.adjust(double.pk, D(3), by=may, reason="gift")
    pairs = [(double.pk, nora.pk), (nora.pk, double.pk)] * 3
    outcomes = outcomes_of(*[lambda pair=pair: merging.merge(*pair, by=may) for pair in pairs])
    assert outcomes == ["done", *["unknown_member"] * 5]
    assert Member.objects.filter(is_active=True, points=5).count() == 1
    assert_books_are_right()


@pytest.mark.django_db(transaction=True)
def test_sale_on_the_duplicate_during_the_merge_loses_no_points(
    may: User, ana: User, shift: Shift, tea: Product, nora: Member, double: Member
) -> None:
    deeds = [lambda: sell((tea, "1"), by=ana, cash="12.50", member=double.pk)] * 3
    outcomes = outcomes_of(*deeds, lambda: merging.merge(double.pk, nora.pk, by=may))
    assert set(outcomes) <= {"done", "unknown_member"}
    assert again(double).points == 0
    assert_books_are_right()
