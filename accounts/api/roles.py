"""Roles of the shop's own."""

from functools import partial
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import step_up
from accounts.access.step_up import ConfirmedLately
from accounts.doors import person
from accounts.models import CustomRole, Permission
from accounts.people import roles
from pos.api.fields import StrictModelSerializer
from pos.api.items import ItemsField
from pos.api.lists import Pages
from pos.api.permissions import IsManager
from pos.api.views import ApiView, done


class RoleSerializer(StrictModelSerializer):
    permissions = ItemsField(
        child=serializers.ChoiceField(Permission.choices),
        max_length=len(Permission.values),
        help_text="beside the till; whoever has the role may do these at every door",
    )

    class Meta:
        model = CustomRole
        fields: ClassVar[list[str]] = ["id", "name", "permissions"]


class RoleView(ApiView):
    serializer_class = RoleSerializer
    permission_classes = [IsManager, ConfirmedLately]
    queryset = CustomRole.objects.all()


class Roles(RoleView):
    reads_key = True
    pagination_class: Any = Pages

    @extend_schema(operation_id="roles", responses=RoleSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The roles of the shop's own, beside cashier and manager."""
        return self.listed(self.get_queryset())

    @extend_schema(operation_id="role_create", responses={201: RoleSerializer})
    def post(self, request: Request) -> Response:
        """Make a role. Somebody gets it by `PATCH /users/{id}` with `custom_role`."""
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        once = self.once("role", asked.validated_data)
        enter = partial(roles.enter, CustomRole(), by=person(request), **asked.validated_data)
        return done(self.get_serializer(once.make(self.get_queryset(), enter)).data, again=once.again)


class OneRole(RoleView):
    @extend_schema(operation_id="role")
    def get(self, request: Request, role_id: int) -> Response:
        return Response(self.get_serializer(get_object_or_404(self.get_queryset(), pk=role_id)).data)

    @extend_schema(operation_id="role_edit")
    def patch(self, request: Request, role_id: int) -> Response:
        """Changes the given fields; in force at once for everybody who has the role."""
        role = get_object_or_404(self.get_queryset(), pk=role_id)
        asked = self.get_serializer(role, data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        return Response(self.get_serializer(roles.enter(role, by=person(request), **asked.validated_data)).data)

    @extend_schema(operation_id="role_delete", responses={204: None})
    def delete(self, request: Request, role_id: int) -> Response:
        """409 `in_use` while somebody has the role."""
        step_up.demand(request)
        roles.remove(get_object_or_404(self.get_queryset(), pk=role_id), by=person(request))
        return Response(status=204)
