from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import shop
from accounts.models import User
from pos import pictures
from pos.errors import Refused
from pos.models import StoreSettings

GROUPS = [
    (
        _("The shop"),
        ("shop_name", "shop_address", "tax_number", "prices_include_tax", "cutoff_hour", "label_region"),
    ),
    (_("Members"), ("vip_discount_rate", "point_multiplier", "require_pin_for_points")),
    (_("Selling and returns"), ("return_days", "basket_days")),
    (_("Till and drawer"), ("idle_lock_minutes", "badge_needs_pin", "prefill_float", "cash_difference_limit")),
    (_("Sign-in"), ("second_factor",)),
    (_("Receipt"), ("receipt_width", "receipt_footer", "new_logo", "drop_logo")),
]
LABELS = {
    "point_multiplier": _("Points earned, in per cent"),
    "vip_discount_rate": _("VIP discount, in per cent"),
}
HELP = {
    "point_multiplier": _("Of what a member pays in money: 15 gives 15 points for a hundred."),
    "prices_include_tax": _("Off: tax is added to the price at the till."),
    "require_pin_for_points": _("Points are spent only after the member typed the PIN."),
    "shop_name": _("Stands on every page and on every receipt."),
    "tax_number": _("Stands on receipts and invoices."),
    "vip_discount_rate": _("Taken off every bill of a VIP."),
}


class SettingsPageForm(forms.ModelForm):
    """The settings in force. `seen` is the row the page showed: only what differs from it was changed by the person."""

    seen_row = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**63 - 1)
    new_logo = forms.FileField(
        label=_("New logo"),
        required=False,
        widget=forms.FileInput(attrs=pictures.ACCEPT),
        help_text=_("PNG, JPEG, WebP or GIF; printed in black and white at the head of every receipt."),
    )
    drop_logo = forms.BooleanField(required=False, label=_("Take the logo away"))

    class Meta:
        model = StoreSettings
        fields = [field.name for field in StoreSettings._meta.fields if field.editable and not field.primary_key]
        labels = LABELS
        help_texts = HELP

    def __init__(self, data: Any = None, files: Any = None, *, by: User) -> None:
        row = StoreSettings.in_force()
        super().__init__(data, files, instance=row, initial={"seen_row": row.pk})
        self.seen = StoreSettings.in_force()
        for name in shop.FOR_MANAGERS:
            self.fields[name].disabled = not by.is_manager

    def clean_seen_row(self) -> int | None:
        number: int | None = self.cleaned_data["seen_row"]
        if number is not None:
            self.seen = StoreSettings.objects.filter(pk=number).first() or self.seen
        return number

    def clean_new_logo(self) -> Any:
        upload = self.cleaned_data["new_logo"]
        try:
            return upload and pictures.redrawn(upload, shop.LOGO_SIDE) and upload
        except Refused as refused:
            raise ValidationError(refused.message) from None

    def changes(self) -> dict[str, Any]:
        """What the person changed; line ends count for nothing, because browsers send their own."""
        asked = {name: self.cleaned_data[name] for name in self.Meta.fields}
        changed = {name: value for name, value in asked.items() if lines(getattr(self.seen, name)) != lines(value)}
        return changed | ({"logo": ""} if self.cleaned_data["drop_logo"] else {})

    def take_up(self, row: StoreSettings) -> None:
        """Shows the page as of `row`, with what the person typed on it, so that sending it again is meant."""
        typed, data = self.changes(), dict(self.data.items())
        for name in self.Meta.fields:
            if name in typed:
                continue
            value = self.fields[name].prepare_value(getattr(row, name))
            data[name] = "" if value is None or value is False else str(value)
        self.data = {**data, "seen_row": str(row.pk)}


def lines(value: Any) -> Any:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value
