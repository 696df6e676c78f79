"""What DSFinV-K calls a Bon: one deed at a till, its positions and what was paid. Positions and payments of a Bon have
the same sum."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from billing.models import BillSignature, CashSignature
from billing.receipts.signing.process import Deed
from pos.money import ZERO
from reports.tax_office import vat

RECEIPT, OTHER_DEED = "Beleg", "AVSonstige"
REVENUE, EXTRA, REBATE = "Umsatz", "Aufschlag", "Rabatt"
VOUCHER_SOLD, VOUCHER_SPENT = "MehrzweckgutscheinKauf", "MehrzweckgutscheinEinloesung"
OPENING, ON_ITS_WAY, DIFFERENCE = "Anfangsbestand", "Geldtransit", "DifferenzSollIst"
PAID_IN, PAID_OUT = "Einzahlung", "Auszahlung"
CASH, CASHLESS, NONE = "Bar", "Unbar", "Keine"
Signature = BillSignature | CashSignature


@dataclass(frozen=True, slots=True)
class Amount:
    gross: Decimal
    net: Decimal
    tax: Decimal = ZERO

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.gross + other.gross, self.net + other.net, self.tax + other.tax)


NOTHING = Amount(ZERO, ZERO)


@dataclass(frozen=True, slots=True)
class Step:
    """How a price came about: its base, and what was added to it or taken off."""

    kind: str
    amount: Amount


@dataclass(slots=True)
class Position:
    kind: str
    amount: Amount
    text: str
    key: int = vat.NOT_TAXABLE
    name: str = ""
    quantity: Decimal = Decimal(1)
    unit: str = ""
    voucher: str = ""
    sku: str = ""
    gtin: str = ""
    group_id: str = ""
    group: str = ""
    steps: list[Step] = field(default_factory=list)

    @property
    def each(self) -> Decimal:
        return self.amount.gross / self.quantity if self.quantity else ZERO


@dataclass(frozen=True, slots=True)
class Paid:
    kind: str
    name: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Reference:
    """Another Bon; of an earlier system's bill only the number is known."""

    bon: str
    register: str = ""
    z: int | None = None
    closed_at: datetime | None = None
    is_external: bool = False


@dataclass(slots=True)
class Bon:
    id: str
    ended_at: datetime
    by: int
    by_name: str
    positions: list[Position] = field(default_factory=list)
    paid: list[Paid] = field(default_factory=list)
    kind: str = RECEIPT
    name: str = ""
    begun_at: datetime | None = None
    customer: str = ""
    note: str = ""
    references: list[Reference] = field(default_factory=list)
    signature: Signature | None = None

    @property
    def total(self) -> Decimal:
        return sum((position.amount.gross for position in self.positions), ZERO)

    @property
    def by_key(self) -> dict[int, Amount]:
        found: dict[int, Amount] = {}
        for position in self.positions:
            found[position.key] = found.get(position.key, NOTHING) + position.amount
        return found


def untaxed(kind: str, amount: Decimal, text: str, *, name: str = "", voucher: str = "") -> Position:
    return Position(kind, Amount(amount, amount), text, name=name, voucher=voucher)


def signature_of(deed: Deed) -> Signature | None:
    """Its signature, or its first failure; nothing where the device was not asked."""
    return max(deed.signatures.all(), key=lambda made: (not made.error, -made.pk), default=None)
