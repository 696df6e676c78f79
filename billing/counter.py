"""Locks the register that an operation runs at, and reads what a sale must know after that lock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing.models import BillKind, Register, TenderKind, bill_number
from billing.pricing import Terms
from inventory.shelf import bound_keys
from members.points import Account
from pos.calendar import business_date
from pos.columns import selected
from pos.errors import Invalid
from pos.models import StoreSettings
from pos.money import ZERO
from pos.postgres.rows import rows

NO_REGISTER = _("There is no such register.")


@dataclass(frozen=True, slots=True)
class Till:
    """A register locked by this transaction."""

    id: int
    code: str
    kind: str
    last_sale: int
    last_refund: int
    location: int | None
    is_training: bool


@dataclass(frozen=True)
class AtHand:
    """What a sale must know about its register, shop and key. Read in one statement after the lock, so all of it is
    current. `next_bill` is an id that no other bill has."""

    now: datetime
    next_bill: int
    shift: int | None
    shift_date: date | None
    sold_as: int | None
    practised_as: int | None
    reported_as: int | None
    terms_id: int
    point_multiplier: Decimal
    vip_rate: Decimal
    tax_included: bool
    pin_for_points: bool
    cutoff_hour: int
    tenders: Mapping[str, str]

    @property
    def cash_tenders(self) -> Sequence[str]:
        return [code for code, kind in self.tenders.items() if kind == TenderKind.CASH]

    @cached_property
    def business_date(self) -> date:
        return business_date(self.now, self.cutoff_hour)

    def day_of(self, sold_at: datetime | None) -> date:
        """The business date of a sale: today, unless it was made on a day before."""
        if sold_at is None:
            return self.business_date
        return min(self.business_date, business_date(sold_at, self.cutoff_hour))

    def terms(self, member: Account | None) -> Terms:
        return terms_for(member, self.vip_rate, self.tax_included, self.point_multiplier)


def terms_in_force(member: Account | None) -> Terms:
    row = StoreSettings.in_force()
    return terms_for(member, row.vip_discount_rate, row.prices_include_tax, row.point_multiplier)


def terms_for(member: Account | None, vip_rate: Decimal, tax_included: bool, point_multiplier: Decimal) -> Terms:
    """The VIP discount applies to VIP members only, points to members only."""
    return Terms(vip_rate if member and member.is_vip else ZERO, tax_included, point_multiplier if member else ZERO)


LOCK = """
    SELECT id, code, kind, last_sale, last_refund, location_id, is_training FROM billing_register
     WHERE upper(code) = upper(%s) AND (is_active OR %s) FOR NO KEY UPDATE
"""


def lock(code: str, *, also_off: bool = False) -> Till:
    """Locks the register until the transaction ends, so that each till does one operation at a time. `also_off` finds
    registers that are switched off too."""
    found = rows(LOCK, [code, also_off])
    if not found:
        raise Invalid("register", NO_REGISTER, "unknown_register")
    return Till(*found[0])


def see(code: str) -> int | None:
    """The location whose goods the register sells. Refuses one that does not exist or is switched off."""
    found = Register.objects.filter(code__iexact=code, is_active=True).values_list("location").first()
    if found is None:
        raise Invalid("register", NO_REGISTER, "unknown_register")
    return found[0]


def refuse_key(by: User, register: str, location: int | None) -> None:
    """A machine's key works at its registers, and at those of its locations."""
    if by.bounds:
        by.bounds.refuse_register(register)
        bound_keys.refuse_elsewhere(by, location)


COLUMNS = {
    "now": "shop_now()",
    "next_bill": "nextval('billing_bill_id_seq')",
    "shift": "s.id",
    "shift_date": "s.business_date",
    "sold_as": "b.id",
    "practised_as": "p.id",
    "reported_as": "o.id",
    "terms_id": "t.id",
    "point_multiplier": "t.point_multiplier",
    "vip_rate": "t.vip_discount_rate",
    "tax_included": "t.prices_include_tax",
    "pin_for_points": "t.require_pin_for_points",
    "cutoff_hour": "t.cutoff_hour",
    "tenders": "(SELECT coalesce(json_object_agg(code, kind), '{}') FROM billing_tender WHERE is_active)",
}
READ_AT_HAND = f"""
    SELECT {selected(AtHand, COLUMNS)}
      FROM (SELECT * FROM pos_storesettings ORDER BY id DESC LIMIT 1) t
      LEFT JOIN billing_shift s ON s.register_id = %s AND s.closed_at IS NULL
      LEFT JOIN billing_bill b ON b.key = %s
      LEFT JOIN billing_outageproblem o ON o.key = %s
      LEFT JOIN billing_practicebill p ON p.key = %s
"""


def at_hand(till: Till, key: UUID | None = None) -> AtHand:
    return AtHand(*rows(READ_AT_HAND, [till.id, key, key, key])[0])


@dataclass(frozen=True, slots=True)
class Counter:
    """What a bill is written with: the locked register, its shift and the cashier."""

    till: Till
    at_hand: AtHand
    shift: int
    cashier: User

    def next_number(self, kind: BillKind) -> tuple[int, str]:
        last = self.till.last_refund if kind == BillKind.REFUND else self.till.last_sale
        return last + 1, bill_number(self.till.code, last + 1, kind)
