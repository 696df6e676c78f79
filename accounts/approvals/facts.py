"""Reads the facts of an approval request. They may come from any program and are shown to people, so every value is
checked."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from pos.money import MOST_MONEY, MOST_QUANTITY
from pos.templatetags.money import money, quantity

LONGEST_NAME, LONGEST_REASON, LONGEST_NUMBER, MOST_NAMES = 40, 120, 30, 3
UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class Facts:
    """The facts of a request. A missing or malformed value raises one of UNREADABLE."""

    def __init__(self, facts: Any) -> None:
        if not isinstance(facts, dict):
            raise TypeError(facts)
        self.facts = facts

    def text(self, name: str, longest: int = LONGEST_NAME) -> str:
        return short(self.facts[name], longest)

    def number(self, name: str, most: Decimal = MOST_MONEY) -> Decimal:
        value = self.facts[name]
        if not isinstance(value, str | int | Decimal) or isinstance(value, bool) or is_long(value):
            raise TypeError(name)
        return within(Decimal(value), most)

    def money(self, name: str) -> str:
        return money(self.number(name))

    def quantity(self, name: str) -> str:
        return quantity(self.number(name, MOST_QUANTITY))

    def rows(self, name: str) -> list["Facts"]:
        return [Facts(row) for row in self.several(name)]

    def several(self, name: str) -> list[Any]:
        value = self.facts[name]
        if not isinstance(value, list) or not value:
            raise TypeError(name)
        return value


def is_long(value: str | int | Decimal) -> bool:
    return value.bit_length() > 64 if isinstance(value, int) else len(str(value)) > LONGEST_NUMBER


def within(number: Decimal, most: Decimal) -> Decimal:
    if not number.is_finite() or abs(number) > most:
        raise InvalidOperation(number)
    return number


def short(value: Any, longest: int) -> str:
    """The text on one line, without unprintable characters, cut to `longest`."""
    if not isinstance(value, str):
        raise TypeError(value)
    seen = value[: 4 * longest]
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in seen).split())
    if not line:
        raise ValueError(value)
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def some(names: Iterable[str], number: int) -> str:
    first = list(names)[:MOST_NAMES]
    return ", ".join([*first, *(["…"] if number > len(first) else [])])
