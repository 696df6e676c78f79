"""Template filters that format money, quantities and rates in the shop's currency and the reader's language."""

import re
from decimal import Decimal
from functools import cache, lru_cache

from babel import Locale
from babel.numbers import format_currency, format_decimal, format_percent, get_decimal_symbol
from babel.units import format_unit
from django import template
from django.conf import settings
from django.utils.translation import get_language, gettext, to_locale

from pos.amounts import typed
from pos.money import ZERO, currency_decimals, decimals, quantum

register = template.Library()
WEIGHT = "weight"
NO_BREAK = "\u00a0"
MOST_KEPT = 2000


def language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def locale() -> Locale:
    return locale_of(language())


@cache
def locale_of(name: str) -> Locale:
    return Locale.parse(to_locale(name))


@register.filter
def money(amount: Decimal | str | None, name: str = "") -> str:
    """`name` is the reader's language, where a table of a thousand amounts has looked it up once."""
    if amount is None or amount == "":
        return ""
    return in_currency(Decimal(amount) + ZERO, settings.CURRENCY, name or language())


@lru_cache(maxsize=MOST_KEPT)
def in_currency(amount: Decimal, currency: str, name: str) -> str:
    """Kept, because a page shows the same amounts several times, and the next page most of them again."""
    return format_currency(amount, currency, locale=locale_of(name))


@register.filter
def less(amount: Decimal) -> str:
    """A deduction, with a minus; on a refund it is added, because it is given back."""
    return money(-amount) if amount < 0 else f"−{money(amount)}"


@register.filter
def unsigned(amount: Decimal) -> Decimal:
    return abs(amount)


@register.filter
def cash(amount: Decimal) -> str:
    """Cash amounts: whole amounts without decimals."""
    if amount != amount.to_integral_value():
        return money(amount)
    return in_whole_currency(amount + ZERO, settings.CURRENCY, language())


@lru_cache(maxsize=MOST_KEPT)
def in_whole_currency(amount: Decimal, currency: str, name: str) -> str:
    pattern = re.sub(r"\.0+", "", locale_of(name).currency_formats["standard"].pattern)
    return format_currency(amount, currency, pattern, locale=locale_of(name), currency_digits=False)


@register.filter
def quantity(amount: Decimal | str | None, name: str = "") -> str:
    """Pieces or kilograms without trailing zeros: 2, 0.35."""
    if amount is None or amount == "":
        return ""
    return in_decimals(Decimal(amount), name or language())


@lru_cache(maxsize=MOST_KEPT)
def in_decimals(amount: Decimal, name: str) -> str:
    return format_decimal(amount, "#,##0.###", locale=locale_of(name))


@register.filter
def amount(of: Decimal | str | None, sold_by: str) -> str:
    """A quantity of a product: pieces, or kilograms with their unit: 3, 4.954 kg."""
    return _amount(of, sold_by, "#,##0.###")


@register.filter
def weighed(of: Decimal | str | None, sold_by: str) -> str:
    """The same on a bill's line, where a weight is shown to the gram as the scale gave it: 0.250 kg."""
    return _amount(of, sold_by, "#,##0.000")


def _amount(of: Decimal | str | None, sold_by: str, pattern: str) -> str:
    if of is None or of == "" or sold_by != WEIGHT:
        return quantity(of)
    shown = format_unit(Decimal(of), "mass-kilogram", length="short", format=pattern, locale=locale())
    return shown.replace(" ", NO_BREAK)


@register.filter
def beside(pieces: Decimal | str, kilograms: Decimal | str | None) -> str:
    """Total pieces and kilograms of several products, side by side: 12 · 3.4 kg."""
    parts = [quantity(pieces) if Decimal(pieces) else "", amount(kilograms, WEIGHT) if Decimal(kilograms or 0) else ""]
    return " · ".join(filter(None, parts)) or quantity(pieces)


@register.filter
def each(price: Decimal | str | None, sold_by: str) -> str:
    """The price of one piece or of a kilogram: €2.00, €18.90 / kg."""
    shown = money(price)
    return gettext("%(price)s / kg") % {"price": shown} if shown and sold_by == WEIGHT else shown


@register.filter
def percent(rate: Decimal | str | None) -> str:
    """A fraction as a percentage: 0.15 is 15%, 0.055 is 5.5%."""
    if rate is None or rate == "":
        return ""
    return in_percent(Decimal(rate), language())


@lru_cache(maxsize=MOST_KEPT)
def in_percent(rate: Decimal, name: str, places: str = ".###") -> str:
    return format_percent(rate, f"#,##0{places}%", locale=locale_of(name))


@register.filter
def share(part: Decimal, name: str = "") -> str:
    """A figure among others of its kind, so with all its places: 0.440 is 44.0%, 0.0190 is 1.90%."""
    places = -int(part.as_tuple().exponent) - 2
    return in_percent(part, name or language(), f".{'0' * places}" if places > 0 else "")


@register.filter
def plain(amount: Decimal | str | None) -> str:
    """For form fields: "12.50" in the currency's decimals, with a point in every language."""
    if amount is None or amount == "":
        return ""
    return f"{Decimal(amount).quantize(quantum()):f}"


@register.filter
def plain_quantity(amount: Decimal | str | None) -> str:
    """For form fields: "2" or "0.35", with a point in every language."""
    if amount is None or amount == "":
        return ""
    shown = f"{Decimal(amount):f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


@register.filter
def written(figure: str) -> str:
    """A plain number as people type it: 12.50, in German 12,50. Both are accepted."""
    return figure.replace(".", decimal_sign())


@register.filter
def typed_cost(cost: Decimal | None) -> str:
    """What one costs, for a text field: all of its decimals, at least the currency's."""
    return "" if cost is None else typed(cost, currency_decimals())


@register.simple_tag
def decimal_sign() -> str:
    sign = get_decimal_symbol(locale())
    return sign if sign in ".," else "."


@register.filter
def points(amount: Decimal | str | None) -> str:
    """Points, to the currency's decimals: 12.40."""
    if amount is None or amount == "":
        return ""
    return format_decimal(
        Decimal(amount).quantize(quantum()), f"#,##0.{'0' * decimals(settings.CURRENCY)}", locale=locale()
    )


@register.filter
def nonzero(amount: Decimal | None) -> Decimal | None:
    return amount or None


@register.filter
def is_something(amount: str | None) -> bool:
    """Whether an amount from a stored report is not zero."""
    return bool(amount and Decimal(amount))


@register.filter
def plus(amount: Decimal, other: Decimal) -> Decimal:
    return amount + other
