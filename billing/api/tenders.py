"""The ways to pay."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.http import ApiRequest
from billing.api.once import checked
from billing.drawer import tenders
from billing.models import Tender, TenderKind
from pos.api.fields import StrictSerializer, TextField, YesNoField
from pos.api.lists import Pages
from pos.api.permissions import IsStaffMember, ManagersWrite
from pos.api.views import ApiView

MOST_POSITION = 32767


class TenderSerializer(StrictSerializer):
    code = serializers.CharField(read_only=True, help_text="the `method` of a payment")
    name = TextField(max_length=50)
    kind = serializers.ChoiceField(TenderKind.choices, default=TenderKind.OTHER, help_text="it stays what it is")
    is_active = YesNoField(default=True, help_text="whether the shop takes it; bills keep what they were paid with")
    position = serializers.IntegerField(min_value=0, max_value=MOST_POSITION, default=0, help_text="in the list")


class Tenders(ApiView):
    serializer_class = TenderSerializer
    permission_classes = [IsStaffMember]
    pagination_class = Pages
    ordering: Any = ("position", "code")

    @extend_schema(operation_id="tenders", responses=TenderSerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        return self.listed(Tender.objects.all())


class OneTender(ApiView):
    serializer_class = TenderSerializer
    permission_classes = [ManagersWrite]

    @extend_schema(operation_id="tender")
    def get(self, request: ApiRequest, code: str) -> Response:
        return Response(self.get_serializer(get_object_or_404(Tender, pk=code)).data)

    @extend_schema(operation_id="tender_put", responses={200: TenderSerializer, 201: TenderSerializer})
    def put(self, request: ApiRequest, code: str) -> Response:
        """Makes the tender with this code, or sets its name, place and state. It is never deleted."""
        asked = checked(self.get_serializer(data=request.data)).validated_data
        tender, is_new = tenders.put(code, **asked, by=request.user)
        return Response(self.get_serializer(tender).data, status=201 if is_new else 200)
