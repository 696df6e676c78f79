"""Who may see a card's code and how long, and what of cards stands on a bill."""

from dataclasses import dataclass

from accounts.models import User
from billing import credit
from billing.models import (
    Basket,
    BasketGiftCard,
    BasketLine,
    BasketState,
    Bill,
    RegisterKind,
    StoredValueEntry,
    StoredValueKind,
    TenderKind,
)
from pos import clock

CODE_SHOWN_FOR = 15 * 60


def code_to_show(entry: StoredValueEntry, reader: User) -> str:
    """The new code, for the one who made it: for a quarter of an hour, and until the till moves on. Nobody looks it up
    later.
    """
    key = entry.key or (entry.bill.key if entry.bill else None)
    if key is None or entry.by_id != reader.pk:
        return ""
    is_fresh = (clock.now() - entry.at).total_seconds() < CODE_SHOWN_FOR
    if not is_fresh and (entry.bill is None or moved_on(entry.bill)):
        return ""
    code = credit.code_for(key)
    return code if credit.digest(code) == bytes(entry.card.digest) else ""


def moved_on(bill: Bill) -> bool:
    """Whether the till has begun something new since: another basket has something in it, or the shift is over."""
    if bill.register.kind == RegisterKind.API or bill.shift.closed_at:
        return True
    if bill.register.bills.filter(pk__gt=bill.pk).exists():
        return True
    begun = Basket.objects.filter(register=bill.register, state=BasketState.OPEN)
    since = {"basket__in": begun, "added_at__gt": bill.at}
    return BasketLine.objects.filter(**since).exists() or BasketGiftCard.objects.filter(**since).exists()


def sold_on(bill: Bill) -> list[StoredValueEntry]:
    """The gift cards sold on this bill."""
    return [entry for entry in bill.stored_value.all() if entry.kind == StoredValueKind.ISSUE]


@dataclass(frozen=True, slots=True)
class Printed:
    """A gift card as its buyer gets it; the code only while it may be shown."""

    entry: StoredValueEntry
    code: str


def to_print(bill: Bill, reader: User | None) -> list[Printed]:
    return [Printed(entry, code_to_show(entry, reader) if reader else "") for entry in sold_on(bill)]


def made_with(bill: Bill) -> StoredValueEntry | None:
    """What a refund put on store credit."""
    entries = StoredValueEntry.objects.select_related("card", "bill").filter(bill=bill)
    return entries.filter(kind=StoredValueKind.REFUND_TO, card__kind=TenderKind.STORE_CREDIT).first()
