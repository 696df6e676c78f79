"""What the doctor says of the shop: what is well, what is not, and what to do."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pos.api.fields import MomentField
from pos.api.permissions import IsManager
from pos.api.views import ApiView
from pos.models import UpkeepKind
from reports.doctor.examination import examine
from reports.doctor.finding import State
from reports.doctor.nights import latest


class FindingSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="stable: which thing was looked at")
    state = serializers.ChoiceField([state.value for state in State], source="state.value")
    title = serializers.CharField()
    says = serializers.CharField()
    do = serializers.CharField(help_text="what to do about it; empty where all is well")
    page = serializers.CharField(help_text="the screen where it is mended; empty where there is none")


class RunSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(UpkeepKind.choices)
    due = MomentField()
    begun_at = MomentField()
    ended_at = MomentField(allow_null=True)
    is_good = serializers.BooleanField(allow_null=True, help_text="null while it runs")
    says = serializers.CharField()


class ExaminationSerializer(serializers.Serializer[Any]):
    is_bad = serializers.BooleanField(help_text="whether any finding is bad")
    findings = FindingSerializer(many=True, help_text="the worst first")
    runs = RunSerializer(many=True, help_text="the newest first: what the worker did by itself")


class Doctor(ApiView):
    permission_classes = [IsManager]

    @extend_schema(operation_id="doctor", responses=ExaminationSerializer)
    def get(self, request: Request) -> Response:
        """Examine the shop: the books, the backups, the counter and the machine."""
        found = examine()
        told = {"is_bad": any(one.state is State.BAD for one in found), "findings": found, "runs": latest()}
        return Response(ExaminationSerializer(told).data)
