"""Has bills, cash moved by hand and gift cards sold without a bill signed by the shop's device, if it has one.

They are signed after their transaction, when no lock is held any more, and in a bounded time. If the device fails, what
was booked stands, the failure is written down, and `work_one` asks again for some days.
"""

import logging
from datetime import timedelta
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import DatabaseError, IntegrityError
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from billing.models import (
    Bill,
    BillSignature,
    CashKind,
    CashMovement,
    CashSignature,
    RegisterKind,
    Shift,
    StoredValueEntry,
)
from billing.receipts.signing import process
from billing.receipts.signing.device import Device, DeviceFailed, Signed, signed
from billing.receipts.signing.process import Deed
from billing.receipts.signing.simulated import SimulatedDevice
from pos import clock

log = logging.getLogger(__name__)
NONE, SIMULATED = "none", "simulated"
BY_HAND = (CashKind.FLOAT, CashKind.PAY_IN, CashKind.PAY_OUT, CashKind.DROP)
SILENCE = 30.0  # a device that failed is not asked again by the tills for so many seconds
ASKED_AGAIN, A_MOMENT = timedelta(days=7), timedelta(minutes=1)
silent: dict[str, float] = {}  # by device, until when


def is_used() -> bool:
    return settings.SIGNING_DEVICE != NONE


@cache
def simulated(folder: str) -> Device:
    return SimulatedDevice(Path(folder))


def device() -> Device:
    if settings.SIGNING_DEVICE != SIMULATED:
        raise DeviceFailed(_("There is no such device: %(name)s.") % {"name": settings.SIGNING_DEVICE})
    return simulated(settings.SIGNING_FOLDER)


def is_silent() -> bool:
    return monotonic() < silent.get(settings.SIGNING_DEVICE, 0.0)


def sign(*deeds: Deed) -> None:
    """Outside of any transaction. Never raises: what was done is written."""
    if not is_used():
        return
    for deed in deeds:
        try:
            ask(deed)
        except DatabaseError as error:
            log.warning("%s: %s", name_of(deed), error)  # found and signed later, as after a crash


def ask(deed: Deed) -> bool:
    """Writes down the signature, or why there is none; returns whether there is one now."""
    wanted = process.of(deed)
    facts = {"process_type": wanted.kind, "process_data": wanted.data}
    try:
        if is_silent():
            raise DeviceFailed(_("It failed a moment ago."))
        used = device()
        made = signed(used, wanted, settings.SIGNING_SECONDS)
    except DeviceFailed as failed:
        log.warning("%s: %s", name_of(deed), failed)
        if not is_silent():
            silent[settings.SIGNING_DEVICE] = monotonic() + SILENCE
        if not deed.signatures.exists():
            deed.signatures.create(**facts, error=str(failed)[:200])
        return False
    return keep(deed, made, facts, is_simulated=used.is_simulated)


def name_of(deed: Deed) -> str:
    return f"{deed._meta.model_name} {deed.pk}"


def keep(deed: Deed, made: Signed, facts: dict[str, Any], *, is_simulated: bool) -> bool:
    columns = {name: getattr(made, name) for name in made.__slots__}
    try:
        deed.signatures.create(**facts, **columns, is_simulated=is_simulated)
    except IntegrityError:
        log.warning("%s was signed by another process meanwhile", name_of(deed))
    return True


def bills() -> QuerySet[Bill]:
    """Imported history was never sold here."""
    return Bill.objects.exclude(register__kind=RegisterKind.HISTORY)


def cash_by_hand() -> QuerySet[CashMovement]:
    return CashMovement.objects.filter(kind__in=BY_HAND, shift__register__kind=RegisterKind.TILL)


def cards_without_bill() -> QuerySet[StoredValueEntry]:
    return StoredValueEntry.objects.filter(bill=None, tender__isnull=False)


def lacking() -> list[QuerySet[Any]]:
    """What of the last days should have a signature and has none, by its kind: all since the first the device was asked
    for."""
    return [
        without(BillSignature.objects.all(), "bill", bills()),
        without(CashSignature.objects.exclude(movement=None), "movement", cash_by_hand()),
        without(CashSignature.objects.exclude(card_entry=None), "card_entry", cards_without_bill()),
    ]


def without(signatures: QuerySet[Any], of: str, deeds: QuerySet[Any]) -> QuerySet[Any]:
    first = signatures.order_by(of).values(of)[:1]
    good = signatures.filter(**{of: OuterRef("pk")}, error="")
    now = clock.now()
    recent = deeds.filter(pk__gte=Subquery(first), at__gte=now - ASKED_AGAIN, at__lt=now - A_MOMENT)
    return recent.filter(~Exists(good))


def unsigned() -> QuerySet[Any]:
    """All that lacks its signature, to be counted."""
    if not is_used():
        return Bill.objects.filter(pk__lt=0)  # a question like any other, for the desk
    first, *others = (deeds.values("pk") for deeds in lacking())
    return first.union(*others, all=True)


def jobs_counted() -> dict[tuple[str, str], int]:
    return {("signature", "waiting"): unsigned().count()}


def work_one() -> bool:
    """Signs the oldest bill, movement or card that lacks its signature; returns whether it could."""
    if not is_used() or is_silent():
        return False
    for deeds in lacking():
        if deed := deeds.order_by("pk").first():
            return ask(deed)
    return False


def counts(shift: Shift) -> dict[str, Any]:
    """For the X and the Z: the devices that signed what the shift did, how much of it, and how much has no
    signature."""
    of_cash = CashSignature.objects.filter(Q(movement__shift=shift) | Q(card_entry__shift=shift))
    good = [rows.filter(error="") for rows in (BillSignature.objects.filter(bill__shift=shift), of_cash)]
    serials = sorted({told for rows in good for told in rows.values_list("serial", "is_simulated")})
    signed = sum(rows.count() for rows in good)
    deeds: list[QuerySet[Any]] = [bills(), cash_by_hand(), cards_without_bill()]
    return {
        "devices": [{"serial": serial, "simulated": simulated} for serial, simulated in serials],
        "signed": signed,
        "unsigned": sum(rows.filter(shift=shift).count() for rows in deeds) - signed,
    }


def asked_for(bill: Bill) -> bool:
    """Whether the device was asked for this bill, as its query said (`finding.whole`)."""
    return getattr(bill, "was_at_device", False)


def of(bill: Bill) -> BillSignature | None:
    """Its signature, or its failure if it still has none."""
    return bill.signatures.order_by("-signature", "pk").first() if asked_for(bill) else None
