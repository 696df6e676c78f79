"""Receipts, gift receipts and invoices: printing, counting copies, mailing."""

import json
from datetime import timedelta
from decimal import Decimal as D
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from billing.drawer import counting
from billing.models import Bill, JobKind, OutboundJob, ReceiptPrint, Shift
from billing.receipts import copies, outbox
from inventory.models import Product
from pos import clock
from pos.errors import Invalid, Refused
from pos.models import StoreSettings
from tests.at_once import at_once
from tests.cast import PASSWORD
from tests.counter import sell
from tests.proof import assert_books_are_right
from tests.traces import traces


@pytest.fixture
def bill(shift: Shift, tea: Product, ana: User) -> Bill:
    return sell((tea, "2"), by=ana, cash="30.00")


def test_each_receipt_after_the_first_shows_its_copy_number(bill: Bill, ana_web: Client) -> None:
    pages = []
    for _ in range(3):
        answer = ana_web.post(f"/bills/{bill.number}/print", {"kind": "receipt"})
        pages.append(ana_web.get(answer["Location"]).content.decode())
    assert ["COPY" in page for page in pages] == [False, True, True]
    assert "COPY 2" in pages[2]
    assert list(ReceiptPrint.objects.values_list("kind", "copy").order_by("pk")) == [
        ("receipt", 0),
        ("receipt", 1),
        ("receipt", 2),
    ]


def test_copies_are_counted_per_kind_and_in_the_shift_that_printed_them(
    bill: Bill, shift: Shift, ana: User, may: User
) -> None:
    for kind in ("receipt", "gift", "invoice", "receipt", "receipt"):
        copies.printed(bill.number, kind=kind, by=ana, register=bill.register)
    copies.printed(bill.number, kind="gift", by=may)
    z = counting.close_shift(shift.pk, counted=D("125.00"), by=ana)
    assert z.document["reprints"] == 2
    assert ReceiptPrint.objects.filter(shift=None).get().copy == 1
    assert_books_are_right()


def test_copy_after_the_close_counts_in_no_shift(bill: Bill, shift: Shift, ana: User) -> None:
    counting.close_shift(shift.pk, counted=D("125.00"), by=ana)
    assert copies.printed(bill.number, kind="receipt", by=ana, register=bill.register).entry.shift is None
    assert_books_are_right()


@pytest.mark.parametrize(("number", "kind"), [("R1-000099", "receipt"), ("\0", "gift"), ("R1-000001", "poster")])
def test_refused_print_leaves_no_trace(bill: Bill, ana: User, number: str, kind: str) -> None:
    before = traces()
    with pytest.raises(Refused):
        copies.printed(number, kind=kind, by=ana)
    assert traces() == before


def test_malformed_print_request_is_refused(bill: Bill, ana_web: Client) -> None:
    for kind in ("", "\0", "x" * 500, "RECEIPT"):
        assert ana_web.post(f"/bills/{bill.number}/print", {"kind": kind}).status_code == 400
    assert ana_web.post("/bills/nothing/print", {"kind": "gift"}).status_code == 404
    assert ana_web.get("/prints/999999999999999999999999").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_printings_at_once_get_two_numbers(bill: Bill, may: User) -> None:
    deeds = [lambda: copies.printed(bill.number, kind="receipt", by=may).entry.copy for _ in range(6)]
    assert sorted(at_once(deeds)) == [0, 1, 2, 3, 4, 5]


def test_gift_receipt_shows_no_price(bill: Bill, ana_web: Client) -> None:
    printed = ana_web.post(f"/bills/{bill.number}/print", {"kind": "gift"})
    page = ana_web.get(printed["Location"]).content.decode()
    assert "Green tea" in page
    assert bill.number in page
    assert "€" not in page


def test_paper_has_the_width_in_the_settings_of_its_bill(bill: Bill, tea: Product, ana: User, ana_web: Client) -> None:
    StoreSettings.change(by="may", receipt_width=58, tax_number="VAT DE 123", receipt_footer="Come again")
    narrow = sell((tea, "1"), by=ana, cash="12.50")
    for number, width in ((bill.number, "print-80mm"), (narrow.number, "print-58mm")):
        answer = ana_web.post(f"/bills/{number}/print", {"kind": "receipt"})
        assert width in ana_web.get(answer["Location"]).content.decode()
    answer = ana_web.post(f"/bills/{narrow.number}/print", {"kind": "invoice"})
    page = ana_web.get(answer["Location"]).content.decode()
    assert "print-a4" in page
    assert "VAT DE 123" in page
    assert "Come again" in page


def test_scanning_the_code_of_a_receipt_finds_the_bill(bill: Bill, ana_web: Client) -> None:
    ana_web.post("/shift/join", {"register": "R1"})
    basket = ana_web.get("/till")["Location"]
    assert ana_web.post(f"{basket}/scan", {"code": bill.number})["Location"] == f"/bills/{bill.number}"
    assert ana_web.get("/bills", {"q": bill.number.lower()})["Location"] == f"/bills/{bill.number}"
    assert ana_web.get("/bills", {"q": "R1-000099"}).status_code == 200


def test_receipt_is_mailed_as_text_and_html_and_the_address_is_deleted(
    bill: Bill, ana_web: Client, settings: Any
) -> None:
    settings.SENDS_MAIL = True
    StoreSettings.change(by="may", shop_name="Tea\nand more")
    assert ana_web.post(f"/bills/{bill.number}/mail", {"address": " vera@example.org "}).status_code == 302
    assert mail.outbox == []
    assert json.loads(bytes(OutboundJob.objects.get().payload))["to"] == "vera@example.org"
    call_command("work", "--once")
    (letter,) = mail.outbox
    assert letter.to == ["vera@example.org"]
    assert bill.number in letter.subject
    assert "TOTAL" in letter.body
    assert "€25.00" in letter.body
    assert "€25.00" in letter.alternatives[0][0]
    job = OutboundJob.objects.get()
    assert (job.state, bytes(job.payload)) == ("done", b"")


@pytest.mark.parametrize(
    "address", ["", "vera", "a@b\nBcc: c@example.org", "a@example.org,b@example.org", "x" * 300, "\0"]
)
def test_invalid_address_gets_no_mail(bill: Bill, ana: User, settings: Any, address: str) -> None:
    settings.SENDS_MAIL = True
    with pytest.raises(Invalid):
        copies.mail(bill.number, to=address, by=ana)
    assert not OutboundJob.objects.exists()


def test_shop_without_a_mail_server_refuses_to_mail(bill: Bill, ana: User, settings: Any) -> None:
    settings.SENDS_MAIL = False
    with pytest.raises(copies.NoMail):
        copies.mail(bill.number, to="vera@example.org", by=ana)


def test_mail_the_server_refuses_is_tried_again(bill: Bill, ana: User, settings: Any, monkeypatch: Any) -> None:
    settings.SENDS_MAIL = True

    def full(*args: Any, **kwargs: Any) -> None:
        raise OSError("the mail server is full")

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", full)
    copies.mail(bill.number, to="vera@example.org", by=ana)
    assert outbox.work_one()
    job = OutboundJob.objects.get(kind=JobKind.MAIL)
    assert (job.state, job.tries, job.error) == ("waiting", 1, "the mail server is full")
    assert not outbox.work_one()


def test_mail_is_retried_at_growing_intervals_and_shown_as_failed_in_the_end(
    bill: Bill, ana: User, ana_web: Client, settings: Any, monkeypatch: Any
) -> None:
    settings.SENDS_MAIL, settings.DEBUG = True, True  # DEBUG allows setting the clock

    def nobody_there(*args: Any, **kwargs: Any) -> None:
        raise SMTPRecipientsRefused({"nobody@example.org": (550, b"no such user")})

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", nobody_there)
    copies.mail(bill.number, to="nobody@example.org", by=ana)
    moment = clock.now()
    for tried in range(1, outbox.MOST_TRIES + 1):
        with clock.set_to(moment):
            assert outbox.work_one()
            assert not outbox.work_one()
        job = OutboundJob.objects.get()
        assert (job.tries, job.state) == (tried, "waiting" if tried < outbox.MOST_TRIES else "failed")
        moment = job.next_try_at if tried == outbox.MOST_TRIES else moment + timedelta(seconds=2**tried)
        assert job.next_try_at == moment
    assert "no such user" in job.error
    page = ana_web.get("/jobs").content.decode()
    assert "no such user" in page
    assert "Try again" in page
    assert ana_web.post(f"/jobs/{job.pk}/retry").status_code == 302
    monkeypatch.undo()
    call_command("work", "--once")
    assert [letter.to for letter in mail.outbox] == [["nobody@example.org"]]


def test_many_copies_need_a_manager(bill: Bill, ana: User, may: User, ana_web: Client) -> None:
    for _ in range(4):
        copies.printed(bill.number, kind="receipt", by=ana)
    answer = ana_web.post(f"/bills/{bill.number}/print", {"kind": "receipt"})
    assert answer.status_code == 409
    assert "A manager has to approve this" in answer.content.decode()
    assert ReceiptPrint.objects.count() == 4
    asked = {"kind": "receipt", "approver": "may", "approver_pin": PASSWORD}
    assert "/prints/" in ana_web.post(f"/bills/{bill.number}/print", asked)["Location"]
    assert ReceiptPrint.objects.count() == 5
