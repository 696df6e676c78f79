"""The columns of bills and their rows, read from the models at import."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Column:
    """A database column: `attribute` is its name on a model instance, `kind` its SQL type."""

    attribute: str
    kind: str


def columns_of(model: type[Model]) -> dict[str, Column]:
    """The model's columns by name, in its order, without `id` and `bill_id`, which the statement fills in."""
    return {
        str(field.column): Column(field.attname, str(field.db_type(connection)))
        for field in model._meta.concrete_fields
        if field.column not in ("id", "bill_id")
    }
