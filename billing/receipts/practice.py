"""Practice bills, found and laid out: their rows stand in the tables of the books for as long as somebody looks, in a
savepoint that is always undone. So every page, paper and verb reads them as it reads a bill."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from billing.models import Basket, Bill, BillLine, BillTax, Payment, PracticeBill, Shift, StoredValue, StoredValueEntry

NUMBER = re.compile(r"[A-Z0-9]{1,10}-TR?[0-9]{6,}", re.IGNORECASE)
SHIFT, CARD, BILL = (model._meta.db_table for model in (Shift, StoredValue, Bill))
HANGING = (BillLine, BillTax, Payment, StoredValueEntry)
BELOW = tuple(model._meta.db_table for model in HANGING)
COLUMNS = {
    model._meta.db_table: [str(field.column) for field in model._meta.concrete_fields]
    for model in (Shift, StoredValue, Bill, *HANGING)
}
# all practice bills that refunds and exchanges join to the one with this number, or to the booked bill with it
TOGETHER = """
    WITH RECURSIVE joined AS (
        SELECT id, original, exchange FROM billing_practicebill
         WHERE upper(number) = upper(%(number)s)
            OR original = (SELECT id FROM billing_bill WHERE upper(number) = upper(%(number)s))
         UNION
        SELECT p.id, p.original, p.exchange FROM billing_practicebill p
          JOIN joined j ON p.id IN (j.original, j.exchange) OR j.id IN (p.original, p.exchange)
    )
    SELECT p.rows FROM billing_practicebill p JOIN joined USING (id)
"""


def is_number(number: str) -> bool:
    return NUMBER.fullmatch(number) is not None


def numbered(number: str) -> PracticeBill | None:
    if not is_number(number):
        return None
    return PracticeBill.objects.select_related("register").filter(number__iexact=number).first()


def under(key: UUID) -> PracticeBill | None:
    """The practice bill of this idempotency key."""
    return PracticeBill.objects.select_related("register").filter(key=key).first()


def of_basket(basket: Basket) -> Bill | None:
    """The bill that was practised with this basket."""
    found = under(basket.key) if basket.is_practice else None
    return found.bill() if found else None


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is undone at the end, and what should follow a commit never happens."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def present(number: str) -> Iterator[None]:
    """Lays the practice bill out while its number is looked up; does nothing for a bill of the books."""
    if not is_number(number):
        yield
        return
    with undone():
        lay_out(number)
        yield


def lay_out(number: str) -> None:
    """Inserts the rows of the practice bill and of all it belongs together with. Only inside `undone`."""
    together = defaultdict[str, list[Mapping[str, Any]]](list)
    with connection.cursor() as cursor:
        cursor.execute(TOGETHER, {"number": number.replace("\0", "")})
        for (kept,) in cursor.fetchall():
            for table, rows in (kept if isinstance(kept, dict) else json.loads(kept)).items():
                together[table] += rows
        for table, columns in COLUMNS.items():
            if rows := sorted(together[table], key=itemgetter("id")):  # in one order, whoever else looks at them
                names = ", ".join(f'"{name}"' for name in columns if name in rows[0])
                cursor.execute(
                    f"INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_populate_recordset(NULL::{table}, %s)"
                    " ON CONFLICT DO NOTHING",
                    [json.dumps(rows)],
                )


@transaction.atomic
def wipe() -> int:
    """Deletes all practice bills and baskets; returns how many bills there were."""
    Basket.objects.filter(is_practice=True).delete()
    wiped, _by_kind = PracticeBill.objects.all().delete()
    return wiped
