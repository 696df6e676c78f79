"""The forms behind the pages of buying."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.buying.suggestions import MOST_DAYS, USUAL_DAYS
from inventory.models import Supplier
from pos.amounts import AmountField
from pos.errors import Invalid
from pos.money import MOST_MONEY, MOST_QUANTITY, ZERO, currency_decimals

MOST_ID = 2**63 - 1


def quantity_field(**kwargs: Any) -> AmountField:
    return AmountField(**{"min_value": ZERO, "max_value": MOST_QUANTITY, "decimal_places": 3, **kwargs})


def cost_field(**kwargs: Any) -> AmountField:
    """What one costs: three decimals, for goods that come in packs."""
    bounds = {"min_value": ZERO, "max_value": MOST_MONEY, "decimal_places": 3}
    return AmountField(**{"marks": currency_decimals, "least": currency_decimals, **bounds, **kwargs})


def row_id(**kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(**{"min_value": 1, "max_value": MOST_ID, **kwargs})


class CheckedForm(forms.Form):
    def values(self) -> dict[str, Any]:
        """The cleaned values. Raises Invalid with the first fault."""
        if not self.is_valid():
            field, faults = next(iter(self.errors.items()))
            raise Invalid(field, str(faults[0]))
        return self.cleaned_data


class SupplierForm(forms.ModelForm):  # type: ignore[type-arg]
    """`inventory.buying.suppliers` saves it."""

    class Meta:
        model = Supplier
        fields = ("name", "contact", "email", "phone", "lead_days", "minimum_order", "note", "is_active")

    def _post_clean(self) -> None:
        """The verb checks and saves; the row itself stays as it is."""


class ArticleForm(CheckedForm):
    product = forms.CharField(label=_("Barcode or SKU"), max_length=100)
    code = forms.CharField(label=_("Article code"), max_length=50, required=False)
    pack_size = quantity_field(label=_("Pieces in a pack"), initial=Decimal(1))
    pack_name = forms.CharField(label=_("Name of the pack"), max_length=30, required=False)
    pack_barcode = forms.CharField(label=_("Barcode of the pack"), max_length=64, required=False)
    cost = cost_field(label=_("Cost of one"), required=False)
    is_preferred = forms.BooleanField(label=_("Order it here"), required=False)


class NewOrderForm(CheckedForm):
    supplier = row_id()
    days = forms.IntegerField(min_value=1, max_value=MOST_DAYS, required=False, initial=USUAL_DAYS)
    suggest = forms.BooleanField(required=False)
    location = row_id(required=False)
    is_here = forms.BooleanField(required=False)


class OrderLineForm(CheckedForm):
    product = row_id()
    packs = quantity_field(required=False)
    pack_size = quantity_field(min_value=Decimal("0.001"))
    cost = cost_field(required=False)


class AddLineForm(CheckedForm):
    code = forms.CharField(max_length=100, required=False)
    add_packs = quantity_field(required=False)
    note = forms.CharField(max_length=1000, required=False)


class HeadForm(CheckedForm):
    supplier = row_id(required=False)
    location = row_id(required=False)
    note_number = forms.CharField(max_length=50, required=False)


class ScanForm(CheckedForm):
    code = forms.CharField(max_length=200)
    times = quantity_field(required=False, min_value=Decimal("0.001"))
    once = forms.CharField(max_length=50, required=False)


class CountedForm(CheckedForm):
    quantity = quantity_field(required=False)
    damaged = quantity_field(required=False)
    cost = cost_field(required=False)


class BookForm(CheckedForm):
    key = forms.CharField(max_length=50)
    accept_more = forms.BooleanField(required=False)


class ReasonForm(CheckedForm):
    reason = forms.CharField(max_length=200)


class SendBackForm(ReasonForm):
    credit = AmountField(
        marks=currency_decimals, required=False, min_value=ZERO, max_value=MOST_MONEY, decimal_places=3
    )
    credit_note = forms.CharField(max_length=50, required=False)
