from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.contact import LONGEST_EMAIL, LONGEST_NAME

LONGEST_TYPED_PHONE = 40


def pin_field(label: Any, *, required: bool = True) -> forms.CharField:
    attrs = {"inputmode": "numeric", "autocomplete": "off"}
    widget = forms.PasswordInput(attrs=attrs)
    return forms.CharField(label=label, max_length=6, strip=False, required=required, widget=widget)


class PersonForm(forms.Form):
    """Name, e-mail and phone; `members.registry` checks their values."""

    name = forms.CharField(
        label=_("Name"), max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.CharField(
        label=_("E-mail"),
        max_length=LONGEST_EMAIL,
        strip=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=LONGEST_TYPED_PHONE,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )


class RegisterForm(PersonForm):
    pin = pin_field(_("PIN"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["pin"].help_text = _("Six digits, typed by the member.")
        self.fields["name"].widget.attrs["autofocus"] = True


class VipForm(forms.Form):
    pin = pin_field(_("Member's PIN"), required=False)


class NewPinForm(forms.Form):
    pin = pin_field(_("PIN now"), required=False)
    new_pin = pin_field(_("New PIN"))
