"""Permissions of the API: any staff member, or managers only; never anonymous."""

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request


class IsStaffMember(BasePermission):
    """Any staff member: cashier or manager."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user and request.user.is_authenticated and request.user.is_active)


class IsManager(IsStaffMember):
    message = "Only a manager may do this."

    def has_permission(self, request: Request, view: Any) -> bool:
        return super().has_permission(request, view) and bool(getattr(request.user, "is_manager", False))


class ManagersWrite(IsManager):
    """Staff may read, managers may write."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method in SAFE_METHODS:
            return IsStaffMember.has_permission(self, request, view)
        return super().has_permission(request, view)
