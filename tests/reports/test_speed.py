"""Reports read only the days asked for, not the whole history, in a fixed number of statements."""

from datetime import date

import pytest
from django.db import connection, models

from reports.figures import periods, queries
from tests.reports.books import booked, product, shift_at, with_line

BILLS = 30_000
MONTH = periods.month(2025, 3)
OVER_DAYS = {
    "revenue": lambda: queries.revenue(MONTH),
    "revenue of a day": lambda: queries.revenue(periods.day(date(2025, 3, 5))),
    "taxes": lambda: queries.taxes(MONTH),
    "tenders": lambda: queries.tenders(MONTH),
    "purchased products": lambda: queries.purchased_products(MONTH),
    "top products of a day": lambda: queries.purchased_products(periods.day(date(2025, 3, 5)), most=10),
    "by day": lambda: queries.by_day(MONTH),
    "by hour": lambda: queries.by_hour(date(2025, 3, 5)),
    "by month": lambda: queries.year_by_month(2025),
}


def copies_of(row: models.Model, source: str, **changes: str) -> str:
    """Copies one row for each row of `source`, whatever columns the table has, except for the changes."""
    table = row._meta.db_table
    columns = [field.column for field in row._meta.concrete_fields if not field.primary_key]
    values = ", ".join(changes.get(column, f"sample.{column}") for column in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} "
        f"FROM {table} AS sample, {source} WHERE sample.id = {row.pk}"
    )


@pytest.fixture
def history(db):
    bill = booked(date(2023, 1, 1))
    line = with_line(bill, product(), "1", "5.00")
    bills = copies_of(
        bill,
        f"generate_series(1, {BILLS}) AS n, LATERAL (SELECT timestamptz '2023-01-01Z' + n * interval '1 hour' AS day)",
        sequence="1000000 + n",
        number="'H-' || n",
        key="gen_random_uuid()",
        at="day",
        business_date="day::date",
    )
    history = "(SELECT id FROM billing_bill WHERE sequence > 1000000) AS b, generate_series(1, 2) AS n"
    lines = copies_of(line, history, bill_id="b.id", position="n")
    with connection.cursor() as cursor:
        cursor.execute(bills)
        cursor.execute(lines)
        cursor.execute("ANALYZE billing_bill, billing_billline, billing_payment, billing_billtax")


def plans_of(ask) -> str:
    """The database's query plans for the statements of `ask`."""
    plans: list[str] = []

    def explained(execute, sql, params, many, context):
        execute(f"EXPLAIN {sql}", params, many, context)
        plans.extend(row[0] for row in context["cursor"].fetchall())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explained):
        ask()
    return "\n".join(plans)


def test_seed_d59_no_report_reads_every_bill(history):
    for name, ask in OVER_DAYS.items():
        plan = plans_of(ask)
        assert "Seq Scan on billing_bill " not in plan, f"{name}\n{plan}"
        assert "billing_bill" in plan


@pytest.mark.parametrize("name", OVER_DAYS)
def test_seed_d58_report_takes_no_more_queries_for_more_bills(db, django_assert_max_num_queries, name):
    tea = product()
    for day in range(1, 6):
        with_line(booked(date(2025, 3, day)), tea, "1", "1.00")
    with django_assert_max_num_queries(4):  # which days are kept, the sums, and the names
        OVER_DAYS[name]()


def test_drawers_and_missing_goods_take_no_more_queries_for_more_rows(db, django_assert_num_queries):
    for n in range(3):
        shift_at(f"R{n}")
        product(f"p{n}", stock="0")
    with django_assert_num_queries(3):  # the drawers, the products, the locations that lack them
        assert [one.shift.register.code + one.shift.opened_by.username for one in queries.drawers()]
        assert [product.stock.quantity for product in queries.out_of_stock()]


@pytest.mark.django_db
def test_statements_of_reports_are_planned_for_their_days_however_often_they_are_asked() -> None:
    for _time in range(12):
        for ask in OVER_DAYS.values():
            ask()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%billing_billline%'")
        assert cursor.fetchone() == (0,)
