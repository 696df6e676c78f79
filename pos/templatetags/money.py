"""How figures are written: in the shop's currency, the way the reader's language writes them."""

import re
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.numbers import format_currency, format_decimal, format_percent, get_decimal_symbol
from django import template
from django.conf import settings
from django.utils.translation import get_language, to_locale

from pos import money as money_of
from pos.money import decimals, quantum

register = template.Library()


def locale() -> Locale:
    return locale_of(get_language() or settings.LANGUAGE_CODE)


@cache
def locale_of(language: str) -> Locale:
    return Locale.parse(to_locale(language))


@register.filter
def money(amount: Decimal | str | None) -> str:
    if amount is None or amount == "":
        return ""
    return format_currency(Decimal(amount), settings.CURRENCY, locale=locale())


@register.filter
def less(amount: Decimal) -> str:
    """What comes off; on a refund the same is given back, so it is added."""
    return money(-amount) if amount < 0 else f"−{money(amount)}"


@register.filter
def unsigned(amount: Decimal) -> Decimal:
    return abs(amount)


@register.filter
def cash(amount: Decimal) -> str:
    """Notes, coins and round sums: whole amounts without decimals, as on the note itself."""
    if amount != amount.to_integral_value():
        return money(amount)
    pattern = re.sub(r"\.0+", "", locale().currency_formats["standard"].pattern)
    return format_currency(amount, settings.CURRENCY, pattern, locale=locale(), currency_digits=False)


@register.filter
def quantity(amount: Decimal | str | None) -> str:
    """Pieces or kilograms without zeros at the end: 2, 0.35."""
    if amount is None or amount == "":
        return ""
    return format_decimal(Decimal(amount), "#,##0.###", locale=locale())


@register.filter
def percent(rate: Decimal | str | None) -> str:
    """A fraction as a percentage: 0.15 is 15%, 0.055 is 5.5%."""
    if rate is None or rate == "":
        return ""
    return format_percent(Decimal(rate), "#,##0.###%", locale=locale())


@register.filter
def plain(amount: Decimal | str | None) -> str:
    """For form fields: "12.50" in the currency's decimals, a point whatever the language."""
    if amount is None or amount == "":
        return ""
    return f"{Decimal(amount).quantize(quantum()):f}"


@register.filter
def plain_quantity(amount: Decimal | str | None) -> str:
    """For form fields: "2" or "0.35", a point whatever the language."""
    if amount is None or amount == "":
        return ""
    shown = f"{Decimal(amount):f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


@register.filter
def written(figure: str) -> str:
    """A plain figure as people type it here, in fields for their eyes: 12.50, in German 12,50. Both are read."""
    return figure.replace(".", decimal_sign())


@register.simple_tag
def decimal_sign() -> str:
    sign = get_decimal_symbol(locale())
    return sign if sign in ".," else "."


@register.simple_tag
def cash_step() -> str:
    """The smallest amount coins can pay, for scripts."""
    return f"{money_of.cash_step():f}"


@register.filter
def points(amount: Decimal | str | None) -> str:
    """Points are held to the currency's decimals: 12.40."""
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
    """Of an amount as stored reports spell it."""
    return bool(amount and Decimal(amount))


@register.filter
def plus(amount: Decimal, other: Decimal) -> Decimal:
    return amount + other
