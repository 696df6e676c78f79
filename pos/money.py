"""Rounding and allocation of money, and database columns with limits."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from babel.core import get_global
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from pos.amounts import AmountField, PercentField

ZERO = Decimal(0)
MOST_MONEY = Decimal(999_999_999)
MOST_QUANTITY = Decimal(9_999_999)
THOUSANDTH = Decimal("0.001")
CASH_STEPS_CLDR_LACKS = {"NZD": Decimal("0.10"), "AUD": Decimal("0.05")}


@cache
def decimals(currency: str) -> int:
    fractions = get_global("currency_fractions")
    return fractions.get(currency, fractions["DEFAULT"])[0]


def currency_decimals() -> int:
    return decimals(settings.CURRENCY)


@cache
def cash_step_of(currency: str) -> Decimal:
    """The smallest amount payable in cash: 0.05 for CHF, 0.01 for EUR, 1 for JPY."""
    if currency in CASH_STEPS_CLDR_LACKS:
        return CASH_STEPS_CLDR_LACKS[currency]
    fractions = get_global("currency_fractions")
    _, _, cash_digits, cash_rounding = fractions.get(currency, fractions["DEFAULT"])
    return Decimal(cash_rounding or 1).scaleb(-cash_digits)


@cache
def quantum() -> Decimal:
    """One unit of the currency's last decimal. Kept, because a sale asks for it ninety times."""
    return Decimal(1).scaleb(-currency_decimals())


@cache
def cash_step() -> Decimal:
    return cash_step_of(settings.CURRENCY)


def rounded(amount: Decimal) -> Decimal:
    """Rounded to the currency's decimals, half away from zero."""
    return amount.quantize(quantum(), ROUND_HALF_UP)


def rounded_down(amount: Decimal) -> Decimal:
    return amount.quantize(quantum(), ROUND_DOWN)


def rounded_to_cash(amount: Decimal) -> Decimal:
    step = cash_step()
    return rounded((amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step)


def payable(amount: Decimal) -> bool:
    """Whether the amount is zero or more, fits a bill, and has no more decimals than the currency."""
    return amount.is_finite() and 0 <= amount <= MOST_MONEY and amount == rounded(amount)


def is_quantity(quantity: Decimal) -> bool:
    """A number no larger than a line can hold, in either direction."""
    return quantity.is_finite() and abs(quantity) <= MOST_QUANTITY


def in_thousandths(figure: Decimal) -> bool:
    return figure == figure.quantize(THOUSANDTH)


def plainly(value: Any) -> str:
    """A number in one spelling, however it was written; anything else as text."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def text(amount: Decimal) -> str:
    """Money as in the API and in stored reports: the currency's decimals, more only for a price that has more."""
    coin = quantum()
    if amount.same_quantum(coin):
        return str(amount)
    plain = amount.quantize(coin, ROUND_HALF_UP)
    return str(plain) if amount == plain else f"{amount.normalize():f}"


def quantity_text(quantity: Decimal) -> str:
    """Pieces as "2", weights as "0.350"."""
    whole = quantity == quantity.to_integral_value()
    return f"{quantity.quantize(Decimal(1) if whole else THOUSANDTH):f}"


def rate_text(rate: Decimal) -> str:
    """A rate with two decimals, more only if it has more: "0.15", "0.075"."""
    return f"{rate:.2f}" if rate == rate.quantize(Decimal("0.01")) else f"{rate.normalize():f}"


def allocate(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Splits `amount` in proportion to `weights` (none negative) by largest remainder: the parts sum to the whole."""
    whole = sum(weights, ZERO)
    if not whole or not amount:
        return [rounded(ZERO) for _ in weights]
    unit = quantum()
    sign = -1 if amount < 0 else 1
    units = int((abs(amount) / unit).to_integral_value(ROUND_HALF_UP))
    exact = [units * weight / whole for weight in weights]
    shares = [int(share.to_integral_value(ROUND_FLOOR)) for share in exact]
    by_remainder = sorted(range(len(weights)), key=lambda i: (shares[i] - exact[i], i))
    for i in by_remainder[: units - sum(shares)]:
        shares[i] += 1
    return [rounded(sign * share * unit) for share in shares]


class BoundedDecimalField(models.DecimalField):
    """A decimal with a lower and an upper limit checked by the database, which also excludes NaN and Infinity."""

    def __init__(
        self,
        verbose_name: Any = None,
        *,
        minimum: Decimal | int,
        maximum: Decimal | int,
        max_digits: int = 15,
        decimal_places: int = 3,
        **kwargs: Any,
    ) -> None:
        self.minimum, self.maximum = Decimal(minimum), Decimal(maximum)
        super().__init__(verbose_name, max_digits=max_digits, decimal_places=decimal_places, **kwargs)
        self.validators = [
            *self.validators,
            MinValueValidator(self.minimum),
            MaxValueValidator(self.maximum),
        ]

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": AmountField, "marks": lambda: self.decimal_places, **kwargs})

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "minimum": self.minimum, "maximum": self.maximum}

    def db_check(self, connection: Any) -> str:
        return f"{connection.ops.quote_name(self.column)} BETWEEN {self.minimum} AND {self.maximum}"


class MoneyField(BoundedDecimalField):
    """An amount in the shop's currency."""

    def __init__(self, verbose_name: Any = None, **kwargs: Any) -> None:
        super().__init__(verbose_name, **{"minimum": -MOST_MONEY, "maximum": MOST_MONEY, **kwargs})

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"marks": currency_decimals, "least": currency_decimals, **kwargs})


class QuantityField(BoundedDecimalField):
    """Pieces or kilograms, to three decimals."""

    def __init__(self, verbose_name: Any = None, **kwargs: Any) -> None:
        super().__init__(verbose_name, **{"minimum": -MOST_QUANTITY, "maximum": MOST_QUANTITY, **kwargs})


class RateField(BoundedDecimalField):
    """A fraction: 0.15 is fifteen per cent."""

    def __init__(self, verbose_name: Any = None, **kwargs: Any) -> None:
        super().__init__(verbose_name, **{"minimum": 0, "maximum": 1, "max_digits": 7, "decimal_places": 5, **kwargs})

    def formfield(self, **kwargs: Any) -> Any:
        """Fractions are typed in per cent; values already in per cent are typed as they are."""
        return super().formfield(**({"form_class": PercentField} if self.maximum == 1 else {}), **kwargs)
