"""Rows of hand-written SQL that fill a dataclass or a model, each column by the name of its field."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model

Row = TypeVar("Row", bound=Model)


def selected(shape: type, columns: Mapping[str, str]) -> str:
    """The SELECT list for `shape(*row)`: one expression for each field, in the order of the fields.

    Fails at import where a field has no expression, or an expression no field.
    """
    names = [field.name for field in fields(shape)]
    if set(names) != set(columns):
        raise TypeError(f"{shape.__name__} and its columns differ: {sorted(set(names) ^ set(columns))}")
    return ", ".join(columns[name] for name in names)


def columns_of(model: type[Model], table: str) -> str:
    """The SELECT list for `made`: every column of the model, from the table of this name."""
    return ", ".join(f"{table}.{field.column}" for field in model._meta.concrete_fields)


def made(model: type[Row], row: Sequence[Any]) -> Row:
    """The model's object of a row that begins with `columns_of` the model. A queryset takes many times the CPU."""
    names = [field.attname for field in model._meta.concrete_fields]
    return model.from_db(DEFAULT_DB_ALIAS, names, row[: len(names)])


def each_made(row: Sequence[Any], *models: type[Model]) -> list[Any]:
    """The objects of a row of several models, one after the other."""
    found, start = [], 0
    for model in models:
        found.append(made(model, row[start:]))
        start += len(model._meta.concrete_fields)
    return found
