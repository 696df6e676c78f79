"""The forms behind the pages of locations and transfers."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from inventory.models import TaxRate
from inventory.views.buying_forms import CheckedForm, quantity_field, row_id
from pos.errors import Invalid


def location_id() -> forms.IntegerField:
    """Empty for the shop's first location."""
    return row_id(required=False)


class LocationForm(CheckedForm):
    name = forms.CharField(label=_("Name"), max_length=50)
    code = forms.CharField(
        label=_("Code"),
        max_length=10,
        validators=[RegexValidator(r"\A[A-Za-z0-9]+\Z", _("Letters and digits only."))],
    )
    is_active = forms.BooleanField(label=_("In use"), required=False)


class TaxesForm(forms.Form):
    """For each tax rate, the one that takes its place at the location; none by default."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rates = list(TaxRate.objects.order_by("name"))
        for rate in rates:
            others = [(other.pk, str(other)) for other in rates if other.pk != rate.pk]
            self.fields[f"tax_{rate.pk}"] = forms.TypedChoiceField(
                label=str(rate),
                choices=[("", _("As everywhere")), *others],
                coerce=int,
                required=False,
                empty_value=None,
            )

    def instead(self) -> dict[int, int | None]:
        if not self.is_valid():
            field, faults = next(iter(self.errors.items()))
            raise Invalid(field, str(faults[0]))
        return {int(name.removeprefix("tax_")): other for name, other in self.cleaned_data.items()}


class TransferHeadForm(CheckedForm):
    origin = location_id()
    target = location_id()
    note = forms.CharField(max_length=200, required=False)


class TransferScanForm(CheckedForm):
    code = forms.CharField(max_length=200)
    times = quantity_field(required=False, min_value=Decimal("0.001"))
    once = forms.CharField(max_length=50, required=False)


class TransferLineForm(CheckedForm):
    quantity = quantity_field(required=False)


class SendForm(CheckedForm):
    key = forms.CharField(max_length=50)
