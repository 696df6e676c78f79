from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import shop
from accounts.access.step_up import ConfirmedLately
from accounts.doors import person
from accounts.models import Permission
from pos.api.fields import StrictModelSerializer
from pos.api.lists import Pages
from pos.api.permissions import permitted_write
from pos.api.views import ApiView
from pos.models import StoreSettings


class SettingsSerializer(StrictModelSerializer):
    logo = serializers.SerializerMethodField()

    class Meta:
        model = StoreSettings
        fields = "__all__"
        read_only_fields: ClassVar[list[str]] = ["id", "changed_at", "changed_by"]

    def get_logo(self, row: StoreSettings) -> str | None:
        return row.logo_url or None


class Settings(ApiView):
    serializer_class = SettingsSerializer
    permission_classes = [permitted_write(Permission.SETTINGS), ConfirmedLately]

    @extend_schema(operation_id="settings")
    def get(self, request: Request) -> Response:
        return Response(self.get_serializer(StoreSettings.in_force()).data)

    @extend_schema(operation_id="settings_change")
    def patch(self, request: Request) -> Response:
        """Adds a settings row with the given values, in force from the next sale on. Those of sign-in and the drawer's
        limit are for managers only."""
        asked = self.get_serializer(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        return Response(self.get_serializer(shop.change_settings(person(request), **asked.validated_data)).data)


class SettingsHistory(ApiView):
    """All settings rows, the newest first."""

    serializer_class = SettingsSerializer
    pagination_class = Pages
    permission_classes = [permitted_write(Permission.SETTINGS)]
    ordering: Any = ("-id",)

    @extend_schema(operation_id="settings_history", responses=SettingsSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.listed(StoreSettings.objects.all())
