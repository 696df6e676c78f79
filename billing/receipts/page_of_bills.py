"""Reads a page of bills as the API's documents show them, in as many statements for a hundred bills as for one."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState

from accounts.models import User
from billing.models import Bill, BillLine, BillTax, Payment, Register, StoredValueEntry
from pos.postgres.rows import array, rows

Row = TypeVar("Row", bound=Model)


def bare() -> QuerySet[Bill]:
    """Bills to choose a page from; `filled` adds the rest."""
    return Bill.objects.select_related("exchange", "exchanged_for")


def filled(bills: Sequence[Bill]) -> Sequence[Bill]:
    """The bills with all that their documents show."""
    ids = [bill.pk for bill in bills]
    lines, taxes, payments = below(BillLine, ids), below(BillTax, ids), below(Payment, ids)
    refunds = by_bill("original_id", Bill.objects.filter(original__in=ids))
    cards = by_bill("bill_id", StoredValueEntry.objects.filter(bill__in=ids).select_related("card"))
    registers = Register.objects.in_bulk({bill.register_id for bill in bills})
    cashiers = User.objects.in_bulk({bill.cashier_id for bill in bills})
    for bill in bills:
        bill.register, bill.cashier = registers[bill.register_id], cashiers[bill.cashier_id]
        bill.remember(lines=lines[bill.pk], taxes=taxes[bill.pk], payments=payments[bill.pk])
        bill.remember(refunds=refunds[bill.pk], stored_value=cards[bill.pk])
    return bills


def below(model: type[Row], bills: Sequence[int]) -> dict[int, list[Row]]:
    """The model's rows by bill, in its order. In plain SQL: a queryset takes twice as long to make a row."""
    fields = model._meta.concrete_fields
    names, attributes = ", ".join(str(field.column) for field in fields), [field.attname for field in fields]
    order = ", ".join(["bill_id", *map(str, model._meta.ordering or ())])
    sql = f"SELECT {names} FROM {model._meta.db_table} WHERE bill_id = ANY(%s::bigint[]) ORDER BY {order}"
    return by_bill("bill_id", [stored(model, attributes, row) for row in rows(sql, [array(bills)])])


def stored(model: type[Row], attributes: Sequence[str], values: Sequence[Any]) -> Row:
    """A row of the database. Django's constructor takes several times as long, which a page of 700 rows feels."""
    row, state = model.__new__(model), ModelState()
    state.adding, state.db = False, DEFAULT_DB_ALIAS
    row.__dict__.update(zip(attributes, values, strict=True), _state=state)
    return row


def by_bill(attribute: str, found: Any) -> dict[int, list[Any]]:
    groups = defaultdict[int, list[Any]](list)
    for row in found:
        groups[getattr(row, attribute)].append(row)
    return groups
