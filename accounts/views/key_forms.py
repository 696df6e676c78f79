"""The form of a machine's key; `accounts.access.key_facts` checks what is written into it."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access import keys
from accounts.access.key_facts import LONGEST_NAME, MOST_A_MINUTE
from accounts.models import ApiKey
from accounts.views.people_forms import plain
from pos.amounts import AmountField
from pos.api.scopes import READ, SCOPES, WRITE
from pos.money import MOST_MONEY, currency_decimals

RESOURCES = {
    "products": (_("Goods"), _("Products, categories, tax rates and pictures")),
    "stock": (_("Stock"), _("Movements and counts")),
    "bills": (_("Bills"), _("Quotes and bills; writing is selling")),
    "late-sales": (_("Late sales"), _("What it sold while it was away from the server")),
    "gift-cards": (_("Gift cards"), _("Balances; writing is selling cards")),
    "members": (_("Members"), _("Names, addresses, points")),
    "registers": (_("Registers"), _("Their names and open shifts")),
    "shifts": (_("Shifts"), _("Reports; writing is opening and closing")),
    "papers": (_("Papers"), _("Printing and mailing")),
    "purchasing": (_("Buying"), _("Suppliers, orders, deliveries")),
    "reports": (_("Reports"), _("Revenue and the other figures")),
    "settings": (_("Settings"), _("Name of the shop, its rules")),
}
DAYS = ((30, _("30 days")), (90, _("90 days")), (180, _("half a year")), (365, _("a year")))
OVERLAPS = ((0, _("at once")), (1, _("in an hour")), (24, _("in a day")), (168, _("in a week")))


class WordsField(forms.CharField):
    """Several words, parted by commas, spaces or lines."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=2000, **kwargs)

    def clean(self, value: Any) -> list[str]:
        return [word for word in re.split(r"[\s,;]+", super().clean(value)) if word]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class KeyForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=LONGEST_NAME, widget=plain(), help_text=_("Stands on its bills: Web shop, Kiosk 2.")
    )
    scopes = forms.MultipleChoiceField(
        choices=[(scope, scope) for scope in SCOPES],
        error_messages={"required": _("Tick at least one thing it may do.")},
    )
    registers = WordsField(label=_("Registers"), widget=plain(), help_text=_("Their codes. Empty: every register."))
    locations = WordsField(
        label=_("Locations"),
        widget=plain(),
        help_text=_("Their codes; - is the shop's first one. Empty: every location."),
    )
    most_per_sale = AmountField(
        label=_("Most per sale"),
        required=False,
        min_value=0,
        max_value=MOST_MONEY,
        max_digits=15,
        marks=currency_decimals,
    )
    may_refund = forms.BooleanField(
        label=_("May give money back"), required=False, help_text=_("Refunds and exchanges, up to a cashier's limits.")
    )
    sandbox = forms.BooleanField(
        label=_("Sandbox"), required=False, help_text=_("Sells for practice: nothing it sells is booked.")
    )
    addresses = WordsField(
        label=_("Addresses"), widget=plain(), help_text=_("Where it asks from, like 203.0.113.7. Empty: from anywhere.")
    )
    origins = WordsField(
        label=_("Web sites"),
        widget=plain(),
        help_text=_("Whose pages use the key in a browser, like https://shop.example.org. Empty: none."),
    )
    per_minute = forms.IntegerField(
        label=_("Requests per minute"),
        min_value=1,
        max_value=MOST_A_MINUTE,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    days = forms.TypedChoiceField(label=_("A secret is valid for"), choices=DAYS, coerce=int)

    def grid(self) -> list[dict[str, Any]]:
        """The scopes as rows: the resource, and whether it may be read and written."""
        chosen = set(self["scopes"].value() or ())
        return [
            {"label": label, "about": about, "boxes": [box(name, verb, label, chosen) for verb in (READ, WRITE)]}
            for name, (label, about) in RESOURCES.items()
        ]

    def others(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in ("name", "scopes")]


def box(resource: str, verb: str, label: Any, chosen: set[str]) -> dict[str, Any] | None:
    scope = f"{resource}:{verb}"
    if scope not in SCOPES:
        return None
    spoken = _("Read: %(what)s") if verb == READ else _("Write: %(what)s")
    return {"value": scope, "is_chosen": scope in chosen, "label": spoken % {"what": label}}


class RotationForm(forms.Form):
    overlap_hours = forms.TypedChoiceField(label=_("The secret before ends"), choices=OVERLAPS, coerce=int, initial=24)


def of(key: ApiKey) -> dict[str, Any]:
    return {"name": key.user.name, **{name: getattr(key, name) for name in keys.EDITABLE}}
