"""The forms of a web hook; `reports.webhooks.hook_facts` checks what is written into them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.views.key_forms import OVERLAPS
from accounts.views.people_forms import plain
from pos.events.feed import KINDS
from reports.models import Webhook
from reports.models.webhooks import LONGEST_CURSOR, LONGEST_URL

TYPES = {
    "product": _("Goods"),
    "stock": _("Stock"),
    "category": _("Categories"),
    "tax_rate": _("Tax rates"),
    "member": _("Members"),
    "bill": _("Bills"),
    "gift_card": _("Gift cards"),
    "shift": _("Shifts"),
    "settings": _("Settings"),
}


class WebhookForm(forms.Form):
    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_URL,
        widget=forms.TextInput({"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Where the messages go, like https://shop.example.org/changes."),
    )
    types = forms.MultipleChoiceField(choices=[(kind, TYPES[kind]) for kind in KINDS], required=False)

    def boxes(self) -> list[dict[str, Any]]:
        chosen = set(self["types"].value() or ())
        return [{"value": kind, "label": TYPES[kind], "is_chosen": kind in chosen} for kind in KINDS]


class WebhookRotationForm(forms.Form):
    overlap_hours = forms.TypedChoiceField(label=_("The secret before ends"), choices=OVERLAPS, coerce=int, initial=24)


class AgainForm(forms.Form):
    after = forms.CharField(
        label=_("Cursor"),
        max_length=LONGEST_CURSOR,
        widget=plain(),
        help_text=_("Everything after it is sent once more, in order."),
    )


class BeforeForm(forms.Form):
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


def of(hook: Webhook) -> dict[str, Any]:
    return {"url": hook.url, "types": hook.types}


def spoken(hook: Webhook) -> list[Any]:
    return [TYPES[kind] for kind in hook.types]
