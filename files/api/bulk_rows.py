"""The shape of a row, and its cells as the imports read them."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from inventory.barcodes import LONGEST
from inventory.goods.products import LONGEST_DESCRIPTION, MOST_BARCODES
from inventory.models import OLDEST, SoldBy
from pos.api.fields import EmailField, MoneyField, QuantityField, StrictSerializer, TextField
from pos.api.items import ItemsField
from pos.imports import Cells

BETWEEN = "|"


class Row(StrictSerializer):
    @property
    def names(self) -> dict[str, str]:
        """What the import's columns are called here."""
        return {str(field.source): name for name, field in self.fields.items()}

    def cells(self, row: dict[str, Any]) -> Cells:
        return {name: text(value) for name, value in row.items()}


def text(value: Any) -> str:
    if isinstance(value, list):
        return BETWEEN.join(value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


class CodesField(ItemsField):
    def __init__(self, **kwargs: Any) -> None:
        child = TextField(max_length=LONGEST)
        super().__init__(**{"child": child, "max_length": MOST_BARCODES, "source": "barcode", **kwargs})


class ProductRow(Row):
    sku = TextField(max_length=50, required=False)
    barcodes = CodesField(required=False, help_text="added to those it has")
    name = TextField(max_length=200, required=False, help_text="what is new needs one, and a price")
    description = TextField(max_length=LONGEST_DESCRIPTION, required=False)
    category = TextField(max_length=100, required=False, help_text="its name; made where there is none")
    tax_rate = TextField(max_length=50, required=False, help_text="its name")
    price = MoneyField(min_value=0, required=False)
    sold_by = serializers.ChoiceField(SoldBy.choices, required=False)
    minimum_age = serializers.IntegerField(min_value=0, max_value=OLDEST, required=False)
    reorder_point = QuantityField(min_value=0, required=False)
    stock = QuantityField(min_value=0, required=False, help_text="opening stock of what is new")


class CountRow(Row):
    sku = TextField(max_length=50, required=False)
    barcodes = CodesField(required=False, help_text="where there is no SKU")
    counted = QuantityField(min_value=0, source="stock")


class MemberRow(Row):
    number = TextField(max_length=20, required=False)
    name = TextField(max_length=100, required=False, help_text="who is new needs one")
    email = EmailField(required=False)
    phone = TextField(max_length=40, required=False)
