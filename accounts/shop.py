"""Changes to the shop as a whole, made by managers or who has the permission for settings."""

from collections.abc import Iterable
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import Permission, User
from pos import pictures
from pos.errors import ManagersOnly, Stale
from pos.models import StoreSettings

LOGO_SIDE = 600
FOR_MANAGERS = ("second_factor", "idle_lock_minutes", "badge_needs_pin", "cash_difference_limit")


@transaction.atomic
def change_settings(by: User, *, seen: StoreSettings | None = None, **changes: Any) -> StoreSettings:
    """Puts settings in force from the next sale on; adds no row if nothing changes. With `seen`, the row the person
    looked at, a setting somebody else changed since is refused instead of overwritten."""
    before = StoreSettings.hold()
    changes = {name: value for name, value in changes.items() if getattr(before, name) != value}
    if moved := [name for name in changes if seen and getattr(seen, name) != getattr(before, name)]:
        raise Stale(fields=moved)
    if not changes:
        return before
    refuse_others(by, changes)
    after = StoreSettings.change(by=by.username, **changes)
    facts = {name: [getattr(before, name), getattr(after, name)] for name in changes}
    trail.record(by, "settings.changed", f"settings {after.pk}", **facts)
    return after


def refuse_others(by: User, changes: Iterable[str]) -> None:
    """Who signs in how, and what may be missing in a drawer, is for managers alone."""
    if not by.may(Permission.SETTINGS):
        raise ManagersOnly
    if not by.is_manager and not set(FOR_MANAGERS).isdisjoint(changes):
        raise ManagersOnly(_("Only a manager may change how people sign in or the drawer's limit."))


def put_logo(upload: File, *, by: User) -> StoreSettings:
    """Sets the logo on receipts from the next sale on. The old file is kept, because earlier bills still show it."""
    picture = pictures.redrawn(upload, LOGO_SIDE)
    with pictures.named("logos") as name, transaction.atomic():
        return change_settings(by, logo=pictures.keep(name, picture))
