from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.contact import LONGEST_EMAIL, LONGEST_NAME
from pos.amounts import AmountField
from pos.money import currency_decimals

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
        required=False,
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
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text=_("Empty: without end."),
    )


class PointsForm(forms.Form):
    """A manager's correction."""

    amount = AmountField(
        label=_("Points"), max_digits=12, decimal_places=3, marks=currency_decimals, help_text=_("+5 gives, -5 takes")
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class MergeForm(forms.Form):
    double = forms.CharField(
        label=_("Number of the other card"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        help_text=_("Its points come here, its name is forgotten. It cannot be undone."),
    )


class EraseForm(forms.Form):
    number = forms.CharField(
        label=_("Number of this card"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        help_text=_("Type it to forget the person. It cannot be undone."),
    )


class NewPinForm(forms.Form):
    pin = pin_field(_("PIN now"), required=False)
    new_pin = pin_field(_("New PIN"))
