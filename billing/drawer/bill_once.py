"""Writes a bill exactly once for each key."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from accounts.models import User
from billing import counter
from billing.counter import AtHand, Counter, Till
from billing.drawer import practice, shifts
from billing.models import Bill, PracticeBill
from billing.receipts.signing import signing
from pos.exactly_once import KeyReused, once

Held = TypeVar("Held")


@dataclass(frozen=True, slots=True)
class Sold:
    """A bill. `again` is true if the key had already been used and this is the bill written then."""

    bill: Bill
    again: bool


def write_once(
    key: UUID,
    register: str,
    *,
    fingerprint: bytes,
    cashier: User,
    hold: Callable[[], Held],
    write: Callable[[Counter, Held], Bill],
    of: str = "",
) -> Sold:
    """Locks the register and whatever `hold` locks, then calls `write`; returns the earlier bill if the key was used
    before. `of` is the number of the bill whose goods come back.

    All in one transaction, after which a new bill is signed. Raises KeyReused if the key was used with another
    fingerprint. At a register in training, or for a key in sandbox mode, it is practice.
    """

    def attempt() -> Sold:
        till = counter.lock(register)
        if practice.practises(till, cashier):
            return practised(till)
        held = hold()
        at_hand = counter.at_hand(till, key)
        if before := done_before(at_hand, fingerprint):
            return before
        return Sold(write(shifts.serve(till, at_hand, cashier), held), again=False)

    def practised(till: Till) -> Sold:
        if before := done_before(counter.at_hand(till, key), fingerprint):
            return before
        bill = practice.perform(till, key, cashier=cashier, of=of, hold=hold, write=write)
        return Sold(bill, again=False)

    sold = once(attempt, is_done=lambda: is_used(key))
    if not sold.again and not sold.bill.is_practice:
        signing.sign(*([sold.bill.exchange] if sold.bill.exchange else []), sold.bill)
    return sold


def nothing_else() -> None:
    """Default for `hold`: locks nothing besides the register."""


def is_used(key: UUID) -> bool:
    return Bill.objects.filter(key=key).exists() or PracticeBill.objects.filter(key=key).exists()


def done_before(at_hand: AtHand, fingerprint: bytes) -> Sold | None:
    """What was sold or practised under the key before."""
    if at_hand.sold_as is not None:
        before: Bill | PracticeBill = Bill.objects.select_related("exchange").get(pk=at_hand.sold_as)
    elif at_hand.practised_as is not None:
        before = PracticeBill.objects.select_related("register").get(pk=at_hand.practised_as)
    else:
        return None
    if bytes(before.fingerprint) != fingerprint:
        raise KeyReused()
    return Sold(before if isinstance(before, Bill) else before.bill(), again=True)
