"""Who is asking, and what they may do."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import person
from accounts.models import Role
from pos.api.fields import MoneyField
from pos.api.permissions import IsStaffMember
from pos.api.views import ApiView


class BoundsSerializer(serializers.Serializer[Any]):
    scopes = serializers.ListField(child=serializers.CharField())
    registers = serializers.ListField(child=serializers.CharField(), help_text="empty: every register")
    most_per_sale = MoneyField(allow_null=True)
    may_refund = serializers.BooleanField()
    sandbox = serializers.BooleanField(help_text="sells for practice: nothing it sells is booked")


class MeSerializer(serializers.Serializer[Any]):
    username = serializers.CharField(help_text="the cashier of your bills")
    name = serializers.CharField()
    role = serializers.ChoiceField(Role.choices)
    key = BoundsSerializer(source="bounds", allow_null=True, help_text="what a machine's key allows; null: a person")


class Me(ApiView):
    serializer_class = MeSerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="me")
    def get(self, request: Request) -> Response:
        """Who you are to the shop, and what you may do."""
        return Response(MeSerializer(person(request)).data)
