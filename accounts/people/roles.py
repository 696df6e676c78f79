"""Roles of the shop's own, made of permissions, beside cashier and manager."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import CustomRole, Permission, User
from accounts.people import staff
from pos.checks import check_text
from pos.errors import InUse, Invalid, ManagersOnly
from pos.unique import unique_or

LONGEST_NAME = 50


@transaction.atomic
def enter(
    role: CustomRole, *, by: User, name: str | None = None, permissions: Iterable[str] | None = None
) -> CustomRole:
    """Saves a new or changed role. What it permits holds at once, for everybody who has it."""
    refuse_others(by)
    if role.pk:
        role = CustomRole.objects.select_for_update(no_key=True).get(pk=role.pk)
    deed, before = ("changed" if role.pk else "created"), role.permissions or []
    role.name = " ".join((role.name if name is None else name).split())
    needed = _("A role has a name, at most %(longest)s characters.")
    check_text("name", role.name, LONGEST_NAME, shortest=1, message=needed)
    if permissions is not None:
        role.permissions = checked(permissions)
    with unique_or(InUse(_("There is already a role of this name."), field="name")):
        role.save()
    trail.record(by, f"role.{deed}", role.name, permissions=[" ".join(before), " ".join(role.permissions)])
    return role


@transaction.atomic
def remove(role: CustomRole, *, by: User) -> None:
    """Refuses while somebody has the role."""
    refuse_others(by)
    staff.lock_roll()
    try:
        role.delete()
    except ProtectedError:
        raise InUse(_("Somebody still has this role.")) from None
    trail.record(by, "role.deleted", role.name)


def checked(permissions: Iterable[str]) -> list[str]:
    """In the order of the list, each once."""
    wanted = set(permissions)
    if unknown := wanted - set(Permission.values):
        raise Invalid("permissions", _("There is no permission “%(name)s”.") % {"name": str(min(unknown))[:30]})
    if not wanted:
        raise Invalid("permissions", _("Choose at least one permission."), "required")
    return [permission for permission in Permission.values if permission in wanted]


def refuse_others(by: User) -> None:
    """Only a manager, or a role could give itself more."""
    if not by.is_manager:
        raise ManagersOnly
