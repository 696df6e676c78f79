"""Cash that moved without a bill, and gift cards sold without one, as Bons."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.models import CashKind, CashMovement, Shift, StoredValueEntry, Tender, TenderKind
from pos.money import ZERO
from reports.journal.facts import last_count
from reports.tax_office import bons
from reports.tax_office.bons import Bon, Paid, Position

SIGNED = "signatures"
KINDS = {CashKind.PAY_IN: bons.PAID_IN, CashKind.PAY_OUT: bons.PAID_OUT, CashKind.DROP: bons.ON_ITS_WAY}


def cash_name() -> str:
    return _(Tender.objects.get(kind=TenderKind.CASH).name)


def opening(shift: Shift, cash: str) -> Iterator[Bon]:
    """What lay in the drawer at its last count, and what was put in or taken out since."""
    floats = shift.cash_movements.filter(kind=CashKind.FLOAT).select_related("by")
    begun, before = sum((row.amount for row in floats), ZERO), last_count(shift)
    positions = [bons.untaxed(bons.OPENING, before, _("In the drawer at the last count"))]
    if begun != before:
        positions.append(bons.untaxed(bons.ON_ITS_WAY, begun - before, _("Put in or taken out since the last count")))
    for row in floats[:1]:
        yield in_cash(row, f"{shift.register.code}-C{row.pk}", positions, begun, cash)


def by_hand(shift: Shift, cash: str) -> Iterator[Bon]:
    wanted = [*KINDS, CashKind.NO_SALE]
    for row in (
        shift.cash_movements.filter(kind__in=wanted).select_related("by").prefetch_related(SIGNED).order_by("pk")
    ):
        number = f"{shift.register.code}-C{row.pk}"
        if row.kind == CashKind.NO_SALE:
            yield Bon(
                number,
                row.at,
                row.by_id,
                row.by.username,
                paid=[Paid(bons.NONE, "", ZERO)],
                kind=bons.OTHER_DEED,
                name=_("Drawer opened without a sale"),
                note=row.reason,
            )
        else:
            position = bons.untaxed(KINDS[CashKind(row.kind)], row.amount, row.reason)
            yield in_cash(row, number, [position], row.amount, cash)


def in_cash(row: CashMovement, number: str, positions: list[Position], amount: Decimal, cash: str) -> Bon:
    paid = [Paid(bons.CASH, cash, amount)]
    return Bon(
        *(number, row.at, row.by_id, row.by.username, positions, paid),
        note=row.reason,
        signature=bons.signature_of(row),
    )


def cards(shift: Shift) -> Iterator[Bon]:
    entries = (
        StoredValueEntry.objects.filter(shift=shift, bill=None)
        .select_related("card", "tender", "by")
        .prefetch_related(SIGNED)
    )
    for entry in entries.order_by("pk"):
        text = str(entry.card.get_kind_display())
        position = bons.untaxed(bons.VOUCHER_SOLD, entry.amount, text, voucher=f"…{entry.card.last4}")
        assert entry.tender is not None
        kind = bons.CASH if entry.tender.kind == TenderKind.CASH else bons.CASHLESS
        paid = [Paid(kind, _(entry.tender.name), entry.amount)]
        yield Bon(
            *(f"{shift.register.code}-G{entry.pk}", entry.at, entry.by_id, entry.by.username, [position], paid),
            signature=bons.signature_of(entry),
        )


def difference(shift: Shift, cash: str) -> Iterator[Bon]:
    if shift.counted is None or shift.expected is None or shift.closed_at is None or shift.closed_by is None:
        return
    if amount := shift.counted - shift.expected:
        position = bons.untaxed(bons.DIFFERENCE, amount, shift.difference_reason or _("Cash difference"))
        yield Bon(
            f"{shift.register.code}-Z{shift.z.number}",
            shift.closed_at,
            shift.closed_by.pk,
            shift.closed_by.username,
            [position],
            [Paid(bons.CASH, cash, amount)],
            note=shift.difference_reason,
        )
