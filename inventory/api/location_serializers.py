from decimal import Decimal
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from inventory.models import ArrivalKind, Location, Transfer, TransferArrival, TransferArrivalLine
from inventory.shelf import transit
from inventory.transfers import transfers
from pos.api.fields import (
    IdField,
    QuantityField,
    StrictModelSerializer,
    StrictSerializer,
    TextField,
    WholeSerializer,
    YesNoField,
)
from pos.errors import Invalid

SOME = Decimal("0.001")
MOST_TAXES = 100


class TaxThereSerializer(WholeSerializer):
    tax_rate = IdField(source="tax_rate_id")
    instead = IdField(source="instead_id", allow_null=True, help_text="null: none takes its place")


class LocationSerializer(StrictModelSerializer):
    is_active = YesNoField(required=False)
    taxes = TaxThereSerializer(
        many=True, required=False, max_length=MOST_TAXES, help_text="rates that others take the place of there"
    )

    class Meta:
        model = Location
        fields: ClassVar[list[str]] = ["code", "name", "is_active", "taxes"]

    def validate_taxes(self, given: list[dict[str, int | None]]) -> dict[int, int | None]:
        taxes = {int(one["tax_rate_id"] or 0): one["instead_id"] for one in given}
        if len(taxes) < len(given):
            raise Invalid("taxes", "Each tax rate is named once.", "repeated")
        return taxes


class SentSerializer(StrictSerializer):
    product = IdField()
    quantity = QuantityField(min_value=SOME)


class EndField(TextField):
    """A location's code; null for the shop's first."""

    def __init__(self, **kw: Any) -> None:
        super().__init__(**{"max_length": 10, "required": False, "allow_null": True, "default": None, **kw})


class NewTransferSerializer(StrictSerializer):
    note = TextField(max_length=transfers.LONGEST_NOTE, required=False, allow_blank=True)
    lines = SentSerializer(many=True, allow_empty=False, max_length=transfers.MOST_LINES)

    def get_fields(self) -> dict[str, Any]:
        ends = {"from": EndField(source="origin"), "to": EndField(source="target")}
        return {**ends, **super().get_fields()}


class FoundSerializer(StrictSerializer):
    lines = SentSerializer(many=True, allow_empty=False, max_length=transfers.MOST_LINES)


class ArrivalLineSerializer(StrictModelSerializer):
    product = IdField(source="line.product_id")

    class Meta:
        model = TransferArrivalLine
        fields: ClassVar[list[str]] = ["product", "quantity"]


class ArrivalSerializer(StrictModelSerializer):
    kind = serializers.ChoiceField(ArrivalKind.choices)
    lines = ArrivalLineSerializer(many=True)
    by = serializers.CharField(source="by.username")

    class Meta:
        model = TransferArrival
        fields: ClassVar[list[str]] = ["kind", "reason", "lines", "by", "at"]


class TransferLineSerializer(StrictSerializer):
    product = IdField(source="product_id")
    sku = serializers.CharField()
    name = serializers.CharField()
    quantity = QuantityField()
    on_the_way = QuantityField(source="left", help_text="neither received, called back nor given up")


class TransferSerializer(StrictModelSerializer):
    reverses = serializers.CharField(source="reverses.number", default=None, allow_null=True)
    reversed_by = serializers.CharField(source="reversal.number", default=None, allow_null=True)
    lines = serializers.SerializerMethodField()
    arrivals = ArrivalSerializer(many=True)
    by = serializers.CharField(source="by.username")

    class Meta:
        model = Transfer
        fields: ClassVar[list[str]] = ["number", "reverses", "reversed_by", "note", "lines", "arrivals", "by", "at"]

    def get_fields(self) -> dict[str, Any]:
        ends = {
            name: serializers.CharField(source=f"{end}.code", default=None, allow_null=True)
            for name, end in (("from", "origin"), ("to", "target"))
        }
        return {**ends, **super().get_fields()}

    @extend_schema_field(TransferLineSerializer(many=True))
    def get_lines(self, transfer: Transfer) -> list[dict[str, Any]]:
        lines = transit.lines([transfer]).order_by("pk")
        return list(TransferLineSerializer(lines, many=True).data)
