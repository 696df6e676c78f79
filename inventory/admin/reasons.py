"""The reasons the shop keeps, in the admin."""

from typing import Any

from django.contrib import admin

from accounts.admin.forms import ShapeForm
from accounts.doors import person
from inventory.models import Reason
from inventory.shelf import reasons
from pos.back_office.rows import SpokenRefusals


@admin.register(Reason)
class ReasonAdmin(SpokenRefusals):
    """A reason that is not wanted any more is not offered; it is never deleted."""

    form = ShapeForm
    list_display = ("text", "deed", "code", "is_active", "position")
    list_filter = ("deed", "is_active")

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        reasons.keep(obj, by=person(request))
