"""The reasons the shop offers where a deed asks for one."""

from functools import partial
from typing import Any, ClassVar

from django.core.validators import validate_slug
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import person
from inventory.models import Reason
from inventory.shelf import reasons
from pos.api.fields import StrictModelSerializer, TextField
from pos.api.lists import Pages
from pos.api.permissions import ManagersWrite
from pos.api.views import ApiView, done

MOST_POSITION = 32767


class ShopReasonSerializer(StrictModelSerializer):
    code = TextField(max_length=30, validators=[validate_slug], help_text="small letters, digits, - and _")
    position = serializers.IntegerField(min_value=0, max_value=MOST_POSITION, required=False)

    class Meta:
        model = Reason
        fields: ClassVar[list[str]] = ["id", "deed", "code", "text", "is_active", "position"]


class ReasonView(ApiView):
    serializer_class = ShopReasonSerializer
    permission_classes = [ManagersWrite]
    queryset = Reason.objects.all()


class Reasons(ReasonView):
    reads_key = True
    pagination_class: Any = Pages

    @extend_schema(operation_id="reasons", responses=ShopReasonSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The reasons, by deed. A deed keeps the text it was given."""
        return self.listed(self.get_queryset())

    @extend_schema(operation_id="reason_create", responses={201: ShopReasonSerializer})
    def post(self, request: Request) -> Response:
        """A further reason. A code already taken for the same deed is 409 `in_use`."""
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        once = self.once("reason", asked.validated_data)
        keep = partial(reasons.keep, Reason(**asked.validated_data), by=person(request))
        made = once.make(self.get_queryset(), keep)
        return done(self.get_serializer(made).data, again=once.again)


class OneReason(ReasonView):
    @extend_schema(operation_id="reason")
    def get(self, request: Request, reason_id: int) -> Response:
        return Response(self.get_serializer(get_object_or_404(self.get_queryset(), pk=reason_id)).data)

    @extend_schema(operation_id="reason_edit")
    def patch(self, request: Request, reason_id: int) -> Response:
        """Changes the given fields. A reason is never deleted: `is_active` false stops offering it."""
        reason = get_object_or_404(self.get_queryset(), pk=reason_id)
        asked = self.get_serializer(reason, data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        return Response(self.get_serializer(reasons.change(reason, by=person(request), **asked.validated_data)).data)
