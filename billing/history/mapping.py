"""Which column of a file means what. Without a mapping file the columns are those of the UCI "Online Retail" lists."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from pos.errors import Invalid

NEEDED = ("invoice", "code", "quantity", "at", "unit_price")
OPTIONAL = ("name", "customer", "tax_percent")
ONLINE_RETAIL = {
    "invoice": "invoice",
    "code": "stock_code",
    "name": "description",
    "quantity": "quantity",
    "at": "invoiced_at",
    "unit_price": "unit_price",
    "customer": "customer_id",
}


@dataclass(frozen=True, slots=True)
class Columns:
    """The meaning of a file's columns.

    `returns_begin_with` marks invoices of goods that came back; without it a negative quantity is a return.
    `no_sales_begin_with` marks invoices that are no sales at all. `source` tells the invoices of one earlier system
    from those of another. `tax_percent` holds for lines without a column of that meaning.
    """

    columns: Mapping[str, str] = field(default_factory=lambda: ONLINE_RETAIL)
    source: str = "online_retail"
    delimiter: str = ","
    decimal: str = "."
    moment: str = "%Y-%m-%d %H:%M:%S"
    returns_begin_with: str = "C"
    no_sales_begin_with: str = "A"
    tax_percent: str = "0"

    def __post_init__(self) -> None:
        if missing := [name for name in NEEDED if name not in self.columns]:
            raise Invalid("mapping", _("The mapping names no column for: %(names)s.") % {"names": ", ".join(missing)})
        if unknown := sorted(set(self.columns) - {*NEEDED, *OPTIONAL}):
            raise Invalid("mapping", _("The mapping has unknown names: %(names)s.") % {"names": ", ".join(unknown)})


def read(path: Path) -> Columns:
    """Reads a mapping file: `[columns]` names the file's column for each meaning; the rest is as in `Columns`."""
    try:
        with path.open("rb") as file:
            told: dict[str, Any] = tomllib.load(file)
    except OSError as error:
        raise Invalid("mapping", _("The mapping cannot be read: %(why)s") % {"why": error.strerror}) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid("mapping", _("The mapping is not TOML: %(why)s") % {"why": error}) from None
    known = {each.name for each in fields(Columns)}
    if unknown := sorted(set(told) - known):
        raise Invalid("mapping", _("The mapping has unknown names: %(names)s.") % {"names": ", ".join(unknown)})
    columns = told.get("columns", {})
    texts = [value for name, value in told.items() if name != "columns"]
    if not isinstance(columns, dict) or not all(isinstance(value, str) for value in [*texts, *columns.values()]):
        raise Invalid("mapping", _("A mapping holds texts, and a table of columns."))
    usual = {"source": path.stem[:50], "returns_begin_with": "", "no_sales_begin_with": ""}
    return Columns(**{**usual, **told})
