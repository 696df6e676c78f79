"""Codes the tills did not know, and how the shop's own labels are read."""

from functools import partial
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import person
from billing.codes import patterns, trial, unknown_codes
from billing.models import LABEL_LENGTH, LabelPattern
from pos.api.fields import MomentField, MoneyField, QuantityField, StrictModelSerializer, StrictSerializer, TextField
from pos.api.lists import Pages
from pos.api.permissions import IsManager, ManagersWrite
from pos.api.views import ApiView, done


class UnknownCodeSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    code = serializers.CharField()
    times = serializers.IntegerField(help_text="how often it was scanned")
    register = serializers.CharField(source="register.code")
    by = serializers.CharField(source="by.username")
    first_at = MomentField()
    last_at = MomentField()


class AttachSerializer(StrictSerializer):
    product = TextField(max_length=100, help_text="its SKU, a barcode, or a name that only one product has")


class AttachedSerializer(serializers.Serializer[Any]):
    product = serializers.IntegerField()


class LabelPatternSerializer(StrictModelSerializer):
    class Meta:
        model = LabelPattern
        fields: ClassVar[list[str]] = [
            "id",
            "name",
            "prefix",
            "kind",
            "item_digits",
            "has_price_check",
            "value_digits",
            "decimals",
            "is_active",
        ]
        extra_kwargs: ClassVar[dict[str, Any]] = {
            **{name: {"max_value": LABEL_LENGTH} for name in ("item_digits", "value_digits", "decimals")},
            "is_active": {"required": False},
            "has_price_check": {"required": False},
        }


class LabelCodeSerializer(StrictSerializer):
    code = TextField(max_length=50, help_text="the 13 digits, the check digit with them")


class LabelTrialSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    product = serializers.IntegerField(source="product.pk", default=None, allow_null=True)
    name = serializers.CharField(source="product.name", default=None, allow_null=True)
    quantity = QuantityField(allow_null=True, help_text="what the till would ring up")
    price = MoneyField(source="label.price", default=None, allow_null=True, help_text="where the label carries one")
    problem = serializers.CharField(help_text="why it cannot be sold; empty where it can")


class UnknownCodes(ApiView):
    serializer_class = UnknownCodeSerializer
    permission_classes = [IsManager]
    pagination_class = Pages

    @extend_schema(operation_id="unknown_codes", responses=UnknownCodeSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Codes that were scanned at a till and belong to no product, until somebody deals with them."""
        return self.listed(unknown_codes.waiting())


class OneUnknownCode(ApiView):
    permission_classes = [IsManager]

    @extend_schema(operation_id="unknown_code_dismiss", responses={204: None})
    def delete(self, request: Request, code_id: int) -> Response:
        """The code belongs to nothing the shop sells. One that was dealt with already is 409 `in_use`."""
        unknown_codes.dismiss(code_id, by=person(request))
        return Response(status=204)


class UnknownCodeAttach(ApiView):
    permission_classes = [IsManager]

    @extend_schema(operation_id="unknown_code_attach", request=AttachSerializer, responses=AttachedSerializer)
    def post(self, request: Request, code_id: int) -> Response:
        """Makes the code a barcode of a product. A second time is 409 `in_use`."""
        asked = AttachSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        product = unknown_codes.attach(code_id, asked.validated_data["product"], by=person(request))
        return Response({"product": product.pk})


class LabelPatterns(ApiView):
    serializer_class = LabelPatternSerializer
    permission_classes = [ManagersWrite]
    pagination_class = Pages
    reads_key = True

    @extend_schema(operation_id="label_patterns", responses=LabelPatternSerializer(many=True))
    def get(self, request: Request) -> Response:
        """How codes that begin with 20 to 29 are read: which digits name the item, which its weight or price."""
        return self.listed(LabelPattern.objects.all())

    @extend_schema(operation_id="label_pattern_create", responses={201: LabelPatternSerializer})
    def post(self, request: Request) -> Response:
        """A further pattern. One that reads codes which an active one reads already is 409 `in_use`."""
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        once = self.once("label pattern", asked.validated_data)
        keep = partial(patterns.keep, LabelPattern(**asked.validated_data), by=person(request))
        made = once.make(LabelPattern.objects.all(), keep)
        return done(self.get_serializer(made).data, again=once.again)


class TryLabel(ApiView):
    serializer_class = LabelCodeSerializer
    permission_classes = [IsManager]

    @extend_schema(operation_id="label_try", request=LabelCodeSerializer, responses=LabelTrialSerializer)
    def post(self, request: Request) -> Response:
        """How a till would read a label of the shop, before it is printed in numbers. Sells nothing."""
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(LabelTrialSerializer(trial.try_label(asked.validated_data["code"])).data)


class OneLabelPattern(ApiView):
    serializer_class = LabelPatternSerializer
    permission_classes = [ManagersWrite]

    @extend_schema(operation_id="label_pattern")
    def get(self, request: Request, pattern_id: int) -> Response:
        return Response(self.get_serializer(get_object_or_404(LabelPattern, pk=pattern_id)).data)

    @extend_schema(operation_id="label_pattern_change")
    def patch(self, request: Request, pattern_id: int) -> Response:
        """Changes the given fields. A pattern is never deleted: `is_active` false ends it."""
        pattern = get_object_or_404(LabelPattern, pk=pattern_id)
        asked = self.get_serializer(pattern, data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        return Response(self.get_serializer(patterns.change(pattern, by=person(request), **asked.validated_data)).data)
