"""What a manager decides about the shop as a whole."""

from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import User
from pos.models import StoreSettings


@transaction.atomic
def change_settings(by: User, **changes: Any) -> StoreSettings:
    """In force from the next sale on; what does not change makes no row."""
    before = StoreSettings.in_force()
    changes = {name: value for name, value in changes.items() if getattr(before, name) != value}
    if not changes:
        return before
    after = StoreSettings.change(by=by.username, **changes)
    audit.record(by, "settings.changed", after, **{n: [getattr(before, n), getattr(after, n)] for n in changes})
    return after
