"""The first address of the API: where to go on."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from pos.api.views import ApiView

WAYS = {"schema": "schema", "docs": "docs", "token": "api-token", "me": "api-me"}


class WaysSerializer(serializers.Serializer[Any]):
    schema = serializers.URLField(help_text="the OpenAPI document")
    docs = serializers.URLField(help_text="the page to try it out")
    token = serializers.URLField(help_text="where a person signs in")
    me = serializers.URLField(help_text="who you are, and what you may do")


class Root(ApiView):
    serializer_class = WaysSerializer
    permission_classes = [AllowAny]
    authentication_classes: list[Any] = []

    @extend_schema(operation_id="root")
    def get(self, request: Request) -> Response:
        """Where to go on."""
        return Response({name: reverse(route, request=request) for name, route in WAYS.items()})
