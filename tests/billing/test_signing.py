"""A signing device: asked after the sale, never in its way, and its answer or failure on paper, Z and in the export."""

import base64
from collections.abc import Iterator
from decimal import Decimal as D
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from billing.drawer import counting
from billing.drawer.cash import expected_cash
from billing.models import Bill, BillSignature, PaperKind, Shift
from billing.order import Order, Tendered, Wanted
from billing.receipts import finding, printer, slip
from billing.receipts.signing import paper, signing
from billing.receipts.signing.device import Begun, DeviceFailed, Process, Signed
from billing.receipts.signing.process import Deed
from billing.receipts.signing.simulated import SimulatedDevice
from billing.returns import exchanges, refunds
from billing.returns.exchanges import Exchange
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from billing.sale import sales
from inventory.models import Product, TaxRate
from reports.doctor import counter
from reports.figures import attention
from tests.counter import order, sell
from tests.proof import assert_books_are_right

SIGNED = "SIMULATED signature: proves nothing."


class Broken:
    is_simulated = True

    def begin(self, process: Process) -> Begun:
        raise DeviceFailed("The card is full.")

    def finish(self, begun: Begun, process: Process) -> Signed:
        raise NotImplementedError


@pytest.fixture
def device(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.SIGNING_DEVICE, settings.SIGNING_FOLDER = "simulated", str(tmp_path / "device")
    signing.silent.clear()
    yield
    signing.silent.clear()


@pytest.fixture
def broken(device: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "device", Broken)


def is_signed_by(text: str) -> bool:
    """As anybody can prove a receipt with nothing but its code."""
    version, *told, algorithm, _time_format, signature, public_key = text.split(";")
    assert (version, algorithm) == ("V0", "ecdsa-plain-SHA256")
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), base64.b64decode(public_key))
    halves = base64.b64decode(signature)
    pair = encode_dss_signature(int.from_bytes(halves[:32], "big"), int.from_bytes(halves[32:], "big"))
    try:
        key.verify(pair, ";".join(told).encode(), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


@pytest.mark.django_db
def test_without_a_device_a_sale_costs_no_statement_more_and_says_nothing(
    ana: User, ana_api: Client, shift: Shift, tea: Product, settings: Any, tmp_path: Path
) -> None:
    sell((tea, "1"), by=ana, cash="12.50")
    with CaptureQueriesContext(
        connection,
    ) as without:
        bill = sell((tea, "1"), by=ana, cash="12.50")
    assert not any("signature" in query["sql"] for query in without.captured_queries)
    assert signing.of(finding.to_show(bill.number)) is None
    assert ana_api.get(f"/api/v1/bills/{bill.number}/signature").status_code == 404
    assert not any("ignature" in line.text for line in slip.lines(finding.find(bill.number), "receipt", 0, 48))
    assert signing.work_one() is False
    assert counter.signing_device().says == "None: no device signs what is sold."
    settings.SIGNING_DEVICE, settings.SIGNING_FOLDER = "simulated", str(tmp_path)
    with CaptureQueriesContext(connection) as signed:
        sell((tea, "1"), by=ana, cash="12.50")
    assert len(signed) > len(without), "what was measured does notice a device"


@pytest.mark.django_db
def test_sale_is_signed_and_its_receipt_says_so_and_proves_it(
    ana: User, ana_web: Client, ana_api: Client, shift: Shift, tea: Product, device: None
) -> None:
    tea.tax_rate = TaxRate.objects.create(name="full", rate=D("0.19"))
    tea.save()
    bills = [sell((tea, "1"), by=ana, cash="20.00"), sell((tea, "2"), by=ana, card="20.00", cash="5.00")]
    first, second = (signing.of(finding.find(bill.number)) for bill in bills)
    assert first and second and first.is_simulated
    assert (first.number, first.counter, second.number, second.counter) == (1, 1, 2, 2)
    assert first.process_data == "Beleg^12.50_0.00_0.00_0.00_0.00^12.50:Bar"
    assert second.process_data == "Beleg^25.00_0.00_0.00_0.00_0.00^5.00:Bar_20.00:Unbar"
    text = paper.code(finding.find(bills[0].number), first)
    assert text.startswith("V0;R1;Kassenbeleg-V1;Beleg^12.50_")
    assert is_signed_by(text)
    assert not is_signed_by(text.replace("12.50", "2.50"))

    told = ana_api.get(f"/api/v1/bills/{bills[0].number}/signature").json()
    assert (told["code"], told["is_simulated"], told["error"], told["number"]) == (text, True, "", 1)
    page = ana_web.get(f"/bills/{bills[0].number}/receipt").content.decode()
    assert SIGNED in page and first.serial in page and first.signature in page
    whole = finding.find(bills[0].number)
    lines = [line.text for line in slip.lines(whole, PaperKind.RECEIPT, 0, 32)]
    assert SIGNED in " ".join(lines)
    assert first.signature.encode() in printer.render(whole, PaperKind.RECEIPT, 0)
    assert first.signature.encode() not in printer.render(whole, PaperKind.GIFT, 0)
    with pytest.raises(IntegrityError, match="bill_signed_once"), transaction.atomic():
        BillSignature.objects.create(
            **{field.attname: getattr(first, field.attname) for field in first._meta.fields if field.attname != "id"}
        )
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        BillSignature.objects.update(serial="another")
    assert_books_are_right()


@pytest.mark.django_db
def test_refund_and_both_halves_of_an_exchange_are_signed_and_a_repeated_sale_is_not_signed_again(
    ana: User, shift: Shift, tea: Product, device: None
) -> None:
    asked = order((tea, "3"), cash="37.50")
    bill = sales.sell(asked, cashier=ana).bill
    assert sales.sell(asked, cashier=ana).again
    back = [Returned(1, D(1), to_stock=True)]
    refund = refunds.refund(Wish(uuid4(), bill.number, back, [Tendered("cash", D("12.50"))], "torn"), cashier=ana).bill
    key = uuid4()
    swap = Exchange(Wish(key, bill.number, back, [], "torn"), Order(key, [Wanted(D(1), tea.pk)], [], register="R1"))
    swapped = exchanges.exchange(swap, cashier=ana)
    told = {made.bill_id: made.process_data for made in BillSignature.objects.all()}
    assert BillSignature.objects.count() == 4
    assert told[bill.pk] == "Beleg^0.00_0.00_0.00_0.00_37.50^37.50:Bar"
    assert told[refund.pk] == "Beleg^0.00_0.00_0.00_0.00_-12.50^-12.50:Bar"
    assert told[swapped.refund.pk].endswith("_-12.50^-12.50:Unbar")
    assert told[swapped.sale.pk].endswith("_12.50^12.50:Unbar")


@pytest.mark.django_db
def test_sale_goes_on_when_the_device_fails_and_is_signed_later(
    ana: User, shift: Shift, tea: Product, broken: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    bills = [sell((tea, "1"), by=ana, cash="12.50") for _n in range(2)]
    assert [row.error for row in BillSignature.objects.all()] == ["The card is full.", "It failed a moment ago."]
    lines = [line.text for line in slip.lines(finding.find(bills[0].number), PaperKind.RECEIPT, 0, 48)]
    assert "The signing device failed." in " ".join(lines)
    monkeypatch.setattr(signing, "A_MOMENT", -signing.A_MOMENT)
    assert counter.signing_device().says == "2 business cases of the last week have none."
    card = next(card for card in attention.CARDS if card.page == "doctor" and "signature" in str(card.title))
    assert attention.counted([card], ana) == [(card, 2)]
    assert signing.work_one() is False, "it is left alone for a moment"
    signing.silent.clear()
    monkeypatch.setattr(signing, "device", lambda: signing.simulated(str(signing.settings.SIGNING_FOLDER)))
    assert [signing.work_one() for _n in range(3)] == [True, True, False]
    made = signing.of(finding.find(bills[0].number))
    assert made and not made.error and made.bill.signatures.count() == 2
    assert counter.signing_device().state.value == "look"
    assert_books_are_right()


@pytest.mark.django_db
def test_device_that_does_not_answer_holds_a_sale_no_longer_than_it_may(
    ana: User, shift: Shift, tea: Product, device: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = Event()

    class Hangs(Broken):
        def begin(self, process: Process) -> Begun:
            end.wait()
            raise DeviceFailed("too late")

    settings.SIGNING_SECONDS = 0.01
    monkeypatch.setattr(signing, "device", Hangs)
    sell((tea, "1"), by=ana, cash="12.50")
    end.set()
    assert BillSignature.objects.get().error == "It did not answer within 0.01 seconds."


@pytest.mark.django_db(transaction=True)
def test_device_is_asked_when_the_sale_is_committed_and_no_lock_is_held(
    ana: User, shift: Shift, tea: Product, device: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    whole = signing.ask

    def ask(deed: Deed) -> bool:
        seen.append(connection.in_atomic_block)
        return whole(deed)

    monkeypatch.setattr(signing, "ask", ask)
    sell((tea, "1"), by=ana, cash="12.50")
    assert seen == [False]


@pytest.mark.django_db
def test_z_counts_what_was_signed_and_by_which_device(
    ana: User, ana_web: Client, shift: Shift, tea: Product, device: None, tmp_path: Path
) -> None:
    Bill.objects.get(pk=sell((tea, "1"), by=ana, cash="12.50").pk)
    z = counting.close_shift(shift.pk, counted=expected_cash(shift), by=ana)
    serial = SimulatedDevice(tmp_path / "device").serial
    document = Shift.objects.get(pk=shift.pk).z.document
    float_before_the_device = 1
    assert document["signing"] == {
        "devices": [{"serial": serial, "simulated": True}],
        "signed": 1,
        "unsigned": float_before_the_device,
    }
    assert z and SIGNED in ana_web.get(f"/shifts/{shift.pk}/z").content.decode()
