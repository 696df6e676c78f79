"""Serializers of shifts and cash movements."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from billing.api.serializers.returns import ApprovedSerializer, ReasonedSerializer
from billing.drawer.cash_by_hand import BY_HAND
from billing.drawer.coins import denominations
from pos.api.fields import MomentField, MoneyField, StrictSerializer, TextField
from pos.api.items import ObjectField
from pos.api.views import Query
from pos.money import ZERO


class ShiftSerializer(StrictSerializer):
    id = serializers.IntegerField()
    register = serializers.CharField()
    business_date = serializers.DateField()
    opened_at = MomentField()
    opened_by = serializers.CharField()
    is_open = serializers.BooleanField()
    closed_at = MomentField(allow_null=True)
    closed_by = serializers.CharField(allow_null=True)
    counted = MoneyField(allow_null=True)
    expected = MoneyField(allow_null=True, help_text="told after the count")
    difference = MoneyField(allow_null=True)


class ShiftQuery(Query):
    register = TextField(max_length=10, required=False)
    is_open = serializers.BooleanField(required=False)


class OpeningSerializer(StrictSerializer):
    def get_fields(self) -> dict[str, Any]:
        return {"float": MoneyField(min_value=0, help_text="the counted cash the shift begins with")}


class ClosingSerializer(ApprovedSerializer):
    """The count: one sum, or pieces of each coin and note."""

    counted = MoneyField(min_value=0, required=False)
    denominations = ObjectField(
        child=serializers.IntegerField(min_value=0, max_value=100_000), required=False, help_text='{"50": 2, "0.20": 7}'
    )
    reason = TextField(max_length=200, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("counted" in attrs) == ("denominations" in attrs):
            raise ValidationError(
                {"counted": [ErrorDetail("Give the sum or the denominations, one of them.", "required")]}
            )
        return attrs

    def validate_denominations(self, counts: Mapping[str, int]) -> Mapping[str, int]:
        known = {f"{face.normalize():f}" for face in denominations()} | {f"{face:f}" for face in denominations()}
        if unknown := [face for face in counts if face not in known]:
            raise ValidationError(f"{settings.CURRENCY} has no {unknown[0][:20]}.")
        return counts

    def total(self) -> Decimal:
        asked = self.validated_data
        if "counted" in asked:
            return asked["counted"]
        return sum((face * number for face, number in self.pieces().items()), ZERO)

    def pieces(self) -> dict[Decimal, int]:
        """Empty if only the sum was given."""
        pieces = defaultdict[Decimal, int](int)
        for face, number in self.validated_data.get("denominations", {}).items():
            pieces[Decimal(face)] += number
        return dict(pieces)


class CashSerializer(ReasonedSerializer, ApprovedSerializer):
    kind = serializers.ChoiceField([kind.value for kind in BY_HAND])
    amount = MoneyField(min_value=0, required=False, help_text="unsigned; none for no_sale")


class CashMovedSerializer(StrictSerializer):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField([kind.value for kind in BY_HAND])
    amount = MoneyField(help_text="signed: what the drawer holds more")
    reason = serializers.CharField()
    at = MomentField()
    by = serializers.CharField(source="by.username")


class ReportSerializer(StrictSerializer):
    """X while the shift is open, the stored Z afterwards."""

    kind = serializers.ChoiceField(["X", "Z"])
    number = serializers.IntegerField(allow_null=True)
    digest = serializers.CharField(
        allow_null=True, help_text="of a Z: SHA-256 in hex over the digest before it, the number and the figures"
    )
    figures = serializers.DictField(help_text="in an X for a cashier every sum is null: the drawer is counted blind")
