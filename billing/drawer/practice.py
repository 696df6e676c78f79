"""Sales and refunds for practice: the deed is done as always and then undone; only what the bill was is kept."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from accounts.approvals import approvals
from accounts.approvals.denials import forgotten
from accounts.models import User
from billing import counter
from billing.counter import Counter, Till
from billing.drawer import shifts
from billing.models import PRACTICE_AFTER, Bill, BillKind, PracticeBill, RegisterKind
from billing.receipts.practice import BELOW, BILL, CARD, SHIFT, lay_out, undone

Held = TypeVar("Held")
ROWS_OF = "SELECT coalesce(jsonb_agg(to_jsonb(r) ORDER BY r.id), '[]') FROM {table} r WHERE {condition}"
# the shift as if it were closed: a register has one open shift, and that may be another by now
CLOSED = """
    jsonb_build_object('closed_at', r.opened_at, 'closed_by_id', r.opened_by_id, 'counted', 0, 'expected', 0)
"""
SHIFT_OF = f"""
    SELECT jsonb_agg(to_jsonb(r) || {CLOSED}) FROM {SHIFT} r
     WHERE r.id = (SELECT shift_id FROM {BILL} WHERE id = %(bill)s)
"""
# not those of the books: only what was made with this bill
CARDS_OF = ROWS_OF.format(
    table=CARD,
    condition="""
        r.id IN (SELECT card_id FROM billing_storedvalueentry WHERE bill_id = %(bill)s)
        AND NOT EXISTS (SELECT FROM billing_storedvalueentry o
                         WHERE o.card_id = r.id AND o.bill_id IS DISTINCT FROM %(bill)s)
    """,
)
PARTS = {
    SHIFT: SHIFT_OF,
    CARD: CARDS_OF,
    BILL: ROWS_OF.format(table=BILL, condition="r.id = %(bill)s"),
    **{table: ROWS_OF.format(table=table, condition="r.bill_id = %(bill)s") for table in BELOW},
}
ALL_OF_IT = f"SELECT jsonb_build_object({', '.join(f'{table!r}, ({part})' for table, part in PARTS.items())})::text"
KEEP = """
    INSERT INTO billing_practicebill
        (id, key, fingerprint, kind, register_id, sequence, number, original, exchange, rows)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb)
"""


def practises(till: Till, cashier: User) -> bool:
    return till.is_training or bool(cashier.bounds and cashier.bounds.sandbox)


def perform(
    till: Till,
    key: UUID,
    *,
    cashier: User,
    of: str,
    hold: Callable[[], Held],
    write: Callable[[Counter, Held], Bill],
) -> Bill:
    """Writes the bill as any other, undoes all of it and keeps the practice bill. `of` is the bill whose goods come
    back. Approvals it used are good for nothing more."""
    began = timezone.now()
    with forgotten(), undone():
        lay_out(of)
        held = hold()
        practised = of_practice(till)
        bill = write(shifts.begin(practised, counter.at_hand(practised, key), cashier), held)
        kept = [taken_down(one) for one in (bill.exchange, bill) if one]
        spent = approvals.used_by(cashier, since=began)
    approvals.expire(spent)
    with connection.cursor() as cursor:
        cursor.executemany(KEEP, kept)
    return bill


def of_practice(till: Till) -> Till:
    """The till as a practice bill is written at it: its series is another, its shift opens by itself, and its drawer
    is never empty, as at a register without one."""
    last = dict(
        PracticeBill.objects.filter(register_id=till.id).order_by().values_list("kind").annotate(Max("sequence"))
    )
    return replace(
        till,
        kind=RegisterKind.API,
        last_sale=last.get(BillKind.SALE, PRACTICE_AFTER),
        last_refund=last.get(BillKind.REFUND, PRACTICE_AFTER),
    )


def taken_down(bill: Bill) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(ALL_OF_IT, {"bill": bill.pk})
        ((rows,),) = cursor.fetchall()
    return (
        *(bill.pk, bill.key, bill.fingerprint, bill.kind, bill.register_id, bill.sequence, bill.number),
        *(bill.original_id, bill.exchange_id, rows),
    )
