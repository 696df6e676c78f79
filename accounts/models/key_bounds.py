"""What a manager allowed a machine's key to do, as the verbs ask it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from pos.errors import OutOfScope
from pos.templatetags.money import money

FIRST = "-"  # stands for the shop's first location, which has no code


@dataclass(frozen=True, slots=True)
class KeyBounds:
    """Empty `registers` means every register, empty `locations` every location; no `most_per_sale` means any amount;
    with `sandbox` it sells for practice only."""

    key: int
    scopes: frozenset[str]
    registers: frozenset[str]
    locations: frozenset[str]
    most_per_sale: Decimal | None
    may_refund: bool
    sandbox: bool

    def refuse_register(self, code: str) -> None:
        if self.registers and code.upper() not in self.registers:
            refusal = _("This key may not work at register %(register)s.") % {"register": code}
            raise OutOfScope(refusal, registers=sorted(self.registers))

    def refuse_amount(self, total: Decimal) -> None:
        if self.most_per_sale is not None and total > self.most_per_sale:
            refusal = _("This key sells for at most %(most)s.") % {"most": money(self.most_per_sale)}
            raise OutOfScope(refusal, most=self.most_per_sale)

    def refuse_refund(self) -> None:
        if not self.may_refund:
            raise OutOfScope(_("This key may not give money back."), needs="may_refund")


def bounds_of(row: Mapping[str, Any]) -> KeyBounds:
    return KeyBounds(
        row["id"],
        frozenset(row["scopes"]),
        frozenset(row["registers"]),
        frozenset(row["locations"]),
        row["most_per_sale"],
        row["may_refund"],
        row["sandbox"],
    )
