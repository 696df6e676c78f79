"""Blind count: before counting the drawer, a cashier sees no sum that reveals the expected cash."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client

from accounts.models import ApprovalRule, User
from billing.drawer import zreport
from billing.models import Shift
from inventory.models import Product
from tests.cast import TILL_PIN
from tests.counter import sell
from tests.proof import assert_books_are_right

SUMS = ("16.50", "116.50", "66.50")


@pytest.fixture
def sold(shift: Shift, tea: Product, milk: Product, ana: User) -> Shift:
    """A float of 100.00, and 16.50 taken by two sales in cash."""
    sell((tea, "1"), by=ana, cash="20.00")
    sell((milk, "2"), by=ana, cash="4.00")
    return shift


def tells_a_sum(answer: Any) -> list[str]:
    return [told for told in SUMS if told in answer.content.decode()]


def at_r1(client: Client) -> Client:
    client.post("/shift/join", {"register": "R1"})
    return client


def close(client: Client, shift: Shift, **count: str) -> Any:
    path = f"/api/v1/shifts/{shift.pk}/close"
    return client.post(path, {"counted": "100.00", **count}, content_type="application/json")


def test_cashier_sees_counts_but_no_sums_on_any_page(sold: Shift, ana_web: Client) -> None:
    at_r1(ana_web)
    for path in ("/shift", f"/shifts/{sold.pk}/close", "/shift/open", "/bills", "/till", "/jobs"):
        assert tells_a_sum(ana_web.get(path, follow=True)) == [], path
    page = ana_web.get("/shift").text
    assert "R1-000001 – R1-000002" in page
    assert "counted blind" in page
    assert "Taken" not in page


def test_cashier_reads_no_sum_by_api(sold: Shift, ana_api: Client) -> None:
    for path in ("", f"/{sold.pk}", f"/{sold.pk}/report"):
        assert tells_a_sum(ana_api.get(f"/api/v1/shifts{path}")) == []
    figures = ana_api.get(f"/api/v1/shifts/{sold.pk}/report").json()["figures"]
    assert (figures["sales"], figures["last_bill"], figures["cash"]["float"]) == (2, "R1-000002", "100.00")
    for name in ("total", "subtotal", "tax", "change", "gross", "taxes", "tenders", "categories", "cashiers"):
        assert figures[name] is None
    assert figures["grand_total"] is figures["stored_value"] is None


def test_manager_reads_the_full_x_report(sold: Shift, may_web: Client, may_api: Client) -> None:
    page = at_r1(may_web).get("/shift").text
    assert "€16.50" in page
    assert "counted blind" not in page
    assert may_api.get(f"/api/v1/shifts/{sold.pk}/report").json()["figures"]["total"] == "16.50"


def test_refusal_before_the_count_tells_no_sum(sold: Shift, ana_web: Client, ana_api: Client) -> None:
    ApprovalRule.objects.create(role="cashier", action="drop", allow_up_to=None)
    ApprovalRule.objects.create(role="cashier", action="cash_out_together", allow_up_to=None)
    move = {"kind": "drop", "amount": "500.00", "reason": "safe bag 17"}
    assert tells_a_sum(at_r1(ana_web).post(f"/shifts/{sold.pk}/cash", move)) == []
    path = f"/api/v1/shifts/{sold.pk}/cash-movements"
    assert ana_api.post(path, move, content_type="application/json").json()["facts"] == {}


def test_difference_is_shown_only_after_the_count_is_recorded(sold: Shift, ana_web: Client, ana_api: Client) -> None:
    first_page = at_r1(ana_web).get(f"/shifts/{sold.pk}/close").text
    assert 'name="reason"' not in first_page
    page = ana_web.post(f"/shifts/{sold.pk}/close", {"count_50.00": "2"})
    assert page.status_code == 400
    for told in ("€100.00", "€116.50", "16.50", "Why does it differ?", 'name="count_50.00" value="2"'):
        assert told in page.text
    answer = close(ana_api, sold)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "required")
    assert answer.json()["facts"] == {"expected": "116.50", "difference": "-16.50"}
    assert "€116.50" in ana_web.get(f"/shifts/{sold.pk}/close").text


def test_second_count_needs_the_reason_and_approval_of_the_first(
    sold: Shift, ana: User, may: User, ana_web: Client
) -> None:
    path = f"/shifts/{sold.pk}/close"
    at_r1(ana_web).post(path, {"counted": "20.00"})
    again = {"counted": "116.50"}
    assert "An earlier count" in ana_web.post(path, again).text
    page = ana_web.post(path, {**again, "reason": "mistyped"})
    assert page.status_code == 409
    word = {"approver": "may", "approver_pin": TILL_PIN}
    assert ana_web.post(path, {**again, "reason": "mistyped", **word}).status_code == 302
    z = zreport.ZReport.objects.get(shift=sold).document["cash"]
    assert (z["difference"], z["reason"]) == ("0.00", "mistyped")
    assert_books_are_right()


def test_z_report_shows_the_cashier_every_sum_after_the_count(sold: Shift, ana_web: Client, ana_api: Client) -> None:
    assert close(ana_api, sold, counted="116.50").json()["expected"] == "116.50"
    report = ana_api.get(f"/api/v1/shifts/{sold.pk}/report").json()
    assert (report["kind"], report["figures"]["total"]) == ("Z", "16.50")
    assert "€116.50" in ana_web.get(f"/shifts/{sold.pk}/z").text


def test_new_figure_of_the_x_report_is_hidden_from_cashiers_by_default(sold: Shift, ana: User) -> None:
    told = zreport.told(sold, reader=ana)
    assert {name for name, value in told.items() if value is not None} <= zreport.TOLD_BEFORE_THE_COUNT
    assert D(told["cash"]["float"]) == 100
    assert {name for name, value in told["cash"].items() if value} <= {"float", "movements"}
