"""Which goods carry the shop, and which lie on the shelf."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.models import SoldBy
from pos.api.permissions import IsManager
from reports.api import serializers as shapes
from reports.api.reports import OverSpan
from reports.figures import assortment
from reports.figures.assortment import ABC, DEAD, SLOW

MOST = 200


class AssortmentQuery(shapes.SpanQuery):
    kind = serializers.ChoiceField(
        [ABC, SLOW, DEAD],
        required=False,
        help_text="`abc`, unless given: what brought the revenue; `slow`: sold, but the stock lasts long; `dead`: on "
        "the shelf and not sold",
    )


class GoodsSerializer(serializers.Serializer[Any]):
    product = serializers.IntegerField()
    sku = serializers.CharField()
    name = serializers.CharField()
    sold_by = serializers.ChoiceField(SoldBy.choices, help_text="what the quantities count: pieces, or kilograms")
    rank = serializers.CharField(help_text="`A`, `B` or `C` by revenue; empty where nothing was sold")
    revenue = shapes.SumField()
    net = shapes.SumField(help_text="revenue without the taxes")
    margin = shapes.SumField(help_text="net without the cost of the goods")
    sold = shapes.SumOfQuantitiesField()
    stock = shapes.SumOfQuantitiesField()
    value = shapes.SumField(help_text="of the stock, at cost")
    lasts = serializers.IntegerField(allow_null=True, help_text="days, if it sells on like this; null: nobody can say")
    last_sold = serializers.DateField(allow_null=True, help_text="of `dead` goods; null otherwise, or never sold")


class AssortmentSerializer(shapes.OverSpan):
    count = serializers.IntegerField(help_text="all goods of this kind")
    value = shapes.SumField(help_text="of the stock of all of them, at cost")
    goods = GoodsSerializer(many=True, help_text=f"the first {MOST}")


class Assortment(OverSpan):
    query_class = AssortmentQuery
    serializer_class = AssortmentSerializer
    permission_classes = [IsManager]

    @extend_schema(operation_id="report_assortment")
    def get(self, request: Request) -> Response:
        """The goods that sold best in these days, or slowly, or not at all."""
        found = assortment.listed(self.query.get("kind", ABC), self.period, MOST)
        return self.answer(self.span() | {"count": found.count, "value": found.value, "goods": found.goods})
