"""Keeps the sums of closed days, one day at a time, in `manage.py work`.

A closed day or month, or all until a day, is made whole in one transaction. No watermark says how far it is: bills are
never changed or deleted, so a day is up to date while it holds as many bills as the books. A bill that comes late,
whenever its transaction began, makes them differ.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from time import monotonic
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import get_current_timezone_name

from pos import calendar
from pos.postgres.silence import unlimited
from reports.rollups import freshness, stands, until
from reports.rollups.sources import ALL, DAY, MONTH, UNTIL

NEXT_DAY = "SELECT min(business_date) FROM billing_bill WHERE business_date > %s AND business_date < %s"
LAST_DAY = "SELECT max(day) FROM reports_rolledday"
# A closed month that is not kept, or of another number of bills than its days
NEXT_MONTH = """
    SELECT d.first
      FROM (SELECT date_trunc('month', day)::date AS first, sum(bills) AS bills FROM reports_rolledday
             WHERE day < date_trunc('month', %(today)s::date) GROUP BY 1) d
      LEFT JOIN reports_rolledmonth k ON k.month = d.first
     WHERE k.bills IS DISTINCT FROM d.bills
     ORDER BY 1 LIMIT 1
"""
HOLD = """
    INSERT INTO {table} ({key}, bills) VALUES (%(start)s, 0) ON CONFLICT ({key}) DO UPDATE SET bills = {table}.bills
"""
THESE = "{day} >= %(start)s AND {day} < %(end)s"
BILLS = f"SELECT count(*) FROM billing_bill b WHERE {THESE.format(day='b.business_date')}"
BILLS_OF_DAYS = f"SELECT coalesce(sum(bills), 0) FROM reports_rolledday WHERE {THESE.format(day=DAY)}"
THIS = "k.until = %(start)s"
BILLS_UNTIL = f"SELECT ({until.BILLS}) FROM {until.STEP} WHERE {THIS}"
LENGTHS = (DAY, MONTH, UNTIL)
BEFORE_ANY = date(1, 1, 1)
LOOK_AGAIN = 60.0  # seconds, where the counts differ and no day explains it


class Patience:
    """When the days are compared one by one again."""

    until = 0.0


def work_one() -> bool:
    """Makes the next closed day or month, sums until a day or stand of the shelf that is due; returns whether there was
    one."""
    due = next_due(calendar.today())
    if due is None:
        return stands.work_one()
    roll(*due)
    return True


def next_due(today: date) -> tuple[str, date] | None:
    """Days first, then months, then the sums until a day: each is made of those before."""
    if day := next_day(today):
        return DAY, day
    for length, question in ((MONTH, NEXT_MONTH), (UNTIL, until.DUE)):
        with connection.cursor() as cursor:
            cursor.execute(question, {"today": today})
            if row := cursor.fetchone():
                return length, row[0]
    return None


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


@transaction.atomic
def roll(length: str, first: date) -> None:
    """One day, one month, or all until a day. A month is made of its days and counted by them, and so on: once one is
    made anew, so is what was made of it."""
    if length == UNTIL:
        made = [(kept.table, kept.columns, kept.made.format(those=THIS)) for kept in until.ALL]
        _make(length, first, first, BILLS_UNTIL, made)
        _forget_passed(first)
        _tell_the_planner()
        return
    made = [
        (kept.table, source.columns(kept), source.rolled(kept, THESE))
        for source in ALL
        for kept in source.tables
        if kept.length == length
    ]
    if length == DAY:
        _make(length, first, first + timedelta(1), BILLS, made)
    else:
        _make(length, first, freshness.next_month(first), BILLS_OF_DAYS, made)


def _make(length: str, start: date, end: date, count: str, made: Iterable[tuple[str, Iterable[str], str]]) -> None:
    """The bills are counted before they are added up: one that is written meanwhile makes the count too small, and the
    day is made again. `made` are tables, their columns and the statements of their rows."""
    marks = rolled(length)
    asked: dict[str, Any] = {"start": start, "end": end, "zone": get_current_timezone_name()}
    with unlimited(), connection.cursor() as cursor:
        cursor.execute(HOLD.format(table=marks, key=length), asked)
        cursor.execute(count, asked)
        bills = cursor.fetchone()[0]
        for table, columns, rows in made:
            cursor.execute(f"DELETE FROM {table} WHERE {length} = %(start)s", asked)
            cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) {rows}", asked)
        cursor.execute(f"UPDATE {marks} SET bills = %(bills)s WHERE {length} = %(start)s", asked | {"bills": bills})


def _forget_passed(latest: date) -> None:
    with connection.cursor() as cursor:
        for table in (*(kept.table for kept in until.ALL), rolled(UNTIL)):
            cursor.execute(f"DELETE FROM {table} WHERE {UNTIL} IN ({until.PASSED})", {"start": latest})


def _tell_the_planner() -> None:
    """Without figures about the new day the database expects a single row of it."""
    with unlimited(), connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(kept.table for kept in until.ALL)}")


def rolled(length: str) -> str:
    """The table of what is kept of a length."""
    return f"reports_rolled{length}"


def tables() -> dict[str, Iterable[str]]:
    """Everything that is kept but the stands of the shelf, with its columns."""
    sums = {kept.table: source.columns(kept) for source in ALL for kept in source.tables}
    marks = {rolled(length): (length, "bills") for length in LENGTHS}
    return {**sums, **{kept.table: kept.columns for kept in until.ALL}, **marks}


def rebuild() -> Iterator[date]:
    """Everything from nothing; yields each day, month or other that was made. Until then the reports read the bills."""
    with transaction.atomic(), unlimited(), connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f"DELETE FROM {table}")
        stands.forget()
    today = calendar.today()
    while due := next_due(today):
        roll(*due)
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
