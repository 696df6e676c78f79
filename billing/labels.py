"""The shop's own price and weight labels: in-store EAN-13 read by the table of patterns."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from stdnum import ean

from billing.models import LabelKind, LabelPattern
from pos.errors import Refused

IN_STORE = re.compile("2[0-9]{12}")
# How GS1 weighs the digits of a price: 2-, 3, 5+ and 5-
MINUS_2 = [(2 * d - 2 * d // 10) % 10 for d in range(10)]
TIMES_3 = [3 * d % 10 for d in range(10)]
PLUS_5 = [(5 * d + 5 * d // 10) % 10 for d in range(10)]
MINUS_5 = [(5 * d - 5 * d // 10) % 10 for d in range(10)]


class BadLabel(Refused):
    code = "bad_code"
    message = _("The label's check digit is wrong. Scan it again, or weigh the goods anew.")


@dataclass(frozen=True, slots=True)
class Label:
    """What a label says. `codes` are the ways its product may be known, the first that fits wins."""

    pattern: LabelPattern
    item: str
    codes: list[str]
    weight: Decimal | None = None
    price: Decimal | None = None


def read(code: str, patterns: Iterable[LabelPattern] | None = None) -> Label | None:
    """The label, None for a code no pattern is about, or BadLabel."""
    if not IN_STORE.fullmatch(code):
        return None
    if patterns is None:
        patterns = LabelPattern.objects.filter(is_active=True)
    pattern = next((p for p in patterns if code.startswith(p.prefix)), None)
    if pattern is None:
        return None
    if not ean.is_valid(code):
        raise BadLabel(expected=ean.calc_check_digit(code[:-1]))
    begin = len(pattern.prefix) + pattern.item_digits
    item, digits = code[len(pattern.prefix) : begin], code[-1 - pattern.value_digits : -1]
    if pattern.has_price_check and code[begin] != price_check_digit(digits):
        raise BadLabel(_("The price on this label is not the one it was printed with. Weigh the goods anew."))
    value = Decimal(digits).scaleb(-pattern.decimals)
    blank = code[:begin] + "0" * (12 - begin)
    codes = [blank + ean.calc_check_digit(blank), item, item.lstrip("0") or "0"]
    if pattern.kind == LabelKind.WEIGHT:
        return Label(pattern, item, codes, weight=value)
    return Label(pattern, item, codes, price=value)


def price_check_digit(digits: str) -> str:
    """GS1's check digit over a price of four or five digits."""
    if len(digits) == 4:
        weights = (MINUS_2, MINUS_2, TIMES_3, MINUS_5)
        return str(3 * sum(weigh[int(d)] for weigh, d in zip(weights, digits, strict=True)) % 10)
    five = (PLUS_5, MINUS_2, MINUS_5, PLUS_5, MINUS_2)
    missing = -sum(weigh[int(d)] for weigh, d in zip(five, digits, strict=True)) % 10
    return str(MINUS_5.index(missing))
