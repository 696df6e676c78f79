"""Writes a bill exactly once for each key."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from accounts.models import User
from billing import counter
from billing.counter import Counter
from billing.drawer import shifts
from billing.models import Bill
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
) -> Sold:
    """Locks the register and whatever `hold` locks, then calls `write`; returns the earlier bill if the key was used
    before.

    All in one transaction, after which a new bill is signed. Raises KeyReused if the key was used with another
    fingerprint.
    """

    def attempt() -> Sold:
        till = counter.lock(register)
        held = hold()
        at_hand = counter.at_hand(till, key)
        if at_hand.sold_as is not None:
            return Sold(written_before(at_hand.sold_as, fingerprint), again=True)
        return Sold(write(shifts.serve(till, at_hand, cashier), held), again=False)

    sold = once(attempt, is_done=lambda: Bill.objects.filter(key=key).exists())
    if not sold.again:
        signing.sign(*([sold.bill.exchange] if sold.bill.exchange else []), sold.bill)
    return sold


def nothing_else() -> None:
    """Default for `hold`: locks nothing besides the register."""


def written_before(bill_id: int, fingerprint: bytes) -> Bill:
    bill = Bill.objects.select_related("exchange").get(pk=bill_id)
    if bytes(bill.fingerprint) != fingerprint:
        raise KeyReused()
    return bill
