"""Keeps the sums of closed days, one day at a time, in `manage.py work`.

A closed day or month is made whole in one transaction. No watermark says how far it is: bills are never changed or
deleted, so a day is up to date while it holds as many bills as the books. A bill that comes late, whenever its
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
from reports.models import RolledDay, RolledMonth
from reports.rollups import freshness, stands
from reports.rollups.sources import OF_DAYS, OF_MONTHS, Source

NEXT_DAY = "SELECT min(business_date) FROM billing_bill WHERE business_date > %s AND business_date < %s"
LAST_DAY = "SELECT max(day) FROM reports_rolledday"
# A month whose days are all kept, and of which the products are not, or are of another number of bills
NEXT_MONTH = """
    SELECT d.month
      FROM (SELECT date_trunc('month', day)::date AS month, sum(bills) AS bills FROM reports_rolledday
             WHERE day < date_trunc('month', %s::date) GROUP BY 1) d
      LEFT JOIN reports_rolledmonth m ON m.month = d.month
     WHERE m.bills IS DISTINCT FROM d.bills
     ORDER BY 1 LIMIT 1
"""
HOLD = """
    INSERT INTO {table} ({key}, bills) VALUES (%(start)s, 0) ON CONFLICT ({key}) DO UPDATE SET bills = {table}.bills
"""
THESE_DAYS = "b.business_date >= %(start)s AND b.business_date < %(end)s"
BILLS = f"SELECT count(*) FROM billing_bill b WHERE {THESE_DAYS}"
BILLS_OF_KEPT_DAYS = """
    SELECT coalesce(sum(bills), 0) FROM reports_rolledday WHERE day >= %(start)s AND day < %(end)s
"""
BEFORE_ANY = date(1, 1, 1)
LOOK_AGAIN = 60.0  # seconds, where the counts differ and no day explains it


class Patience:
    """When the days are compared one by one again."""

    until = 0.0


def work_one() -> bool:
    """Makes the next closed day, month or stand of the shelf that is due; returns whether there was one."""
    today = calendar.today()
    if day := next_day(today):
        roll_day(day)
    elif month := _next_month(today):
        roll_month(month)
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


def _next_month(today: date) -> date | None:
    with connection.cursor() as cursor:
        cursor.execute(NEXT_MONTH, [today])
        row = cursor.fetchone()
    return row[0] if row else None


@transaction.atomic
def roll_day(day: date) -> None:
    _make(RolledDay, day, day + timedelta(1), OF_DAYS, BILLS)


@transaction.atomic
def roll_month(month: date) -> None:
    """Counted by its kept days: once one of them is made anew, so is the month."""
    _make(RolledMonth, month, freshness.next_month(month), OF_MONTHS, BILLS_OF_KEPT_DAYS)


def _make(kept: type[RolledDay | RolledMonth], start: date, end: date, sources: tuple[Source, ...], count: str) -> None:
    """The bills are counted before they are added up: one that is written meanwhile makes the count too small, and the
    day is made again."""
    table, key = kept._meta.db_table, str(kept._meta.pk.column)
    asked: dict[str, Any] = {"start": start, "end": end, "zone": get_current_timezone_name()}
    with unlimited(), connection.cursor() as cursor:
        cursor.execute(HOLD.format(table=table, key=key), asked)
        cursor.execute(count, asked)
        bills = cursor.fetchone()[0]
        for source in sources:
            cursor.execute(f"DELETE FROM {source.table} WHERE {key} = %(start)s", asked)
            columns = ", ".join(source.columns)
            cursor.execute(f"INSERT INTO {source.table} ({columns}) {source.rolled(THESE_DAYS)}", asked)
        cursor.execute(f"UPDATE {table} SET bills = %(bills)s WHERE {key} = %(start)s", asked | {"bills": bills})


def rebuild() -> Iterator[date]:
    """Everything from nothing; yields each day or month made. Until then the reports read the bills."""
    with transaction.atomic(), unlimited(), connection.cursor() as cursor:
        for table in [*(source.table for source in (*OF_DAYS, *OF_MONTHS)), "reports_rolledmonth", "reports_rolledday"]:
            cursor.execute(f"DELETE FROM {table}")
        stands.forget()
    today = calendar.today()
    while day := next_day(today):
        roll_day(day)
        yield day
    while month := _next_month(today):
        roll_month(month)
        yield month
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
