"""Who may see the code of a new card and for how long, and which cards a bill sold or made."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from billing.codes import card_spelling
from billing.models import (
    Basket,
    BasketGiftCard,
    BasketLine,
    BasketState,
    Bill,
    RegisterKind,
    Shift,
    StoredValueEntry,
    StoredValueKind,
    TenderKind,
)
from pos import clock

CODE_SHOWN_FOR = 15 * 60


def code_to_show(entry: StoredValueEntry, reader: User) -> str:
    """The code of a new card, shown only to the person who made it: for 15 minutes, and longer while the till has not
    moved on. Later it cannot be looked up."""
    key = entry.key or (entry.bill.key if entry.bill else None)
    if key is None or entry.by_id != reader.pk:
        return ""
    is_fresh = (clock.now() - entry.at).total_seconds() < CODE_SHOWN_FOR
    shift = entry.shift or (entry.bill.shift if entry.bill else None)
    if not is_fresh and (shift is None or moved_on(shift, entry.at)):
        return ""
    code = card_spelling.code_for(key)
    return code if card_spelling.digest(code) == bytes(entry.card.digest) else ""


def moved_on(shift: Shift, since: datetime) -> bool:
    """Whether the till has started something new: a newer bill, something new in an open basket, or a closed shift."""
    if shift.register.kind == RegisterKind.API or shift.closed_at:
        return True
    if shift.bills.filter(at__gt=since).exists():
        return True
    begun = Basket.objects.filter(register=shift.register, state=BasketState.OPEN)
    new = {"basket__in": begun, "added_at__gt": since}
    return BasketLine.objects.filter(**new).exists() or BasketGiftCard.objects.filter(**new).exists()


def sold_on(bill: Bill) -> list[StoredValueEntry]:
    """The gift cards sold on this bill."""
    return [entry for entry in bill.stored_value.all() if entry.kind == StoredValueKind.ISSUE]


@dataclass(frozen=True, slots=True)
class Printed:
    """A gift card to print for its buyer; `code` is empty once it may not be shown any more."""

    entry: StoredValueEntry
    code: str


def to_print(bill: Bill, reader: User | None) -> list[Printed]:
    return [Printed(entry, code_to_show(entry, reader) if reader else "") for entry in sold_on(bill)]


def made_with(bill: Bill) -> StoredValueEntry | None:
    """The entry of the store credit that a refund went to."""
    entries = StoredValueEntry.objects.select_related("card", "bill").filter(bill=bill)
    return entries.filter(kind=StoredValueKind.REFUND_TO, card__kind=TenderKind.STORE_CREDIT).first()
