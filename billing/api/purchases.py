from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import person
from accounts.models import Permission
from billing.receipts import purchases
from members.models import Member
from pos.api.permissions import permitted
from pos.api.views import ApiView


class MemberExport(ApiView):
    serializer_class: Any = None
    permission_classes = [permitted(Permission.MEMBERS)]

    @extend_schema(operation_id="member_export", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, member_id: int) -> Response:
        """Everything the shop holds about the member, bills and points included, for the member to take away."""
        member = get_object_or_404(Member, pk=member_id, erased_at=None)
        return Response(purchases.export(member, by=person(request)), headers={"Cache-Control": "no-store"})
