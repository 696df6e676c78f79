"""Writes rows of models by COPY: like `bulk_create`, without building a statement for each batch."""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault


def copied(rows: Iterable[Model]) -> None:
    """Writes rows of one model, all with the same columns set; the database fills the rest. Ids are not read back."""
    found = list(rows)
    fields = [field for field in found[0]._meta.concrete_fields if is_set(found[0], field)]
    columns = ", ".join(str(field.column) for field in fields)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {found[0]._meta.db_table} ({columns}) FROM STDIN") as copy,
    ):
        for row in found:
            copy.write_row([field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields])


def is_set(row: Model, field: Any) -> bool:
    value = getattr(row, field.attname)
    return not isinstance(value, DatabaseDefault) and (value is not None or not field.primary_key)
