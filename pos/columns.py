"""Rows of hand-written SQL that fill a dataclass, each column by the name of its field."""

from collections.abc import Mapping
from dataclasses import fields


def selected(shape: type, columns: Mapping[str, str]) -> str:
    """The SELECT list for `shape(*row)`: one expression for each field, in the order of the fields.

    Fails at import where a field has no expression, or an expression no field.
    """
    names = [field.name for field in fields(shape)]
    if set(names) != set(columns):
        raise TypeError(f"{shape.__name__} and its columns differ: {sorted(set(names) ^ set(columns))}")
    return ", ".join(columns[name] for name in names)
