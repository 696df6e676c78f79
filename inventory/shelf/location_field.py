"""The choice of a location in forms; a shop with a single one is not asked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.shelf import locations


class LocationField(forms.ChoiceField):
    """Its value is a location's id, None for the shop's first one."""

    def __init__(self) -> None:
        super().__init__(label=_("Location"), required=False)

    def clean(self, value: Any) -> int | None:
        chosen = super().clean(value)
        return int(chosen) if chosen else None


def offer_locations(form: forms.Form) -> None:
    """Fills the form's field `location`, or takes it away."""
    if offered := locations.choices():
        form.fields["location"].choices = [(pk or "", name) for pk, name in offered]  # type: ignore[attr-defined]
    else:
        del form.fields["location"]
