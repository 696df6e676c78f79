"""The columns of the list of goods, and what stands in each cell of a row."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inventory.models import Category, Product, TaxRate
from inventory.templatetags.contents import content_typed, per_unit
from pos.amounts import typed
from pos.money import currency_decimals
from pos.templatetags.money import amount

NAMES = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` says how a cell is edited: text, amount, code, choice, tick, or shown only."""

    name: str
    label: Promise
    kind: str
    is_usual: bool = False
    is_figure: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """`value` is what the field holds, `shown` the words of a choice or of a cell that is not edited; `why` says why
    it is not. In a cell that was refused, `held` is what the product still has."""

    column: Column
    kind: str
    value: str
    shown: str
    why: str = ""
    is_wrong: bool = False
    held: str = ""


COLUMNS = [
    Column("name", _("Name"), "text", is_usual=True),
    Column("sku", _("SKU"), "text"),
    Column("codes", _("Barcodes"), "code"),
    Column("category", _("Category"), "choice", is_usual=True),
    Column("price", _("Price"), "amount", is_usual=True, is_figure=True),
    Column("cost", _("Cost"), "amount", is_usual=True, is_figure=True),
    Column("tax_rate", _("Tax"), "choice", is_usual=True),
    Column("content", _("Content"), "text"),
    Column("unit_price", _("Unit price"), "shown", is_figure=True),
    Column("stock", _("Stock"), "shown", is_usual=True, is_figure=True),
    Column("reorder_point", _("Reorder point"), "amount", is_usual=True, is_figure=True),
    Column("is_active", _("On sale"), "tick", is_usual=True),
]
ALWAYS = "name"


def stock_of(product: Product) -> str:
    """What the first location has; what others have stands behind it."""
    further = [(row.location.name, amount(row.quantity, product.sold_by)) for row in product.elsewhere.all()]
    first = amount(product.stock.quantity, product.sold_by)
    return " · ".join([first, *(f"{name} {left}" for name, left in further)])


VALUES: dict[str, Callable[[Product], str]] = {
    "name": lambda product: product.name,
    "sku": lambda product: product.sku,
    "codes": lambda product: " ".join(barcode.code for barcode in product.barcodes.all()),
    "category": lambda product: str(product.category_id or ""),
    "price": lambda product: typed(product.price, currency_decimals()),
    "cost": lambda product: typed(product.cost, currency_decimals()),
    "tax_rate": lambda product: str(product.tax_rate_id or ""),
    "content": content_typed,
    "unit_price": per_unit,
    "stock": stock_of,
    "reorder_point": lambda product: typed(product.reorder_point) if product.reorder_point else "",
    "is_active": lambda product: "on" if product.is_active else "",
}


def chosen(wanted: Iterable[str]) -> list[Column]:
    """These columns in their order; the usual ones if none of them is known."""
    names = set(wanted) & set(VALUES)
    return [
        column for column in COLUMNS if column.name == ALWAYS or (column.name in names if names else column.is_usual)
    ]


def choices() -> dict[str, NAMES]:
    """The words of each choice, by id."""
    return {
        "category": dict(Category.objects.values_list("pk", "name")),
        "tax_rate": dict(TaxRate.objects.values_list("pk", "name")),
    }


def cells(
    product: Any, columns: Iterable[Column], words: Mapping[str, NAMES], written: Mapping[str, str] = {}
) -> list[Cell]:
    """`written` are fields that were refused, as they were typed."""
    return [cell(product, column, words, written.get(column.name)) for column in columns]


def cell(product: Any, column: Column, words: Mapping[str, NAMES], written: str | None) -> Cell:
    value = VALUES[column.name](product)
    why, kind = why_not(product, column), column.kind
    if why:
        kind = "shown"
    shown = words[column.name].get(int(value or 0), "") if kind == "choice" else value
    return Cell(column, kind, value if written is None else written, shown, why, written is not None, value)


def why_not(product: Any, column: Column) -> str:
    """Why this cell is only shown, where others of its column are edited."""
    if column.name == "cost" and product.cost_is_average:
        return gettext("The average of what deliveries cost.")
    if column.name == "codes" and any(len(barcode.code.split()) > 1 for barcode in product.barcodes.all()):
        return gettext("One of these codes holds a space: change it on the product's page.")
    return ""
