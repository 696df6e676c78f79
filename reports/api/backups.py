"""Whether the books are safe: the backups kept, and the last drill of a restore."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pos import upkeep
from pos.api.fields import MomentField
from pos.api.permissions import IsManager
from pos.api.views import ApiView
from pos.backups.folder import all_in
from pos.models import UpkeepKind
from reports.doctor import safety
from reports.doctor.finding import State

MOST = 100


class BackupSerializer(serializers.Serializer[Any]):
    taken_at = MomentField()
    bytes = serializers.IntegerField(source="size", help_text="without the pictures, which all backups share")


class BackupStateSerializer(serializers.Serializer[Any]):
    is_good = serializers.BooleanField(help_text="a backup is as new as the shop wants it, on another disk")
    detail = serializers.CharField()
    drilled_at = MomentField(allow_null=True, help_text="when a restore was tried last")
    drill_is_good = serializers.BooleanField()
    backups = BackupSerializer(many=True, help_text=f"the newest first, {MOST} at most")


class Backups(ApiView):
    permission_classes = [IsManager]

    @extend_schema(operation_id="backups", responses=BackupStateSerializer)
    def get(self, request: Request) -> Response:
        """The backups kept, and whether they can be relied on."""
        found, drill = safety.backups(), upkeep.last_ended(UpkeepKind.DRILL)
        kept = all_in(settings.BACKUP_FOLDER)[:MOST] if settings.BACKUP_FOLDER else []
        state = {
            "is_good": found.state is State.GOOD,
            "detail": " ".join(filter(None, [found.says, str(found.do)])),
            "drilled_at": drill.begun_at if drill else None,
            "drill_is_good": bool(drill and drill.is_good),
            "backups": kept,
        }
        return Response(BackupStateSerializer(state).data)
