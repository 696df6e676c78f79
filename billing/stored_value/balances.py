"""Gift cards and store credit: money the shop owes. Selling one is no revenue; paying with one is a tender."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID, uuid5

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.access import attempts
from accounts.models import User
from billing.codes.card_spelling import code_for, digest, is_like_one, plain
from billing.models import (
    STORED_VALUE,
    Bill,
    StoredValue,
    StoredValueEntry,
    StoredValueKind,
    TenderKind,
)
from billing.order import Order, Presented, Tendered
from pos.errors import Invalid, Refused
from pos.money import ZERO
from pos.templatetags.money import money


class UnknownCard(Refused):
    code = "unknown_card"
    message = _("The shop does not know this card.")


class CardBlocked(Refused):
    code = "card_blocked"
    message = _("This card is blocked.")


class NotEnoughOnCard(Refused):
    code = "not_enough_on_card"
    message = _("There is not that much on the card.")


class CardBuysCard(Refused):
    code = "card_buys_card"
    message = _("A gift card cannot be bought with another.")


class GiftCardsApart(Refused):
    code = "gift_cards_apart"
    message = _("Gift cards are not part of an exchange: sell them in a basket of their own.")


@dataclass(frozen=True, slots=True)
class Move:
    """A payment to book on or off a card. A card without an id is created when it is booked."""

    card: StoredValue
    payment: Tendered
    kind: str


def digest_of(payment: Tendered) -> bytes:
    return payment.digest if isinstance(payment, Presented) else digest(payment.reference)


def make(kind: TenderKind, code: str, member: int | None = None) -> StoredValue:
    return StoredValue(kind=kind, digest=digest(code), last4=plain(code)[-4:], member_id=member)


def find(code: str) -> StoredValue:
    card = StoredValue.objects.filter(digest=digest(code)).first()
    if card is None:
        raise UnknownCard()
    return card


def look_up(code: str, *, by: User, address: str) -> StoredValue:
    """The card with this code. Counts wrong codes, and refuses further attempts for a while after several."""
    charge = attempts.charge(
        {f"gift card {by.pk}": attempts.PER_NAME, f"gift cards from:{address}": attempts.PER_ADDRESS}
    )
    card = find(code)
    charge.take_back()
    return card


@contextmanager
def guesses_counted(payments: Sequence[Tendered], *, by: User) -> Iterator[None]:
    """Counts a wrong card code given as a payment like a wrong look-up. Use it outside the transaction."""
    if not any(is_like_one(payment.reference) for payment in payments if not isinstance(payment, Presented)):
        yield
        return
    charge = attempts.charge({f"gift card {by.pk}": attempts.PER_NAME})
    try:
        yield
    except UnknownCard:
        raise
    except BaseException:
        charge.take_back()
        raise
    charge.take_back()


def lock(digests: Sequence[bytes]) -> dict[bytes, StoredValue]:
    """Locks the cards in the order of their ids until the transaction ends. They are the last locks of a sale."""
    cards = StoredValue.objects.select_for_update(no_key=True).filter(digest__in=digests).order_by("pk")
    return {bytes(card.digest): card for card in cards}


def usable(cards: Mapping[bytes, StoredValue], of: bytes, kind: str) -> StoredValue:
    """The locked card with this digest. Refuses an unknown card, one of another kind, and a blocked one."""
    card = cards.get(of)
    if card is None or card.kind != kind:
        raise UnknownCard(_("The shop knows no such %(label)s.") % {"label": TenderKind(kind).label})
    if card.is_blocked:
        raise CardBlocked()
    return card


def receiving(kind: TenderKind, code: str, key: UUID, member: int | None = None) -> StoredValue:
    """The card money is put on: the one with this code, locked, or without a code a new one, whose code derives from
    the key."""
    return usable(lock([digest(code)]), digest(code), kind) if code else make(kind, code_for(key), member)


def stored(payments: Sequence[Tendered], kinds: Mapping[str, str]) -> list[tuple[Tendered, str]]:
    return [(payment, kinds[payment.method]) for payment in payments if kinds.get(payment.method) in STORED_VALUE]


def charged(payments: Sequence[Tendered], kinds: Mapping[str, str]) -> list[Move]:
    """Locks the cards that pay; refuses more than they hold."""
    wanted = stored(payments, kinds)
    if not wanted:
        return []
    cards = lock([digest_of(payment) for payment, _ in wanted])
    moves = [Move(usable(cards, digest_of(p), kind), p, StoredValueKind.REDEEM) for p, kind in wanted]
    asked = defaultdict[int, Decimal](Decimal)
    for move in moves:
        asked[move.card.pk] += move.payment.amount
        if asked[move.card.pk] > move.card.balance:
            raise NotEnoughOnCard(
                _("There is %(balance)s left on the card.") % {"balance": money(move.card.balance)},
                balance=move.card.balance,
            )
    return moves


def refuse_cards_for_cards(order: Order, due_for_goods: Decimal, kinds: Mapping[str, str]) -> None:
    """Refuses to sell gift cards for other gift cards or store credit: those may pay for goods only."""
    if order.cards and sum((p.amount for p, _ in stored(order.payments, kinds)), ZERO) > due_for_goods:
        raise CardBuysCard()


def credited(original: Bill, payments: Sequence[Tendered], kinds: Mapping[str, str], key: UUID) -> list[Move]:
    """Locks the cards a refund goes to: the one whose code is given, the gift card that paid, or new store credit."""
    wanted = stored(payments, kinds)
    if not wanted:
        return []
    paid = paying(original)
    cards = lock([*(digest(payment.reference) for payment, _ in wanted), *(bytes(card.digest) for card in paid)])
    return [Move(receiver(original, p, kind, cards, key), p, StoredValueKind.REFUND_TO) for p, kind in wanted]


def paying(original: Bill) -> list[StoredValue]:
    """The gift cards that paid for this bill, and those that paid for the bill whose goods were exchanged for these."""
    redeemed = {"entries__bill": original, "entries__kind": StoredValueKind.REDEEM}
    cards = list(StoredValue.objects.filter(**redeemed, kind=TenderKind.GIFT_CARD))
    before = original.exchange.original if original.exchange else None
    return [*cards, *(card for card in paying(before) if card not in cards)] if before else cards


def receiver(
    original: Bill, payment: Tendered, kind: str, cards: Mapping[bytes, StoredValue], key: UUID
) -> StoredValue:
    if payment.reference:
        return usable(cards, digest(payment.reference), kind)
    if kind == TenderKind.STORE_CREDIT:
        return make(TenderKind.STORE_CREDIT, code_for(key), original.member_id)
    paid = paying(original)
    if len(paid) != 1:
        raise Invalid("payments", _("Give the code of the gift card it goes back to."), "code_required")
    if cards[bytes(paid[0].digest)].is_blocked:
        raise CardBlocked()
    return paid[0]


def masked(payments: Sequence[Tendered], moves: Sequence[Move]) -> list[Tendered]:
    """The payments as stored on the bill, with only the last four characters of a card's code."""
    cards = {id(move.payment): move.card for move in moves}
    return [replace(p, reference=f"…{cards[id(p)].last4}") if id(p) in cards else p for p in payments]


def redeem(moves: Sequence[Move], *, bill: int, by: int) -> None:
    _move(moves, -1, bill, by)


def refund_to(moves: Sequence[Move], *, bill: int, by: int) -> None:
    _move(moves, 1, bill, by)


def _move(moves: Sequence[Move], sign: int, bill: int, by: int) -> None:
    """Books one entry per card and updates its balance. The cards must be locked."""
    together = defaultdict[bytes, list[Move]](list)
    for move in moves:
        together[bytes(move.card.digest)].append(move)
    for of_card in together.values():
        card, amount = of_card[0].card, sign * sum(move.payment.amount for move in of_card)
        if card._state.adding:
            card.save()
        StoredValueEntry.objects.create(card=card, kind=of_card[0].kind, amount=amount, bill_id=bill, by_id=by)
        StoredValue.objects.filter(pk=card.pk).update(balance=F("balance") + amount)


def issue(amounts: Sequence[Decimal], key: UUID, *, bill: Bill, by: int) -> None:
    """Creates the gift cards sold on this bill. Their codes derive from the key, so each is created only once."""
    sold = {"kind": StoredValueKind.ISSUE, "bill": bill, "shift_id": bill.shift_id, "by_id": by}
    entries = []
    for number, amount in enumerate(amounts, 1):
        made = uuid5(key, f"gift card {number}")
        card = make(TenderKind.GIFT_CARD, code_for(made))
        card.balance = amount
        card.save()
        entries.append(StoredValueEntry.objects.create(card=card, amount=amount, key=made, **sold))
    bill.remember(stored_value=entries)
