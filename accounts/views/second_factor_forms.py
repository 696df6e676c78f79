from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access.second_factor import LONGEST_CODE

CODE = forms.TextInput(
    attrs={"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false", "autocapitalize": "none"}
)


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=LONGEST_CODE,
        widget=forms.TextInput(attrs={**CODE.attrs, "autofocus": True}),
        help_text=_("Six digits from the app on your phone, or one of your recovery codes."),
    )


class AppCodeForm(forms.Form):
    """The first code of a new app; a recovery code would prove nothing about it."""

    code = forms.CharField(
        label=_("Code the app shows"),
        max_length=LONGEST_CODE,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
