from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.access.sign_in import LONGEST_PASSWORD
from accounts.models import CustomRole, Role, User
from accounts.people import pins, staff
from accounts.views.forms import DIGITS, NEW
from pos.errors import Refused

PIN_HELP = _("Six digits that are no date and do not repeat or run.")


def plain(**attrs: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": "off", **attrs})


def pin_field(**kwargs: Any) -> forms.CharField:
    return forms.CharField(label=_("Till PIN"), max_length=20, widget=DIGITS, help_text=PIN_HELP, **kwargs)


def password_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LONGEST_PASSWORD, strip=False, widget=NEW, help_text=_("At least ten characters.")
    )


class PersonForm(forms.Form):
    """Name, user name, e-mail and role; `accounts.people.staff` checks what is taken."""

    name = forms.CharField(label=_("Name"), max_length=100, widget=plain())
    username = forms.CharField(
        label=_("Username"),
        max_length=50,
        validators=[UnicodeUsernameValidator()],
        widget=plain(autocapitalize="none", spellcheck="false"),
    )
    email = forms.EmailField(label=_("E-mail"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(label=_("Role"), choices=Role)
    custom_role = forms.ModelChoiceField(
        CustomRole.objects.all(),
        label=_("Further permissions"),
        required=False,
        empty_label=_("none beside the till"),
        help_text=_("For a cashier: a role of the shop's own."),
    )


class HireForm(PersonForm):
    pin = pin_field()
    password = password_field(_("Password"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"role": Role.CASHIER})
        self.fields["name"].widget.attrs["autofocus"] = True

    def clean_pin(self) -> str:
        pin: str = self.cleaned_data["pin"]
        try:
            pins.hashed(pin)
        except Refused as refused:
            raise ValidationError(refused.message) from None
        return pin

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if password := given.get("password"):
            them = User(**{name: given.get(name, "") for name in ("username", "name", "email")})
            try:
                staff.check_password(password, them)
            except Refused as refused:
                self.add_error("password", refused.message)
        return given


class PinForm(forms.Form):
    pin = pin_field()


class NewPasswordForm(forms.Form):
    password = password_field(_("New password"))
