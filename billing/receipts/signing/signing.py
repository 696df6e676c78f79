"""Has finished bills signed by the shop's device, if it has one.

A bill is signed after its transaction, when no lock is held any more, and in a bounded time. If the device fails, the
sale stands, the failure is written down, and `work_one` asks again for some days.
"""

import logging
from datetime import timedelta
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import DatabaseError, IntegrityError
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from billing.models import Bill, BillSignature, RegisterKind, Shift
from billing.receipts.signing import process
from billing.receipts.signing.device import Device, DeviceFailed, Signed, signed
from billing.receipts.signing.simulated import SimulatedDevice
from pos import clock

log = logging.getLogger(__name__)
NONE, SIMULATED = "none", "simulated"
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


def sign(*bills: Bill) -> None:
    """Outside of any transaction. Never raises: the bills are written."""
    if not is_used():
        return
    for bill in bills:
        try:
            ask(bill)
        except DatabaseError as error:
            log.warning("bill %s: %s", bill.number, error)  # found and signed later, as after a crash


def ask(bill: Bill) -> bool:
    """Writes down the signature, or why there is none; returns whether there is one now."""
    wanted = process.of_bill(bill)
    facts = {"bill": bill, "process_type": wanted.kind, "process_data": wanted.data}
    try:
        if is_silent():
            raise DeviceFailed(_("It failed a moment ago."))
        used = device()
        made = signed(used, wanted, settings.SIGNING_SECONDS)
    except DeviceFailed as failed:
        log.warning("bill %s: %s", bill.number, failed)
        if not is_silent():
            silent[settings.SIGNING_DEVICE] = monotonic() + SILENCE
        if not bill.signatures.exists():
            BillSignature.objects.create(**facts, error=str(failed)[:200])
        return False
    return keep(made, facts, is_simulated=used.is_simulated)


def keep(made: Signed, facts: dict[str, Any], *, is_simulated: bool) -> bool:
    columns = {name: getattr(made, name) for name in made.__slots__}
    try:
        BillSignature.objects.create(**facts, **columns, is_simulated=is_simulated)
    except IntegrityError:
        log.warning("bill %s was signed by another process meanwhile", facts["bill"])
    return True


def unsigned() -> QuerySet[Bill]:
    """Bills of the last days that should have a signature and have none: all since the first bill the device was asked
    for. Imported history was never sold here."""
    if not is_used():
        return Bill.objects.filter(pk__lt=0)  # a question like any other, for the desk
    first = BillSignature.objects.order_by("bill").values("bill")[:1]
    good = BillSignature.objects.filter(bill=OuterRef("pk"), error="")
    now = clock.now()
    recent = Bill.objects.filter(pk__gte=Subquery(first), at__gte=now - ASKED_AGAIN, at__lt=now - A_MOMENT)
    return recent.filter(~Exists(good)).exclude(register__kind=RegisterKind.HISTORY)


def jobs_counted() -> dict[tuple[str, str], int]:
    return {("signature", "waiting"): unsigned().count()}


def work_one() -> bool:
    """Signs the oldest bill that lacks its signature; returns whether it could."""
    if not is_used() or is_silent():
        return False
    bill = unsigned().select_related("register").order_by("pk").first()
    return bill is not None and ask(bill)


def counts(shift: Shift) -> dict[str, Any]:
    """For the X and the Z: the devices that signed the shift's bills, how many, and how many have no signature."""
    rows = BillSignature.objects.filter(bill__shift=shift)
    good = rows.filter(error="")
    serials = sorted(set(good.values_list("serial", "is_simulated")))
    return {
        "devices": [{"serial": serial, "simulated": simulated} for serial, simulated in serials],
        "signed": good.count(),
        "unsigned": shift.bills.filter(~Exists(good.filter(bill=OuterRef("pk")))).count(),
    }


def asked_for(bill: Bill) -> bool:
    """Whether the device was asked for this bill, as its query said (`finding.whole`)."""
    return getattr(bill, "was_at_device", False)


def of(bill: Bill) -> BillSignature | None:
    """Its signature, or its failure if it still has none."""
    return bill.signatures.order_by("-signature", "pk").first() if asked_for(bill) else None
