"""What is asked for at the counter, before the shop has said yes."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from operator import attrgetter
from uuid import UUID

from billing.pricing import BillDiscount
from pos.money import ZERO, plainly

MOST_LINES, MOST_PAYMENTS = 1000, 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line as asked: a product by id or by barcode; pieces or kilograms; discounts before the bill's own.

    `unit_price` is another price than the list's, typed by the user `priced_by` (the cashier, if nobody is named);
    `label_price` is what a label says the whole line costs. `is_answered_for` is the till's word that the price was put
    before the table of approvals when it was typed.
    """

    quantity: Decimal
    product: int | None = None
    barcode: str | None = None
    discount_percent: Decimal = ZERO
    discount_amount: Decimal = ZERO
    unit_price: Decimal | None = None
    price_reason: str = ""
    priced_by: int | None = None
    label_price: Decimal | None = None
    note: str = ""
    is_answered_for: bool = False


@dataclass(frozen=True, slots=True)
class WantedProduct(Wanted):
    """The same line, with its product looked up."""

    product: int


@dataclass(frozen=True, slots=True)
class Tendered:
    """What is handed over in one tender: `method` is the tender's code."""

    method: str
    amount: Decimal
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Presented(Tendered):
    """A gift card or store credit read before: known by the digest of its code, which was not kept."""

    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class Carried:
    """Money that goods brought back pay of others, and the tender it once came in."""

    tender: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Order:
    """One sale as asked. `shown_total` is the total the customer saw; `consent` the member's word for `points`.

    `cards` are the amounts of new gift cards sold with the goods. Its discounts come off the whole bill, after the
    VIP's; `answered_discount` is how many per cent of it were approved before. `approvals` are managers' words for what
    goes beyond the cashier's limits. `age_checked` is how old the cashier saw the customer to be; goods that are gone
    already (`is_past`) are booked whether anybody asked or not.
    """

    key: UUID
    lines: Sequence[Wanted]
    payments: Sequence[Tendered] = ()
    register: str = "API"
    member: int | None = None
    points: Decimal = ZERO
    consent: str | None = None
    cards: Sequence[Decimal] = ()
    shown_total: Decimal | None = None
    discount_percent: Decimal = ZERO
    discount_amount: Decimal = ZERO
    answered_discount: Decimal = ZERO
    approvals: Sequence[str] = ()
    age_checked: int = 0
    is_past: bool = False

    @property
    def cards_worth(self) -> Decimal:
        return sum(self.cards, ZERO)

    @property
    def off(self) -> BillDiscount:
        return BillDiscount(self.discount_percent, self.discount_amount)

    def fingerprint(self, cashier: int) -> bytes:
        """The same wish gives the same digest, however its numbers were written."""
        asked = [
            [ASKED_OF_LINE(line) for line in self.lines],
            [ASKED_OF_PAYMENT(payment) for payment in self.payments],
            [self.register, self.member, self.points, self.discount_percent, self.discount_amount, cashier],
            *([list(self.cards)] if self.cards else []),
        ]
        return hashlib.sha256(json.dumps(asked, default=plainly).encode()).digest()


ASKED_OF_LINE = attrgetter(*(part.name for part in fields(Wanted)))
ASKED_OF_PAYMENT = attrgetter(*(part.name for part in fields(Tendered)))


def with_product(line: Wanted, product: int) -> WantedProduct:
    quantity, _, *rest = ASKED_OF_LINE(line)
    return WantedProduct(quantity, product, *rest)
