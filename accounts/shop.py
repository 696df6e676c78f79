"""Changes to the shop as a whole, made by managers."""

from typing import Any

from django.core.files.base import File
from django.db import transaction

from accounts import trail
from accounts.models import User
from pos import pictures
from pos.models import StoreSettings

LOGO_SIDE = 600


@transaction.atomic
def change_settings(by: User, **changes: Any) -> StoreSettings:
    """Puts settings in force from the next sale on; adds no row if nothing changes."""
    before = StoreSettings.in_force()
    changes = {name: value for name, value in changes.items() if getattr(before, name) != value}
    if not changes:
        return before
    after = StoreSettings.change(by=by.username, **changes)
    facts = {name: [getattr(before, name), getattr(after, name)] for name in changes}
    trail.record(by, "settings.changed", f"settings {after.pk}", **facts)
    return after


def put_logo(upload: File, *, by: User) -> StoreSettings:
    """Sets the logo on receipts from the next sale on. The old file is kept, because earlier bills still show it."""
    picture = pictures.redrawn(upload, LOGO_SIDE)
    with pictures.named("logos") as name, transaction.atomic():
        return change_settings(by, logo=pictures.keep(name, picture))
