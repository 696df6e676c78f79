"""Keeps the sums of closed days, one day at a time, in `manage.py work`.

A closed day, month or year is made whole in one transaction. No watermark says how far it is: bills are never changed
or deleted, so a day is up to date while it holds as many bills as the books. A bill that comes late, whenever its
transaction began, makes them differ.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from time import monotonic
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import get_current_timezone_name

from pos import calendar
from pos.postgres.silence import unlimited
from reports.rollups import freshness, stands
from reports.rollups.sources import ALL, DAY, MONTH, YEAR

NEXT_DAY = "SELECT min(business_date) FROM billing_bill WHERE business_date > %s AND business_date < %s"
LAST_DAY = "SELECT max(day) FROM reports_rolledday"
# A closed month or year that is not kept, or of another number of bills than its days
NEXT = """
    SELECT d.first
      FROM (SELECT date_trunc('{length}', day)::date AS first, sum(bills) AS bills FROM reports_rolledday
             WHERE day < date_trunc('{length}', %s::date) GROUP BY 1) d
      LEFT JOIN reports_rolled{length} k ON k.{length} = d.first
     WHERE k.bills IS DISTINCT FROM d.bills
     ORDER BY 1 LIMIT 1
"""
HOLD = """
    INSERT INTO {table} ({key}, bills) VALUES (%(start)s, 0) ON CONFLICT ({key}) DO UPDATE SET bills = {table}.bills
"""
THESE = "{column} >= %(start)s AND {column} < %(end)s"
BILLS = f"SELECT count(*) FROM billing_bill b WHERE {THESE.format(column='b.business_date')}"
BILLS_OF_KEPT = (
    f"SELECT coalesce(sum(bills), 0) FROM reports_rolled{{length}} WHERE {THESE.replace('column', 'length')}"
)
ROLLED = [f"reports_rolled{length}" for length in (YEAR, MONTH, DAY)]
BEFORE_ANY = date(1, 1, 1)
LOOK_AGAIN = 60.0  # seconds, where the counts differ and no day explains it


class Patience:
    """When the days are compared one by one again."""

    until = 0.0


def work_one() -> bool:
    """Makes the next closed day, month, year or stand of the shelf that is due; returns whether there was one."""
    today = calendar.today()
    if day := next_day(today):
        roll_day(day)
    elif due := next_longer(today):
        roll_longer(*due)
    else:
        return stands.work_one()
    return True


def next_day(today: date) -> date | None:
    """The first closed day that is not kept yet, then any whose bills became more."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_DAY)
        cursor.execute(NEXT_DAY, [cursor.fetchone()[0] or BEFORE_ANY, today])
        if day := cursor.fetchone()[0]:
            found: date = day
            return found
    if freshness.state().adds_up or monotonic() < Patience.until:
        return None
    stale = freshness.stale(BEFORE_ANY, today)
    if not stale:
        Patience.until = monotonic() + LOOK_AGAIN
    return min(stale, default=None)


def next_longer(today: date) -> tuple[str, date] | None:
    """The next closed month that is not kept as its days are; once there is none, the next year."""
    for length in (MONTH, YEAR):
        with connection.cursor() as cursor:
            cursor.execute(NEXT.format(length=length), [today])
            if row := cursor.fetchone():
                return length, row[0]
    return None


@transaction.atomic
def roll_day(day: date) -> None:
    _make(DAY, day, day + timedelta(1), BILLS, "b.business_date")


@transaction.atomic
def roll_longer(length: str, first: date) -> None:
    """A month is made of its days, a year of its months, and counted by them: once one is made anew, so is what was
    made of it."""
    made_of = {MONTH: DAY, YEAR: MONTH}[length]
    _make(length, first, freshness.after(length, first), BILLS_OF_KEPT.format(length=made_of), made_of)


def _make(length: str, start: date, end: date, count: str, column: str) -> None:
    """The bills are counted before they are added up: one that is written meanwhile makes the count too small, and the
    day is made again."""
    table = f"reports_rolled{length}"
    asked: dict[str, Any] = {"start": start, "end": end, "zone": get_current_timezone_name()}
    with unlimited(), connection.cursor() as cursor:
        cursor.execute(HOLD.format(table=table, key=length), asked)
        cursor.execute(count, asked)
        bills = cursor.fetchone()[0]
        for source in ALL:
            if kept := source.of(length):
                cursor.execute(f"DELETE FROM {kept.table} WHERE {length} = %(start)s", asked)
                columns, rows = ", ".join(source.columns(kept)), source.rolled(kept, THESE.format(column=column))
                cursor.execute(f"INSERT INTO {kept.table} ({columns}) {rows}", asked)
        cursor.execute(f"UPDATE {table} SET bills = %(bills)s WHERE {length} = %(start)s", asked | {"bills": bills})


def rebuild() -> Iterator[date]:
    """Everything from nothing; yields each day, month or year made. Until then the reports read the bills."""
    with transaction.atomic(), unlimited(), connection.cursor() as cursor:
        for table in [*(kept.table for source in ALL for kept in source.kept), *ROLLED]:
            cursor.execute(f"DELETE FROM {table}")
        stands.forget()
    today = calendar.today()
    while day := next_day(today):
        roll_day(day)
        yield day
    while due := next_longer(today):
        roll_longer(*due)
        yield due[1]
    while moment := stands.next_moment():
        stands.make(moment)
        yield moment.date()


def to_make() -> int:
    """How many closed days have bills."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT business_date) FROM billing_bill WHERE business_date < %s", [calendar.today()]
        )
        count: int = cursor.fetchone()[0]
    return count
