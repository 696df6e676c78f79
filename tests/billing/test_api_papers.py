"""Printing over the API: all the till's pages can do, with the same counts and limits."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from accounts.approvals import approvals
from accounts.models import Action, AuditEntry, User
from billing.models import Bill, OutboundJob, ReceiptPrint, Register, Shift
from billing.receipts import copies, outbox
from inventory.models import Product
from tests.at_once import after_waiting
from tests.cast import TILL_PIN, with_token
from tests.counter import sell
from tests.proof import assert_books_are_right
from tests.traces import traces

HUGE = "9" * 30


@pytest.fixture
def bill(shift: Shift, tea: Product, ana: User) -> Bill:
    Register.objects.filter(pk=shift.register_id).update(printer_host="127.0.0.1", printer_port=9100)
    return Bill.objects.get(pk=sell((tea, "1"), by=ana, card="12.50").pk)


def post(client: Client, path: str, body: Any = None) -> Any:
    return client.post(f"/api/v1/{path}", {} if body is None else body, content_type="application/json")


def test_printing_is_counted_and_becomes_a_job(bill: Bill, ana_api: Client, shift: Shift) -> None:
    for copy in range(2):
        answer = post(ana_api, f"bills/{bill.number}/prints", {"kind": "receipt"})
        assert answer.status_code == 201, answer.content
        told = answer.json()
        assert (told["copy"], told["by"], told["shift"]) == (copy, "ana", shift.pk)
        assert (told["job"]["kind"], told["job"]["register"], told["job"]["state"]) == ("print", "R1", "waiting")
    listed = ana_api.get(f"/api/v1/bills/{bill.number}/prints").json()["results"]
    assert [row["copy"] for row in listed] == [0, 1]
    assert b"COPY 1" in bytes(OutboundJob.objects.latest("pk").payload)
    assert_books_are_right()


def test_fourth_copy_needs_a_managers_approval_for_that_copy(bill: Bill, ana: User, may: User, ana_api: Client) -> None:
    for _ in range(4):
        copies.printed(bill.number, kind="receipt", by=ana, register=bill.register)
    path, asked = f"bills/{bill.number}/prints", {"kind": "receipt"}
    before = traces()
    refused = post(ana_api, path, asked)
    assert (refused.status_code, refused.json()["code"]) == (409, "needs_approval")
    assert traces() == before
    needed = refused.json()["facts"]
    wish = {"asker": ana, "facts": needed["facts"], "size": D(needed["size"])}
    word = approvals.grant(Action(needed["action"]), **wish, approver="may", pin=TILL_PIN)
    assert post(ana_api, path, {**asked, "approval": word}).json()["copy"] == 4
    assert post(ana_api, path, {**asked, "approval": word}).status_code == 409


def test_till_without_a_printer_counts_nothing(bill: Bill, ana_api: Client) -> None:
    Register.objects.update(printer_host="")
    answer = post(ana_api, f"bills/{bill.number}/prints", {"kind": "gift"})
    assert (answer.status_code, answer.json()["code"]) == (409, "no_printer")
    assert not ReceiptPrint.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"kind": "invoice"}, 400),
        ({"kind": "\0"}, 400),
        ({"kind": "receipt", "register": "\0"}, 400),
        ({"kind": "receipt", "register": "R9"}, 404),
        ({"kind": "receipt", "register": 7}, 400),
        ({"kind": "receipt", "copy": 0}, 400),
        ({"kind": ["receipt"]}, 400),
        ([], 400),
    ],
)
def test_malformed_print_request_is_refused_and_leaves_no_trace(
    bill: Bill, ana_api: Client, body: Any, status: int
) -> None:
    before = traces()
    assert post(ana_api, f"bills/{bill.number}/prints", body).status_code == status
    assert traces() == before


def test_receipt_is_mailed_and_the_job_hides_the_address(bill: Bill, ana_api: Client, settings: Any) -> None:
    settings.SENDS_MAIL = True
    answer = post(ana_api, f"bills/{bill.number}/mail", {"address": "vera@example.org"})
    assert answer.status_code == 201, answer.content
    assert "vera" not in answer.content.decode()
    call_command("work", "--once")
    assert [letter.to for letter in mail.outbox] == [["vera@example.org"]]
    assert ana_api.get(f"/api/v1/jobs/{answer.json()['id']}").json()["state"] == "done"
    for address in ("", "x", "a@b\nBcc: c@d.e", "\0", HUGE):
        assert post(ana_api, f"bills/{bill.number}/mail", {"address": address}).status_code == 400
    settings.SENDS_MAIL = False
    assert post(ana_api, f"bills/{bill.number}/mail", {"address": "vera@example.org"}).status_code == 409
    assert OutboundJob.objects.count() == 1


def test_failed_jobs_are_listed_retried_and_given_up(bill: Bill, ana: User, ana_api: Client) -> None:
    first, second = [copies.printed(bill.number, kind="receipt", by=ana, register=bill.register).job for _ in range(2)]
    assert first
    assert second
    assert post(ana_api, f"jobs/{first.pk}/retry").status_code == 404, "it waits already"
    OutboundJob.objects.update(state="failed", tries=outbox.MOST_TRIES, error="the printer is off", opens_drawer=True)
    failed = ana_api.get("/api/v1/jobs?state=failed&kind=print&register=r1").json()["results"]
    assert [(row["id"], row["error"]) for row in failed] == [
        (second.pk, "the printer is off"),
        (first.pk, "the printer is off"),
    ]
    again = post(ana_api, f"jobs/{first.pk}/retry")
    assert (again.status_code, again.json()["state"], again.json()["tries"]) == (200, "waiting", 0)
    assert not again.json()["opens_drawer"]
    assert ana_api.delete(f"/api/v1/jobs/{first.pk}").status_code == 404
    assert ana_api.delete(f"/api/v1/jobs/{second.pk}").status_code == 204
    assert ana_api.get(f"/api/v1/jobs/{second.pk}").status_code == 404
    assert ana_api.get("/api/v1/jobs?state=lost").status_code == 400
    assert ana_api.get(f"/api/v1/jobs/{HUGE}").status_code == 404


@pytest.fixture
def failed(bill: Bill, ana: User) -> OutboundJob:
    copies.printed(bill.number, kind="receipt", by=ana, register=bill.register)
    OutboundJob.objects.update(state="failed", error="the printer is off")
    return OutboundJob.objects.get()


@pytest.mark.django_db(transaction=True)
def test_job_given_up_by_two_at_once_is_given_up_once(failed: OutboundJob, ana: User, may: User) -> None:
    path = f"/api/v1/jobs/{failed.pk}"
    client = with_token(ana)
    late = after_waiting(lambda: outbox.give_up(failed.pk, by=may), lambda: client.delete(path))
    assert (late.status_code, late.json()["code"]) == (404, "not_found")
    assert [entry.actor for entry in AuditEntry.objects.filter(action="job.given_up")] == [may]


@pytest.mark.django_db(transaction=True)
def test_job_retried_meanwhile_is_not_given_up(failed: OutboundJob, ana: User) -> None:
    client = with_token(ana)
    late = after_waiting(lambda: outbox.again(failed.pk), lambda: client.delete(f"/api/v1/jobs/{failed.pk}"))
    assert (late.status_code, OutboundJob.objects.get().state) == (404, "waiting")
    assert not AuditEntry.objects.filter(action="job.given_up").exists()


def test_drawer_opens_without_a_sale_for_a_reason(bill: Bill, shift: Shift, ana_api: Client) -> None:
    path = f"shifts/{shift.pk}/cash-movements"
    assert post(ana_api, path, {"kind": "no_sale", "reason": " "}).status_code == 400
    assert not OutboundJob.objects.exists()
    assert post(ana_api, path, {"kind": "no_sale", "reason": "change for a note"}).status_code == 201
    assert OutboundJob.objects.get().opens_drawer
    for _ in range(2):
        assert post(ana_api, path, {"kind": "no_sale", "reason": "again"}).status_code == 201
    refused = post(ana_api, path, {"kind": "no_sale", "reason": "a fourth time"})
    assert (refused.status_code, refused.json()["code"]) == (409, "needs_approval")
    assert OutboundJob.objects.count() == 3


def test_list_of_jobs_needs_no_query_per_job(
    bill: Bill, ana: User, ana_api: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(4):
        copies.printed(bill.number, kind="gift", by=ana, register=bill.register)
    with django_assert_max_num_queries(4):
        assert len(ana_api.get("/api/v1/jobs").json()["results"]) == 4
