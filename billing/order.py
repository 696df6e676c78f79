"""The order: a sale as requested, before the shop has checked it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from uuid import UUID

from billing.pricing import BillDiscount
from pos.money import ZERO, plainly

MOST_LINES, MOST_PAYMENTS = 1000, 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line as requested: a product by id or by barcode, in pieces or kilograms, with its own discounts.

    `unit_price` replaces the list price and was typed by the user `priced_by` (the cashier, if None). `label_price` is
    the price of the whole line, read from a label. `is_answered_for` is true if the price was checked against the
    approval limits when it was typed.
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
    """A line whose product has been looked up."""

    product: int


@dataclass(frozen=True, slots=True)
class Tendered:
    """One payment; `method` is the tender's code."""

    method: str
    amount: Decimal
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Presented(Tendered):
    """A payment by gift card or store credit that was read before. Only the digest of the card's code was kept."""

    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class Carried:
    """The part of a refund that pays for the new goods of an exchange, and the tender it was paid with originally."""

    tender: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Order:
    """One sale as requested. `shown_total` is the total the customer saw; `consent` is the token for the member's PIN.

    `cards` are the amounts of new gift cards sold with the goods. The discounts are taken off the whole bill after the
    VIP discount; `answered_discount` is the percentage already approved. `approvals` are the tokens of managers'
    approvals for what exceeds the cashier's limits. `age_checked` is the customer's age as the cashier checked it.
    `is_past` marks a sale made earlier that a manager accepts: it is booked even if no age was checked or the goods are
    off sale since, with `tax_rates` of products where those have changed. A sale belongs to the day of `sold_at`.
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
    sold_at: datetime | None = None
    tax_rates: Mapping[int, Decimal] = field(default_factory=dict)

    @property
    def cards_worth(self) -> Decimal:
        return sum(self.cards, ZERO)

    @property
    def off(self) -> BillDiscount:
        return BillDiscount(self.discount_percent, self.discount_amount)

    def fingerprint(self, cashier: int) -> bytes:
        """A digest of the order; it is the same for equal numbers written differently (1 and 1.0)."""
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
