"""Cash moved by hand and gift cards sold without a bill at a signing device: asked afterwards, never in their way."""

from decimal import Decimal as D
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from dsfinvk.validate import validate_zip  # type: ignore[import-untyped]

from accounts.models import User
from billing.drawer import counting, shifts
from billing.drawer.cash import NotEnoughCash, expected_cash
from billing.drawer.cash_by_hand import move_cash
from billing.models import CashMovement, CashSignature, Shift, StoredValueEntry
from billing.receipts.signing import signing
from billing.stored_value import gift_cards
from inventory.models import Product
from reports.doctor import counter
from tests import cast
from tests.billing.test_signing import broken, device
from tests.counter import sell
from tests.proof import assert_books_are_right
from tests.reports.test_desk import counts
from tests.reports.test_dsfinvk import exported, number

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["broken", "device"]
API = "API"
NO_TAX = "Beleg^0.00_0.00_0.00_0.00_"


@pytest.fixture
def opened(device: None, ana: User) -> Shift:
    """A shift whose float was signed."""
    return shifts.open_shift(cast.till("R1").code, opening_float=D("100.00"), by=ana)


def move(shift: Shift, kind: str, amount: str, by: User) -> CashMovement:
    return move_cash(shift.pk, kind=kind, amount=D(amount), reason="change", by=by)


def pay_in(client: Client, shift: Shift, **more: Any) -> Any:
    asked = {"kind": "pay_in", "amount": "20.00", "reason": "change"}
    return client.post(f"/api/v1/shifts/{shift.pk}/cash-movements", asked, content_type="application/json", **more)


def sell_card(by: User, amount: str, tender: str) -> StoredValueEntry:
    return gift_cards.sell(uuid4(), register="R1", amount=D(amount), tender=tender, by=by).entry


def told() -> list[str]:
    return [made.error or made.process_data for made in CashSignature.objects.order_by("pk")]


def test_float_cash_by_hand_and_gift_cards_are_signed_and_the_z_and_the_archive_have_them(
    opened: Shift, may: User, tea: Product, tmp_path: Path
) -> None:
    move(opened, "pay_in", "20.00", may)
    move(opened, "pay_out", "5.00", may)
    move(opened, "drop", "50.00", may)
    move(opened, "no_sale", "0", may)
    sell_card(may, "25.00", "cash")
    sell_card(may, "30.00", "card")
    sell((tea, "1"), by=may, cash="12.50")
    assert told() == [
        f"{NO_TAX}{amount}^{amount}:{way}"
        for amount, way in (
            *(("100.00", "Bar"), ("20.00", "Bar"), ("-5.00", "Bar"), ("-50.00", "Bar")),
            *(("25.00", "Bar"), ("30.00", "Unbar")),
        )
    ]
    counting.close_shift(opened.pk, counted=expected_cash(opened), by=may)
    signed = Shift.objects.get(pk=opened.pk).z.document["signing"]
    assert (signed["signed"], signed["unsigned"]) == (7, 0)
    rows = exported(opened.business_date, tmp_path / "day.zip")
    assert validate_zip(tmp_path / "day.zip") == []
    paid = {row["BON_ID"]: number(row["BASISWAEH_BETRAG"]) for row in rows["datapayment"]}
    data = {row["BON_ID"]: row["TSE_VORGANGSDATEN"] for row in rows["transactions_tse"]}
    assert len(data) == len(told()) + 1
    assert all(f"^{paid[bon]:.2f}:" in text for bon, text in data.items())
    assert_books_are_right()


def test_cash_goes_on_when_the_device_fails_and_is_signed_later(
    broken: None, may: User, may_api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as at_first:
        at_first.setattr(signing, "device", lambda: signing.simulated(str(signing.settings.SIGNING_FOLDER)))
        shift = shifts.open_shift(cast.till("R1").code, opening_float=D("100.00"), by=may)
        move(shift, "pay_in", "1.00", may)
        sell_card(may, "1.00", "card")
    moved = pay_in(may_api, shift)
    assert moved.status_code == 201
    card = sell_card(may, "30.00", "card")
    assert told()[3:] == ["The card is full.", "It failed a moment ago."]
    monkeypatch.setattr(signing, "A_MOMENT", -signing.A_MOMENT)
    assert counter.signing_device().says == "2 business cases of the last week have none."
    assert counts(may)["Without a signature"] == 2
    assert signing.work_one() is False, "it is left alone for a moment"
    signing.silent.clear()
    monkeypatch.setattr(signing, "device", lambda: signing.simulated(str(signing.settings.SIGNING_FOLDER)))
    assert [signing.work_one() for _n in range(3)] == [True, True, False]
    assert card.signatures.count() == 2
    assert counts(may)["Without a signature"] == 0
    assert_books_are_right()


def test_cash_that_was_refused_or_asked_for_twice_is_not_signed(opened: Shift, ana: User, may_api: Client) -> None:
    with pytest.raises(NotEnoughCash):
        move(opened, "pay_out", "100.01", by=User.objects.get(username="may"))
    key = {"Idempotency-Key": str(uuid4())}
    assert [pay_in(may_api, opened, headers=key).status_code for _n in range(2)] == [201, 200]
    gift = uuid4()
    for _n in range(2):
        gift_cards.sell(gift, register="R1", amount=D(25), tender="card", by=ana)
    assert len(told()) == 3


def test_device_is_asked_when_the_cash_is_committed_and_no_lock_is_held(
    opened: Shift, may: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    monkeypatch.setattr(signing, "ask", lambda _deed: seen.append(connection.in_atomic_block))
    move(opened, "pay_in", "20.00", may)
    sell_card(may, "30.00", "card")
    assert seen == [False, False]


def test_a_register_without_a_drawer_and_one_without_a_device_sign_no_cash(
    ana: User, tea: Product, settings: Any, device: None
) -> None:
    sell((tea, "1"), by=ana, cash="12.50", register=API)
    assert told() == []
    settings.SIGNING_DEVICE = "none"
    shifts.open_shift(cast.till("R1").code, opening_float=D("100.00"), by=ana)
    assert told() == []


def test_signature_of_cash_is_made_once_and_never_rewritten(opened: Shift) -> None:
    (first,) = CashSignature.objects.all()
    same = {field.attname: getattr(first, field.attname) for field in first._meta.fields if field.attname != "id"}
    for facts, guard in (
        ({}, "movement_signed_once"),
        ({"movement_id": None}, "cash_signature_is_of_one"),
        ({"error": "It failed."}, "cash_signature_or_its_error"),
    ):
        with pytest.raises(IntegrityError, match=guard), transaction.atomic():
            CashSignature.objects.create(**same | facts)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        CashSignature.objects.update(serial="another")
