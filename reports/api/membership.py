"""Members who are new, and those who came back."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pos.api.permissions import IsManager
from reports.api.reports import OverSpan
from reports.api.serializers import SumField
from reports.figures import membership, periods


class VisitedSerializer(serializers.Serializer[Any]):
    month = serializers.DateField(help_text="its first day")
    first = serializers.DateField(help_text="the month in which these members bought for the first time")
    members = serializers.IntegerField(help_text="who bought in `month`")
    spent = SumField()


class MembersByMonth(OverSpan):
    serializer_class = VisitedSerializer
    permission_classes = [IsManager]

    @extend_schema(operation_id="report_members_by_month", responses=VisitedSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The members who bought in each of these whole months, by the month of their first purchase: new where the two
        are the same."""
        return self.answer(membership.cohorts(periods.in_whole_months(self.period)), many=True)
