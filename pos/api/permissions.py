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


def permitted(permission: str) -> type[IsManager]:
    """Managers, and people whose role has this permission."""

    class Permitted(IsManager):
        message = "Your role does not include this."

        def has_permission(self, request: Request, view: Any) -> bool:
            return IsStaffMember.has_permission(self, request, view) and may(request.user, permission)

    return Permitted


def permitted_write(permission: str) -> type[IsManager]:
    """Staff may read; managers, and people whose role has this permission, may write."""

    class PermittedWrite(permitted(permission)):  # type: ignore[misc]
        def has_permission(self, request: Request, view: Any) -> bool:
            if request.method in SAFE_METHODS:
                return IsStaffMember.has_permission(self, request, view)
            return bool(super().has_permission(request, view))

    return PermittedWrite


def may(user: Any, permission: str) -> bool:
    return bool(user.may(permission))


class ManagersWrite(IsManager):
    """Staff may read, managers may write."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method in SAFE_METHODS:
            return IsStaffMember.has_permission(self, request, view)
        return super().has_permission(request, view)
