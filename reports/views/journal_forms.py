"""The form of the journal's account numbers: a number and a tax key for each account."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from reports.journal.accounts import DATEV, LIMITS, Account

DIGITS = {"inputmode": "numeric", "autocomplete": "off"}


class AccountsForm(forms.Form):
    def __init__(self, data: Any = None, *, rows: Sequence[Account]) -> None:
        self.accounts = rows
        super().__init__(data)
        for place, account in enumerate(rows):
            self.fields[f"number_{place}"] = self.number_field(account)
            if account.role not in DATEV:
                self.fields[f"key_{place}"] = forms.CharField(
                    label=_("Tax key of %(account)s") % {"account": account.label},
                    required=False,
                    max_length=4,
                    initial=account.tax_key,
                    validators=[RegexValidator(r"\A[0-9]*\Z", _("Up to four digits."))],
                    widget=forms.TextInput(attrs=DIGITS),
                )

    @staticmethod
    def number_field(account: Account) -> forms.Field:
        if account.role in DATEV:
            least, most = LIMITS[account.role]
            return forms.IntegerField(
                label=account.label,
                initial=account.number,
                min_value=least,
                max_value=most,
                widget=forms.TextInput(attrs=DIGITS),
            )
        return forms.CharField(
            label=account.label,
            initial=account.number,
            max_length=8,
            validators=[RegexValidator(r"\A[0-9]{3,8}\Z", _("An account number has three to eight digits."))],
            widget=forms.TextInput(attrs=DIGITS),
        )

    def rows(self) -> list[tuple[Account, forms.BoundField, forms.BoundField]]:
        return [
            (account, self[f"number_{place}"], self[f"key_{place}"])
            for place, account in enumerate(self.accounts)
            if account.role not in DATEV
        ]

    def for_datev(self) -> list[forms.BoundField]:
        return [self[f"number_{place}"] for place, account in enumerate(self.accounts) if account.role in DATEV]

    def numbers(self) -> dict[tuple[str, str], tuple[str, str]]:
        return {
            (account.role, account.detail): (
                str(self.cleaned_data[f"number_{place}"]),
                self.cleaned_data.get(f"key_{place}", ""),
            )
            for place, account in enumerate(self.accounts)
        }
