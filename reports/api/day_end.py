"""What lay on the shelf, and what the shop owed its customers, at the end of any day."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.models import Location, SoldBy
from pos.api.fields import QuantityField
from pos.api.permissions import IsManager
from reports.api.journal import DayQuery
from reports.api.reports import Report
from reports.api.serializers import SumField
from reports.figures import owing, periods, stock_value
from reports.figures.owing import GIFT_CARD, POINTS, STORE_CREDIT


class AgedSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField([GIFT_CARD, STORE_CREDIT, POINTS])
    to_30 = SumField(help_text="given at most 30 days before; the oldest is used first")
    to_90 = SumField(help_text="31 to 90 days before")
    to_365 = SumField(help_text="91 to 365 days before")
    older = SumField()
    below_zero = SumField(help_text="points taken back that had been spent")
    total = SumField(help_text="the sum of them all: what the shop owed")


class Owed(Report):
    query_class = DayQuery
    serializer_class = AgedSerializer
    permission_classes = [IsManager]

    @extend_schema(operation_id="report_owed", responses=AgedSerializer(many=True))
    def get(self, request: Request) -> Response:
        """What gift cards, store credit and points were worth at the end of the day, by age. Points in money."""
        found = owing.by_kind(periods.day(self.query["date"]).start)
        return self.answer(
            [{"kind": kind, **asdict(one), "total": one.total} for kind, one in found.items()], many=True
        )


class ShelvedSerializer(serializers.Serializer[Any]):
    product = serializers.IntegerField()
    sku = serializers.CharField()
    name = serializers.CharField()
    sold_by = serializers.ChoiceField(SoldBy.choices, help_text="what `quantity` counts: pieces, or kilograms")
    category = serializers.IntegerField(allow_null=True)
    location = serializers.CharField(allow_null=True, help_text="its code; null: the shop's first one")
    quantity = QuantityField(help_text="below zero where more was sold than was there")
    cost = SumField(help_text="the average of one, that day")
    value = SumField(help_text="at cost")


class StockValue(Report):
    query_class = DayQuery
    serializer_class = ShelvedSerializer
    permission_classes = [IsManager]

    @extend_schema(operation_id="report_stock_value", responses=ShelvedSerializer(many=True))
    def get(self, request: Request) -> Response:
        """What lay on the shelf at the end of the day, at its average cost then; the most money first."""
        codes = dict(Location.objects.values_list("pk", "code"))
        rows = [
            {**asdict(row), "category": row.category or None, "location": codes.get(row.location)}
            for row in stock_value.at_end_of(periods.day(self.query["date"]).start)
        ]
        return self.answer(rows, many=True)
