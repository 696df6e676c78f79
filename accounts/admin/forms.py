from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import shop
from accounts.access.sign_in import LONGEST_PASSWORD
from accounts.models import User
from accounts.people import staff
from accounts.views.forms import NEW
from pos import money, pictures
from pos.errors import Invalid, Refused
from pos.models import StoreSettings


class ShapeForm(forms.ModelForm):
    """Checks only the form of the values; the verb that writes checks the shop's rules and its refusals are shown
    here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.validate_constraints = lambda **_: None


class StaffForm(ShapeForm):
    new_password = forms.CharField(
        label=_("New password"),
        required=False,
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=NEW,
        help_text=_("Ends the person's sessions and tokens. Leave empty to keep the password."),
    )

    take_pin_away = forms.BooleanField(
        required=False,
        label=_("Take the till PIN away"),
        help_text=_("The person sets another one, with the password."),
    )

    class Meta:
        model = User
        fields = staff.EDITABLE

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if password := given.get("new_password"):
            try:
                staff.check_password(password, self.instance)
            except Invalid as refused:
                raise ValidationError({"new_password": refused.message}) from None
        return given


class NewStaffForm(StaffForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password"].required = True
        self.fields["new_password"].label = _("Password")
        self.fields["new_password"].help_text = _("At least ten characters. The person can change it after signing in.")


class SettingsForm(forms.ModelForm):
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.initial.keys() & {"point_multiplier", "vip_discount_rate", "cash_difference_limit"}:
            self.initial[name] = Decimal(money.text(self.initial[name]))

    def clean_new_logo(self) -> Any:
        upload = self.cleaned_data["new_logo"]
        try:
            return upload and pictures.redrawn(upload, shop.LOGO_SIDE) and upload
        except Refused as refused:
            raise ValidationError(refused.message) from None
