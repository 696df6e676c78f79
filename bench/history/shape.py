"""The shape of the real invoices: busy days, hours, and contents of a basket."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bench.invoices import Article, Book

YEAR = timedelta(364)  # 52 weeks: the same day of the week
LONGEST_BASKET = 11  # with the rest of each invoice, five lines on average
FIRST_HOUR, LAST_HOUR = 8, 19
Lines = list[tuple[Article, int, Decimal]]


@dataclass(frozen=True, slots=True)
class Basket:
    hour: int
    lines: Lines


@dataclass(frozen=True, slots=True)
class Trade:
    """A day to be written: how many sales, and the baskets they repeat."""

    day: date
    sales: int
    baskets: list[Basket]


def trades(book: Book, first: date, last: date, bills: int, chance: random.Random) -> Iterator[Trade]:
    """The days from `first` to `last` on which the real shop sold, each with its share of the bills."""
    real = by_day(book, chance)
    days = [(day, real[like]) for day in every_day(first, last) if (like := same_day(day, real)) is not None]
    weight, given, seen = sum(len(baskets) for _, baskets in days), 0, 0
    for day, baskets in days:
        seen += len(baskets)
        sales = bills * seen // weight - given
        given += sales
        if sales:
            yield Trade(day, sales, baskets)


def by_day(book: Book, chance: random.Random) -> dict[date, list[Basket]]:
    """The real days, with wholesale invoices split into baskets."""
    found: dict[date, list[Basket]] = defaultdict(list)
    for invoice in book.invoices.values():
        hour = min(max(invoice.hour, FIRST_HOUR), LAST_HOUR)
        found[invoice.day] += [Basket(hour, lines) for lines in cut(invoice.lines, chance)]
    return found


def cut(lines: Lines, chance: random.Random) -> Iterator[Lines]:
    place = 0
    while place < len(lines):
        size = chance.randint(1, LONGEST_BASKET)
        yield lines[place : place + size]
        place += size


def same_day(day: date, real: dict[date, list[Basket]]) -> date | None:
    """The real day of the same week of the year; None where the real shop sold nothing."""
    first = min(real)
    while day - first >= YEAR:
        day -= YEAR
    while day < first:
        day += YEAR
    return day if day in real else None


def every_day(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(1)
