from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import trail
from accounts.models import AuditEntry, User
from pos.api.fields import StrictModelSerializer, TextField
from pos.api.lists import Pages
from pos.api.permissions import IsManager
from pos.api.views import ApiView, Query
from pos.web.request_id import LONGEST


class TrailSerializer(StrictModelSerializer):
    by = serializers.CharField(source="actor.username", allow_null=True, default=None)
    facts = serializers.DictField(help_text="a list of two is what was before, and what is")

    request_id = serializers.CharField(source="request", help_text="empty for what no request did")
    key = serializers.IntegerField(source="key_id", allow_null=True, help_text="of the machine that asked")

    class Meta:
        model = AuditEntry
        fields: ClassVar[list[str]] = ["id", "at", "by", "action", "subject", "facts", "request_id", "key"]
        read_only_fields = fields


class TrailQuery(Query):
    by = serializers.SlugRelatedField(queryset=User.objects.all(), slug_field="username", required=False)
    action = TextField(required=False, max_length=50)
    subject = TextField(required=False, max_length=100, help_text="how it begins, in any case")
    request_id = TextField(required=False, max_length=LONGEST, help_text="as in X-Request-Id")
    begin = serializers.DateField(required=False, help_text="first day, in the shop's zone")
    end = serializers.DateField(required=False, help_text="last day")


class Trail(ApiView):
    """Who did what to whom; the newest entry first."""

    serializer_class = TrailSerializer
    query_class = TrailQuery
    pagination_class = Pages
    permission_classes = [IsManager]
    ordering: Any = ("-id",)

    @extend_schema(operation_id="trail", responses=TrailSerializer(many=True))
    def get(self, request: Request) -> Response:
        named = {"by": "who", "action": "deed", "subject": "about", "request_id": "request"}
        return self.listed(trail.search(**{named.get(name, name): value for name, value in self.query.items()}))
