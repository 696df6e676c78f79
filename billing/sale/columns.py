"""The columns a bill and the rows below it are written in, read from the models once, at import."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Column:
    """`attribute` is its name on a row of Python's, `kind` its type in SQL."""

    attribute: str
    kind: str


def columns_of(model: type[Model]) -> dict[str, Column]:
    """By name, in the model's order. The row's own id is left out, and that of its bill: the statement knows both."""
    return {
        str(field.column): Column(field.attname, str(field.db_type(connection)))
        for field in model._meta.concrete_fields
        if field.column not in ("id", "bill_id")
    }
