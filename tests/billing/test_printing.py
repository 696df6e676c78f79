"""The receipt printer: its bytes, the connection to it, and what happens while it is off."""

import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D
from queue import Queue
from threading import Thread
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from accounts.models import User
from billing.codes import card_spelling
from billing.drawer import cash_by_hand
from billing.drawer.cash import NotEnoughCash
from billing.models import Bill, OutboundJob, Register, Shift
from billing.receipts import card_codes, copies, outbox
from billing.receipts import printer as receipt_printer
from billing.receipts.printer import blank, put, render
from billing.receipts.slip import Line, clean, pair
from inventory.models import Product
from pos.clock import now
from pos.models import StoreSettings
from tests.at_once import at_once
from tests.counter import sell

PULSE = b"\x1bp\x0022"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
START = b"\x1b@\x1bt\x13"


class Printer:
    """A printer on a loopback socket that keeps what it receives."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.received: Queue[bytes] = Queue()
        Thread(target=self.listen, daemon=True).start()

    def listen(self) -> None:
        while True:
            try:
                sender, _ = self.socket.accept()
            except OSError:
                return
            with sender:
                paper = b""
                while part := sender.recv(4096):
                    paper += part
            self.received.put(paper)

    def papers(self, number: int) -> list[bytes]:
        """The next papers; fails if there are more."""
        found = [self.received.get(timeout=10) for _ in range(number)]
        assert self.received.empty()
        return found


@pytest.fixture
def printer(r1: Register) -> Iterator[Printer]:
    found = Printer()
    Register.objects.filter(pk=r1.pk).update(printer_host="127.0.0.1", printer_port=found.port)
    yield found
    found.socket.close()


@pytest.fixture
def printer_off(r1: Register) -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    Register.objects.filter(pk=r1.pk).update(printer_host="127.0.0.1", printer_port=port)


def print_all() -> None:
    call_command("work", "--once")


def test_receipt_byte_for_byte(shift: Shift, tea: Product, ana: User) -> None:
    StoreSettings.change(by="may", receipt_width=58, shop_name="Tee\x1b@ & Café", receipt_footer="Danke")
    bill = sell((tea, "2"), by=ana, cash="30.00")
    found = render(bill, "receipt", 0)
    assert found.startswith(START)
    text = [line for line in found.split(b"\n") if line]
    assert text[0].endswith(b"Tee@ & Caf\x82")
    assert b"Bill                   R1-000001" in found
    assert b"Green tea" + b" " * 17 + b"\xd525.00" in found
    assert b"  2 x \xd512.50" in found
    assert b"TOTAL" + b" " * 21 + b"\xd525.00" in found
    assert b"Change" + b" " * 21 + b"\xd55.00" in found
    assert found.endswith(b"\x1d(k\x0c\x001P0R1-000001\x1d(k\x03\x001Q0\x1bd\x06\x1dV\x00")
    assert PULSE not in found


@pytest.mark.parametrize(("roll", "mark"), [(80, b"\x1dkI\x12{B%s"), (58, b"1P0%s")], ids=["bars", "a QR code"])
def test_receipt_of_a_gift_card_holds_its_code_until_it_is_printed(
    shift: Shift, printer: Printer, ana: User, ben: User, roll: int, mark: bytes
) -> None:
    StoreSettings.change(by="may", receipt_width=roll)
    bill = sell(by=ana, cash="30.00", cards=[D(30)])
    (card,) = card_codes.to_print(Bill.objects.get(pk=bill.pk), ana)
    code = mark % card_spelling.plain(card.code).encode()
    copies.hand_over(bill, by=ana)
    assert code in bytes(OutboundJob.objects.get().payload)
    copies.sent(bill.number, kind="gift", by=ana, register=shift.register)
    copies.sent(bill.number, kind="receipt", by=ben, register=shift.register)
    print_all()
    assert [code in printed for printed in printer.papers(3)] == [True, False, False]
    assert {bytes(job.payload) for job in OutboundJob.objects.all()} == {b""}


def test_line_byte_for_byte() -> None:
    paper = blank()
    put(paper, Line("Crème 3 €", is_centred=True), 48)
    assert paper.output == START + 3 * b"\x1b!\x00" + b"\x1ba\x01Cr\x8ame 3 \xd5\n"


def test_line_outside_the_code_page_is_printed_as_an_image() -> None:
    paper = blank()
    put(paper, Line("Чай Ł"), 32)
    assert b"\x1dv0" in paper.output
    assert "Чай".encode("cp866") not in paper.output


def test_printer_commands_in_a_name_are_removed() -> None:
    assert clean("a\x1bp\x00b\u202ec\td\u00a0e") == "apbc d e"


def test_long_names_are_wrapped() -> None:
    found = list(pair("A very long name of a very fine tea", "€12.50", 20))
    assert [len(line.text) for line in found][-1] == 20
    assert found[-1].text.endswith("€12.50")


def test_till_with_a_printer_prints_after_the_sale_and_opens_the_drawer_for_cash(
    shift: Shift, printer: Printer, tea: Product, ana: User, ana_web: Client
) -> None:
    cash, card = sell((tea, "1"), by=ana, cash="12.50"), sell((tea, "1"), by=ana, card="12.50")
    for bill in (cash, card, cash):
        copies.hand_over(bill, by=ana)
    print_all()
    with_cash, with_card = printer.papers(2)
    assert with_cash.startswith(PULSE + START)
    assert with_card.startswith(START)
    assert cash.number.encode() in with_cash
    ana_web.post("/shift/join", {"register": "R1"})
    ana_web.post(f"/bills/{cash.number}/print", {"kind": "receipt"})
    print_all()
    (again,) = printer.papers(1)
    assert again.startswith(START)
    assert b"COPY 1" in again


def test_paying_at_the_till_prints_once(shift: Shift, printer: Printer, tea: Product, ana_web: Client) -> None:
    ana_web.post("/shift/join", {"register": "R1"})
    basket = ana_web.get("/till")["Location"]
    ana_web.post(f"{basket}/scan", {"code": "4006381333931"})
    version = ana_web.get(basket).context["basket"].version
    asked = {"version": version, "shown_total": "12.50", "cash": "20.00", "method": "cash", "amount": "20.00"}
    for _ in range(2):
        ana_web.post(f"{basket}/pay", asked)
    assert OutboundJob.objects.count() == Bill.objects.count()


def test_opening_without_a_sale_prints_nothing(shift: Shift, printer: Printer, ana: User) -> None:
    cash_by_hand.move_cash(shift.pk, kind="no_sale", amount=D(0), reason="a look", by=ana)
    print_all()
    assert printer.papers(1) == [PULSE]


def test_refused_pay_out_does_not_open_the_drawer(shift: Shift, printer: Printer, may: User) -> None:
    with pytest.raises(NotEnoughCash):
        cash_by_hand.move_cash(shift.pk, kind="pay_out", amount=D(500), reason="rent", by=may)
    assert not OutboundJob.objects.exists()


def test_failed_print_is_retried_then_shown_at_the_till_and_never_opens_the_drawer_late(
    shift: Shift, printer_off: None, tea: Product, ana: User, ana_web: Client
) -> None:
    bill = sell((tea, "1"), by=ana, cash="12.50")
    copies.hand_over(bill, by=ana)
    cash_by_hand.move_cash(shift.pk, kind="no_sale", amount=D(0), reason="a look", by=ana)
    for tried in range(1, outbox.MOST_TRIES + 1):
        assert outbox.work_one()
        assert OutboundJob.objects.order_by("pk")[0].tries == tried
        if tried < outbox.MOST_TRIES:
            assert not outbox.work_one(), "the next paper waits for the previous one"
            OutboundJob.objects.filter(tries=tried).update(next_try_at=LONG_AGO)
    job = OutboundJob.objects.order_by("pk")[0]
    assert (job.state, job.tries) == ("failed", outbox.MOST_TRIES)
    assert "refused" in job.error
    page = ana_web.get(f"/bills/{bill.number}/receipt").content.decode()
    assert "The printer did not print 1 time" in page
    assert "Try again" in ana_web.get("/jobs").content.decode()
    OutboundJob.objects.filter(state="waiting").update(created_at=LONG_AGO)
    revived = Printer()
    Register.objects.update(printer_port=revived.port)
    assert ana_web.post(f"/jobs/{job.pk}/retry").status_code == 302
    print_all()
    assert [sent.startswith(PULSE) for sent in revived.papers(2)] == [False, False]
    assert ana_web.post(f"/jobs/{job.pk}/retry").status_code == 404
    revived.socket.close()


def test_failed_job_can_be_given_up(shift: Shift, printer_off: None, ana: User, ana_web: Client) -> None:
    cash_by_hand.move_cash(shift.pk, kind="no_sale", amount=D(0), reason="a look", by=ana)
    job = OutboundJob.objects.get()
    assert ana_web.post(f"/jobs/{job.pk}/give-up").status_code == 404
    OutboundJob.objects.update(state="failed")
    assert ana_web.post(f"/jobs/{job.pk}/give-up").status_code == 302
    assert not OutboundJob.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_each_paper_is_printed_by_one_worker(shift: Shift, printer: Printer, ana: User) -> None:
    cash_by_hand.move_cash(shift.pk, kind="no_sale", amount=D(0), reason="a look", by=ana)
    assert sorted(at_once([outbox.work_one] * 4)) == [False, False, False, True]
    assert printer.papers(1) == [PULSE]


@pytest.mark.django_db(transaction=True)
def test_worker_skips_a_job_locked_by_another(shift: Shift, printer: Printer, ana: User, milk: Product) -> None:
    cash_by_hand.move_cash(shift.pk, kind="no_sale", amount=D(0), reason="a look", by=ana)
    with transaction.atomic():
        OutboundJob.objects.select_for_update().get()
        assert at_once([outbox.work_one]) == [False]


class DyingPrinter(Printer):
    """Reads the first bytes of a paper, then resets the connection, as if unplugged."""

    def listen(self) -> None:
        sender, _ = self.socket.accept()
        self.received.put(sender.recv(16))
        self.socket.close()
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sender.close()


def test_paper_cut_off_by_a_dying_printer_is_printed_again_in_full(
    shift: Shift, tea: Product, ana: User, monkeypatch: Any
) -> None:
    dying = DyingPrinter()
    Register.objects.update(printer_host="127.0.0.1", printer_port=dying.port)
    bill = sell((tea, "1"), by=ana, cash="12.50")
    copies.hand_over(bill, by=ana)
    job = OutboundJob.objects.get()
    long_paper = bytes(job.payload) + b"\n" * 12_000_000  # more than the socket buffers hold
    OutboundJob.objects.update(payload=long_paper)
    assert outbox.work_one()
    job.refresh_from_db()
    assert (job.state, job.tries) == ("waiting", 1)
    assert job.error
    assert dying.received.get(timeout=10).startswith(PULSE)
    revived = Printer()
    Register.objects.update(printer_port=revived.port)
    OutboundJob.objects.update(payload=job.payload[:2000], next_try_at=LONG_AGO, created_at=LONG_AGO)
    assert outbox.work_one()
    (whole,) = revived.papers(1)
    assert whole == bytes(job.payload[:2000]), "printed once, without opening the drawer"
    assert not outbox.work_one()
    revived.socket.close()


def test_printer_that_reads_nothing_times_out_and_is_tried_again(
    shift: Shift, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipt_printer, "PATIENCE", 0.2)
    deaf = socket.create_server(("127.0.0.1", 0))
    Register.objects.update(printer_host="127.0.0.1", printer_port=deaf.getsockname()[1])
    outbox.to_print(Register.objects.get(code="R1"), "long", b"x" * 12_000_000, by=ana, opens_drawer=False)
    assert outbox.work_one()
    job = OutboundJob.objects.get()
    assert (job.state, job.tries, job.error) == ("waiting", 1, "timed out")
    deaf.close()


def test_paper_of_a_failed_job_is_forgotten_after_a_day(shift: Shift, printer_off: None, ana: User, may: User) -> None:
    sold_card = {"kind": "print", "register": Register.objects.get(code="R1"), "by": ana, "payload": b"ABCD-EFGH"}
    failed = sold_card | {"subject": "receipt", "state": "failed"}
    fresh = OutboundJob.objects.create(**failed)
    old = OutboundJob.objects.create(**failed, next_try_at=now() - timedelta(hours=25))
    waiting = OutboundJob.objects.create(**sold_card, subject="receipt", next_try_at=now() + timedelta(days=30))
    call_command("work", "--once")
    assert [bytes(job.payload) for job in OutboundJob.objects.order_by("pk")] == [b"ABCD-EFGH", b"", b"ABCD-EFGH"]
    with pytest.raises(outbox.NoSuchJob, match="too old"):
        outbox.again(old.pk)
    outbox.give_up(old.pk, by=may)
    outbox.again(fresh.pk)
    assert {waiting.state, OutboundJob.objects.get(pk=fresh.pk).state} == {"waiting"}


def test_stuck_worker_is_detected(shift: Shift, printer_off: None, ana: User) -> None:
    call_command("work", "--alive")
    cash_by_hand.move_cash(shift.pk, kind="no_sale", amount=D(0), reason="a look", by=ana)
    call_command("work", "--alive")
    OutboundJob.objects.update(next_try_at=LONG_AGO)
    with pytest.raises(CommandError):
        call_command("work", "--alive")


@pytest.mark.django_db(transaction=True)
def test_worker_stops_on_sigterm(shift: Shift) -> None:
    program = (
        "import os, signal, django; django.setup()\n"
        "from django.core.management import CommandError, call_command\n"
        "from billing.basket import baskets\nfrom billing.receipts import outbox\nbaskets.drop_untouched = lambda: 0\n"
        "outbox.work_one = lambda: bool(os.kill(os.getpid(), signal.SIGTERM))\n"
        "call_command('work'); print('ended')"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert ended.stdout == "ended\n", ended.stderr
