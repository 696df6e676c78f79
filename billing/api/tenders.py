"""The ways to pay."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.http import ApiRequest
from billing.models import Tender, TenderKind
from pos.api.lists import Pages
from pos.api.permissions import IsStaffMember
from pos.api.views import ApiView


class TenderSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="the `method` of a payment")
    name = serializers.CharField()
    kind = serializers.ChoiceField(TenderKind.choices)
    is_active = serializers.BooleanField(help_text="whether the shop takes it")


class Tenders(ApiView):
    serializer_class = TenderSerializer
    permission_classes = [IsStaffMember]
    pagination_class = Pages
    ordering: Any = ("position", "code")

    @extend_schema(operation_id="tenders", responses=TenderSerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        return self.listed(Tender.objects.all())
