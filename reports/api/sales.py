"""The sales of some days by anything, as JSON or CSV."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pos import exports
from pos.api.fields import TextField
from pos.api.json import QuickJson
from pos.api.renderers import CsvRenderer
from reports.api.reports import OverSpan
from reports.api.serializers import SpanQuery, SumField, SumOfQuantitiesField, span_fields
from reports.figures import asked, comparing, tables
from reports.figures.comparing import COMPARED, Report, Row
from reports.figures.dimensions import DIMENSIONS, FILTERS
from reports.figures.measures import COUNT, MEASURES, MONEY, PERCENT, Measure, Sums

HELP = {
    "revenue": "what the bills come to, taxes included, refunds taken off",
    "net": "revenue without the tax",
    "turnover": "revenue before refunds were taken off",
    "refunded": "what refunds gave back",
    "bills": "sales and refunds",
    "average": "revenue for each sale",
    "discount": "everything taken off",
    "manual_discount": "by a person or a coupon off the whole bill",
    "cost": "what the goods had cost when they were sold",
    "margin": "net less cost",
    "margin_rate": "margin as a fraction of net",
}


def field_of(measure: Measure) -> Any:
    said: dict[str, Any] = {"help_text": HELP.get(measure.name, ""), "allow_null": True}
    if measure.shape == COUNT:
        return serializers.IntegerField(**said)
    if measure.shape == PERCENT:
        return serializers.DecimalField(max_digits=12, decimal_places=3, **said)
    return SumField(**said) if measure.shape == MONEY else SumOfQuantitiesField(**said)


class FiguresSerializer(serializers.Serializer[Any]):
    """Null: cannot be said of such rows."""

    def get_fields(self) -> dict[str, Any]:
        return {measure.name: field_of(measure) for measure in MEASURES.values()}


class SalesRowSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="a date, code, id or rate: the value of the parameter that filters by it")
    name = serializers.CharField()
    figures = FiguresSerializer()
    before = FiguresSerializer(allow_null=True, help_text="the same of the days compared with")
    bills = serializers.CharField(help_text="the page of the bills that were added up")


class SalesSerializer(serializers.Serializer[Any]):
    by = serializers.ChoiceField([(name, name) for name in DIMENSIONS])
    compare = serializers.ChoiceField([(name, name) for name in COMPARED], allow_null=True)
    compared_from = serializers.DateField(allow_null=True)
    compared_to = serializers.DateField(allow_null=True)
    rows = SalesRowSerializer(many=True)
    total = FiguresSerializer()
    total_before = FiguresSerializer(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        return {**span_fields(), **super().get_fields()}


class SalesQuery(SpanQuery):
    by = serializers.ChoiceField([(name, name) for name in DIMENSIONS], default="day")
    compare = serializers.ChoiceField(
        [(name, name) for name in COMPARED],
        required=False,
        help_text="`before`: the months before, or the same weekdays before; `year`: a year before",
    )

    def get_fields(self) -> dict[str, Any]:
        filters = {name: TextField(required=False, max_length=150, help_text="only these") for name in FILTERS}
        return {**super().get_fields(), **filters}


class Sales(OverSpan):
    query_class = SalesQuery
    serializer_class = SalesSerializer
    renderer_classes = (QuickJson, CsvRenderer)

    @extend_schema(
        operation_id="report_sales",
        responses={(200, "application/json"): SalesSerializer, (200, CsvRenderer.media_type): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """What was sold in these days, by day, product or whatever else; `Accept: text/csv` gives a file."""
        question = asked.question(self.period, self.query, by=self.query["by"])
        found = by_number(comparing.report(question, self.query.get("compare", "")))
        if isinstance(getattr(request, "accepted_renderer", None), CsvRenderer):
            return exports.as_csv(as_table(found, self.query))
        return self.answer(self.span() | self.told(found))

    def told(self, found: Report) -> dict[str, Any]:
        page = reverse("report_bills")
        search = asked.of_rows(self.period, self.query["by"], asked.filters_of(self.query))
        return {
            "by": self.query["by"],
            "compare": self.query.get("compare"),
            "compared_from": found.before and found.before.start,
            "compared_to": found.before and found.before.last,
            "rows": [as_row(found, row, bills=f"{page}?{search(row.key, row.named.code)}") for row in found.rows],
            "total": figures(found, found.total),
            "total_before": figures(found, found.total_before),
        }

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(response, Response):  # refusals are JSON, whatever was asked for
            request.accepted_renderer, request.accepted_media_type = QuickJson(), QuickJson.media_type
        return super().finalize_response(request, response, *args, **kwargs)


def as_row(found: Report, row: Row, *, bills: str) -> dict[str, Any]:
    return {
        "key": row.named.code,
        "name": row.named.name,
        "figures": figures(found, row.sums),
        "before": figures(found, row.before),
        "bills": bills,
    }


def by_number(found: Report) -> Report:
    """A program learns of members their numbers only: their names belong to `/members`."""
    if found.question.by is not DIMENSIONS["member"]:
        return found
    nameless = [replace(row, named=replace(row.named, name=row.named.code)) for row in found.rows]
    return replace(found, rows=nameless)


def figures(found: Report, sums: Sums | None) -> dict[str, Decimal | None] | None:
    if sums is None:
        return None
    none: dict[str, Decimal | None] = dict.fromkeys(MEASURES)
    return none | {measure.name: tables.shown(measure, measure.read(sums)) for measure in found.measures}


def as_table(found: Report, query: Mapping[str, Any]) -> exports.Table:
    said = " ".join(str(value) for value in query.values())
    return tables.table(
        found,
        f"sales {said}",
        ("key", "name"),
        lambda measure, then: f"{measure.name}_before" if then else measure.name,
    )
