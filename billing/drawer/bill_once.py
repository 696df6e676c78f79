"""One key, one bill: a deed at a register that writes a bill exactly once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from accounts.models import User
from billing import counter
from billing.counter import Counter
from billing.drawer import shifts
from billing.models import Bill
from pos.exactly_once import KeyReused, once

Held = TypeVar("Held")


@dataclass(frozen=True, slots=True)
class Sold:
    """`again` is true when the key had been sold before: the first bill, not a second."""

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
    """Hold the register and whatever `hold` locks, then call `write`; or answer with the bill the key has already.

    All in one transaction. The same key with another fingerprint is refused as KeyReused.
    """

    def attempt() -> Sold:
        till = counter.lock(register)
        held = hold()
        at_hand = counter.at_hand(till, key)
        if at_hand.sold_as is not None:
            return Sold(written_before(at_hand.sold_as, fingerprint), again=True)
        return Sold(write(shifts.serve(till, at_hand, cashier), held), again=False)

    return once(attempt, is_done=Bill.objects.filter(key=key).exists)


def nothing_else() -> None:
    """For a deed that needs to hold its register alone."""


def written_before(bill_id: int, fingerprint: bytes) -> Bill:
    bill = Bill.objects.select_related("exchange").get(pk=bill_id)
    if bytes(bill.fingerprint) != fingerprint:
        raise KeyReused()
    return bill
