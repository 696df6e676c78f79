"""Serializers and query parameters of the reports."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from inventory.api.serializers import HeldSerializer
from inventory.models import SoldBy
from inventory.shelf import low
from pos.api.fields import MomentField, MoneyField, QuantityField
from pos.api.views import Query

MOST_SUM = Decimal(10) ** 15
OUT, LOW = "out", "low"
SPAN = {
    "from": "the first business date",
    "to": "the last business date, included",
}


def span_fields() -> dict[str, Any]:
    return {name: serializers.DateField(help_text=text) for name, text in SPAN.items()}


class SumField(MoneyField):
    """A sum of many amounts; may exceed the limit of a single amount."""

    def __init__(self, **kw: Any) -> None:
        super().__init__(min_value=-MOST_SUM, max_value=MOST_SUM, **kw)


class SumOfQuantitiesField(QuantityField):
    def __init__(self, **kw: Any) -> None:
        super().__init__(min_value=-MOST_SUM, max_value=MOST_SUM, **kw)


class SpanQuery(Query):
    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), **span_fields()}


class YearQuery(Query):
    year = serializers.IntegerField(min_value=1, max_value=9998)


class ShelfQuery(Query):
    state = serializers.ChoiceField(
        [OUT, LOW],
        required=False,
        default=OUT,
        help_text="`out`: nothing left at a location; `low`: some left there, but no more than the reorder point there",
    )


class OverSpan(serializers.Serializer[Any]):
    def get_fields(self) -> dict[str, Any]:
        return {**span_fields(), **super().get_fields()}


class RevenueSerializer(OverSpan):
    revenue = SumField(help_text="sum of the bills' totals, taxes included, refunds taken off")
    net = SumField(help_text="revenue without the taxes")
    tax = SumField()
    discount = SumField(help_text="everything taken off, VIP discounts included")
    vip_discount = SumField()
    points_spent = SumField(help_text="the part of the revenue paid with points")


class TransactionsSerializer(OverSpan):
    transactions = serializers.IntegerField(help_text="sales, refunds not counted")
    refunds = serializers.IntegerField()


class PurchasedSerializer(serializers.Serializer[Any]):
    product = serializers.IntegerField(help_text="the product's id")
    name = serializers.CharField(help_text="as it was last sold in this time")
    sold_by = serializers.ChoiceField(SoldBy.choices, help_text="what `quantity` counts: pieces, or kilograms")
    quantity = SumOfQuantitiesField(help_text="returned goods taken off")
    revenue = SumField(help_text="sum of the lines' net at the prices of the sale, whatever the price is now")


class CauseSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(["count", "write_off"])
    reason = serializers.CharField(help_text="of a write-off, as it was given; empty for differences of counts")
    pieces = SumOfQuantitiesField()
    kilograms = SumOfQuantitiesField(help_text="of goods sold by weight, never part of `pieces`")
    at_cost = SumField()
    at_price = SumField(help_text="as the goods were sold when they were counted; written off, as they are now")


class ShrinkageSerializer(OverSpan):
    """Signed: what was lost is negative."""

    at_cost = SumField()
    at_price = SumField()
    causes = CauseSerializer(many=True, help_text="the largest loss first")


class MonthSerializer(serializers.Serializer[Any]):
    month = serializers.IntegerField(min_value=1, max_value=12)


class MonthlyTransactionsSerializer(MonthSerializer):
    value = serializers.IntegerField(help_text="sales, refunds not counted")


class MonthlySoldProductsSerializer(MonthSerializer):
    value = SumOfQuantitiesField(help_text="pieces, returned goods taken off")
    kilograms = SumOfQuantitiesField(help_text="of goods sold by weight, never part of `value`")


class MembersByTierSerializer(serializers.Serializer[Any]):
    regular = serializers.IntegerField()
    vip = serializers.IntegerField()


class DrawerSerializer(serializers.Serializer[Any]):
    register = serializers.CharField(source="shift.register.code")
    name = serializers.CharField(source="shift.register.name")
    shift = serializers.IntegerField(source="shift.pk")
    business_date = serializers.DateField(source="shift.business_date")
    opened_at = MomentField(source="shift.opened_at")
    opened_by = serializers.CharField(source="shift.opened_by.username")
    cash = SumField(help_text="float, cash sales less change and refunds, pay-ins less pay-outs")


class CurrentCashSerializer(serializers.Serializer[Any]):
    total = SumField()
    drawers = DrawerSerializer(many=True, help_text="one for each register whose shift is open")


class OutOfStockSerializer(serializers.Serializer[Any]):
    product = serializers.IntegerField(source="pk")
    sku = serializers.CharField()
    name = serializers.CharField()
    sold_by = serializers.ChoiceField(SoldBy.choices)
    stock = QuantityField(source="stock.quantity", help_text="at the shop's first location")
    reorder_point = QuantityField()
    lacking_at = serializers.SerializerMethodField(help_text="empty in a shop with a single location")

    @extend_schema_field(HeldSerializer(many=True))
    def get_lacking_at(self, product: Any) -> list[Any]:
        return list(HeldSerializer(low.lacking_at(product), many=True).data)


class OversoldSerializer(serializers.Serializer[Any]):
    product = serializers.IntegerField(source="pk")
    sku = serializers.CharField()
    name = serializers.CharField()
    stock = QuantityField(source="stock.quantity")
    oversold = QuantityField(source="stock.oversold", help_text="sold without stock since the last count")
    last_sold_at = MomentField(help_text="when some of it was last sold without stock")
    last_bill = serializers.CharField(help_text="number of that bill")


class CashierSerializer(serializers.Serializer[Any]):
    cashier = serializers.CharField(source="cashier.username", help_text="username")
    name = serializers.CharField(source="cashier.name")
    bills = serializers.IntegerField(help_text="sales made")
    revenue = SumField(help_text="refunds taken off")
    given_off = SumField(help_text="discounts by hand")
    overrides = serializers.IntegerField(help_text="prices lowered")
    removed = serializers.IntegerField(help_text="lines taken out of baskets")
    no_sales = serializers.IntegerField(help_text="drawer opened without a sale")
    returns = serializers.IntegerField(help_text="refunds made")
    refunded = SumField()
    soon_refunded = serializers.IntegerField(help_text="own sales refunded within ten minutes")
    same_card = serializers.IntegerField(help_text="days on which one member came more than three times")
    denied = serializers.IntegerField(help_text="what the table of approvals, or a manager, denied")
    difference = SumField(help_text="of the drawers counted at the close, signed")
    striking = serializers.SerializerMethodField(help_text="which of these somebody should look at")

    def get_striking(self, row: dict[str, Any]) -> list[str]:
        return sorted(row["striking"])
