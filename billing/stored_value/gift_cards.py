"""Gift cards without a sale of goods: sell, top up, block, adjust. The money is a debt of the shop, not revenue."""

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing import counter
from billing.codes import card_spelling
from billing.drawer import shifts, signed
from billing.models import (
    STORED_VALUE,
    CashKind,
    CashMovement,
    StoredValue,
    StoredValueEntry,
    StoredValueKind,
    TenderKind,
)
from billing.order import Tendered
from billing.stored_value import balances
from pos.cards import refuse_card_number
from pos.checks import check_text
from pos.errors import Invalid, ManagersOnly
from pos.exactly_once import KeyReused, once
from pos.money import MOST_MONEY, payable, rounded_to_cash
from pos.unique import unique_or

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Sold:
    """The booked entry. `again` is true if the key had already been used and this is the entry written then."""

    entry: StoredValueEntry
    again: bool


def sell(
    key: UUID, *, register: str, amount: Decimal, tender: str, by: User, code: str = "", reference: str = ""
) -> Sold:
    """Sells a new gift card, or tops up the one with this code, exactly once per key."""
    if not amount or not payable(amount):
        raise Invalid("amount", _("A card holds an amount of the shop's currency, more than zero."))
    refuse_card_number("reference", reference)
    with balances.guesses_counted([Tendered(tender, amount, code)], by=by):
        return once(
            partial(_sell, key, register, amount, tender, by, code, reference),
            is_done=StoredValueEntry.objects.filter(key=key).exists,
        )


def _sell(key: UUID, register: str, amount: Decimal, tender: str, by: User, code: str, reference: str) -> Sold:
    till = counter.lock(register)
    if entry := StoredValueEntry.objects.select_related("card").filter(key=key).first():
        return Sold(the_same(entry, amount, tender, by, code), again=True)
    at = shifts.serve(till, counter.at_hand(till), by)
    if by.bounds:
        by.bounds.refuse_amount(amount)
    kind = at.at_hand.tenders.get(tender)
    if kind is None:
        raise Invalid("tender", _("The shop does not take this."), "unknown_tender")
    if kind in STORED_VALUE:
        raise balances.CardBuysCard()
    if kind == TenderKind.CASH and amount != rounded_to_cash(amount):
        raise Invalid("amount", _("Coins cannot pay this amount."))
    card, what = receiving(code, key)
    if card.balance + amount > MOST_MONEY:
        raise Invalid("amount", _("That is more than a card can hold."), "too_large")
    if kind == TenderKind.CASH:
        CashMovement.objects.create(shift_id=at.shift, kind=CashKind.VOUCHER, amount=amount, by=by)
    paid = {"tender_id": tender, "reference": reference[:50], "shift_id": at.shift, "key": key}
    entry = StoredValueEntry.objects.create(card=card, kind=what, amount=amount, by=by, **paid)
    StoredValue.objects.filter(pk=card.pk).update(balance=F("balance") + amount)
    card.balance += amount
    signed.when_committed(entry)
    return Sold(entry, again=False)


def receiving(code: str, key: UUID) -> tuple[StoredValue, StoredValueKind]:
    card = balances.receiving(TenderKind.GIFT_CARD, code, key)
    if code:
        return card, StoredValueKind.TOP_UP
    card.save()
    return card, StoredValueKind.ISSUE


def the_same(entry: StoredValueEntry, amount: Decimal, tender: str, by: User, code: str) -> StoredValueEntry:
    card = card_spelling.digest(code or card_spelling.code_for(entry.key)) if entry.key else b""
    if (entry.amount, entry.tender_id, entry.by_id, bytes(entry.card.digest)) != (amount, tender, by.pk, card):
        raise KeyReused()
    return entry


@transaction.atomic
def block(card_id: int, *, blocked: bool, reason: str, by: User) -> None:
    """Blocks or unblocks a card. A blocked card cannot be paid with or topped up."""
    card, reason = for_a_manager(card_id, reason, by)
    if card.is_blocked != blocked:
        StoredValue.objects.filter(pk=card_id).update(is_blocked=blocked)
        kind = StoredValueKind.BLOCK if blocked else StoredValueKind.UNBLOCK
        StoredValueEntry.objects.create(card=card, kind=kind, amount=0, reason=reason, by=by)


@transaction.atomic
def adjust(key: UUID, card_id: int, *, amount: Decimal, reason: str, by: User) -> Sold:
    """Adjusts a balance by `amount`, exactly once per key. Refuses a balance below zero."""
    card, reason = for_a_manager(card_id, reason, by)
    if not amount or not payable(abs(amount)):
        raise Invalid("amount", _("Give an amount of the shop's currency, more or less than zero."))
    if entry := StoredValueEntry.objects.select_related("card").filter(key=key).first():
        if (entry.card_id, entry.amount, entry.reason, entry.by_id) != (card_id, amount, reason, by.pk):
            raise KeyReused()
        return Sold(entry, again=True)
    if card.balance + amount < 0:
        raise balances.NotEnoughOnCard(balance=card.balance)
    if card.balance + amount > MOST_MONEY:
        raise Invalid("amount", _("That is more than a card can hold."), "too_large")
    made = {"kind": StoredValueKind.ADJUST, "amount": amount, "reason": reason, "key": key, "by": by}
    with unique_or(KeyReused()):  # another card has taken the same key meanwhile
        entry = StoredValueEntry.objects.create(card=card, **made)
    StoredValue.objects.filter(pk=card_id).update(balance=F("balance") + amount)
    card.balance += amount
    return Sold(entry, again=False)


def for_a_manager(card_id: int, reason: str, by: User) -> tuple[StoredValue, str]:
    """Locks the card. Managers only, because no code is given; a reason is required."""
    if not by.is_manager:
        raise ManagersOnly
    reason = " ".join(reason.split())
    needed = _("Say why, in at most %(longest)s characters.")
    check_text("reason", reason, LONGEST_REASON, shortest=1, message=needed, code="invalid")
    card = StoredValue.objects.select_for_update(no_key=True).filter(pk=card_id).first()
    if card is None:
        raise balances.UnknownCard()
    return card, reason
