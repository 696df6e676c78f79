"""Reads the shop's own labels (EAN-13 from 20 to 29): an item and its weight, price or count."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from biip import ParseConfig, ParseError
from biip.checksums import gs1_price_weight_check_digit
from biip.gtin import Gtin
from biip.rcn import Rcn
from django.utils.translation import gettext_lazy as _
from stdnum import ean

from billing.models import LabelKind, LabelPattern
from pos.errors import Refused
from pos.models import StoreSettings

IN_STORE = re.compile("2[0-9]{12}")


class BadLabel(Refused):
    code = "bad_code"
    message = _("The label's check digit is wrong. Scan it again, or weigh the goods anew.")


class WrongValue(BadLabel):
    message = _("What this label says is not what it was printed with. Weigh the goods anew.")


@dataclass(frozen=True, slots=True)
class Label:
    """What a label holds. `codes` are the codes its product may have, to be tried in this order."""

    item: str
    codes: list[str]
    weight: Decimal | None = None
    price: Decimal | None = None
    count: int | None = None
    pattern: LabelPattern | None = None


def read(code: str) -> Label | None:
    """Reads the label by the shop's patterns, or else by the rules of its country; None for any other code. Raises
    BadLabel."""
    if not IN_STORE.fullmatch(code):
        return None
    by_the_shop = by_pattern(code, LabelPattern.objects.filter(is_active=True))
    return by_the_shop or by_country(code, StoreSettings.in_force().label_region)


def by_pattern(code: str, patterns: Iterable[LabelPattern]) -> Label | None:
    pattern = next((p for p in patterns if IN_STORE.fullmatch(code) and code.startswith(p.prefix)), None)
    if pattern is None:
        return None
    if not ean.is_valid(code):
        raise BadLabel(expected=ean.calc_check_digit(code[:-1]))
    begin = len(pattern.prefix) + pattern.item_digits
    item, digits = code[len(pattern.prefix) : begin], code[-1 - pattern.value_digits : -1]
    if pattern.has_price_check and code[begin] != str(gs1_price_weight_check_digit(digits)):
        raise WrongValue
    value = Decimal(digits).scaleb(-pattern.decimals)
    blank = code[:begin] + "0" * (12 - begin)
    codes = names(blank + ean.calc_check_digit(blank), item)
    if pattern.kind == LabelKind.WEIGHT:
        return Label(item, codes, weight=value, pattern=pattern)
    return Label(item, codes, price=value, pattern=pattern)


def by_country(code: str, region: str) -> Label | None:
    """Reads the label by the rules of the country's GS1 organisation; None if they leave its meaning to the shop."""
    if not region:
        return None
    expected = ean.calc_check_digit(code[:-1])
    try:
        said = Gtin.parse(code[:-1] + expected, config=ParseConfig(rcn_region=region))
    except ParseError:
        raise WrongValue from None
    if not isinstance(said, Rcn) or not said.item_reference:
        return None
    if code[-1] != expected:
        raise BadLabel(expected=expected)
    codes = names(said.without_variable_measure().value, said.item_reference)
    return Label(said.item_reference, codes, said.weight, said.price, said.count)


def names(blank: str, item: str) -> list[str]:
    return [blank, item, item.lstrip("0") or "0"]
