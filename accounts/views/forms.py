from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.access.sign_in import LONGEST_PASSWORD
from accounts.models import User
from accounts.people import staff
from pos.errors import Refused

CURRENT = forms.PasswordInput(attrs={"autocomplete": "current-password"})
NEW = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("Username"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )
    password = forms.CharField(label=_("Password"), max_length=LONGEST_PASSWORD, strip=False, widget=CURRENT)


class OwnPasswordForm(forms.Form):
    current = forms.CharField(label=_("Your password now"), max_length=LONGEST_PASSWORD, strip=False, widget=CURRENT)
    new = forms.CharField(label=_("New password"), max_length=LONGEST_PASSWORD, strip=False, widget=NEW)
    repeated = forms.CharField(label=_("New password again"), max_length=LONGEST_PASSWORD, strip=False, widget=NEW)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_new(self) -> str:
        password: str = self.cleaned_data["new"]
        try:
            staff.check_password(password, self.user)
        except Refused as refused:
            raise ValidationError(refused.message) from None
        return password

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "new" in given and given.get("repeated") != given["new"]:
            self.add_error("repeated", _("The two new passwords differ."))
        return given


DIGITS = forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"})


class OwnPinForm(forms.Form):
    password = forms.CharField(label=_("Your password"), max_length=LONGEST_PASSWORD, strip=False, widget=CURRENT)
    pin = forms.CharField(label=_("Till PIN"), max_length=20, widget=DIGITS, help_text=_("Six digits."))
    repeated_pin = forms.CharField(label=_("Till PIN again"), max_length=20, widget=DIGITS)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "pin" in given and given.get("repeated_pin") != given["pin"]:
            self.add_error("repeated_pin", _("The two PINs differ."))
        return given


class UnlockForm(forms.Form):
    """A badge may be scanned into either field: it names the person and never replaces the PIN. The till's script
    removes what the scanner read from the fields and sends it separately, since it is no secret: a badge, or goods for
    the next basket."""

    scanned = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)
    who = forms.CharField(
        label=_("User name or badge"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=_("PIN, or password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
