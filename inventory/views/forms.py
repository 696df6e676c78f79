"""The forms behind the pages of inventory."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.counting.entries import LONGEST_CODE
from inventory.counting.sheets import LONGEST_REASON, LONGEST_SEARCH, LONGEST_TITLE
from inventory.models import Category, CountScope
from inventory.shelf.location_field import LocationField, offer_locations
from pos.amounts import AmountField
from pos.errors import Invalid
from pos.money import MOST_MONEY, MOST_QUANTITY, ZERO, currency_decimals


class CheckedForm(forms.Form):
    def values(self) -> dict[str, Any]:
        """The cleaned values. Raises Invalid with the first fault."""
        if not self.is_valid():
            field, faults = next(iter(self.errors.items()))
            raise Invalid(field, str(faults[0]))
        return self.cleaned_data


class SheetForm(CheckedForm):
    scope = forms.ChoiceField(label=_("What to count"), choices=CountScope.choices, initial=CountScope.FREE)
    category = forms.ModelChoiceField(Category.objects.all(), label=_("Category"), required=False)
    search_text = forms.CharField(label=_("Search"), required=False, max_length=LONGEST_SEARCH)
    title = forms.CharField(label=_("Title"), required=False, max_length=LONGEST_TITLE)
    outlier_pieces = AmountField(
        label=_("Count again beyond, pieces"), required=False, min_value=ZERO, max_value=MOST_QUANTITY, decimal_places=3
    )
    outlier_money = AmountField(
        label=_("Count again beyond, money at cost"),
        required=False,
        min_value=ZERO,
        max_value=MOST_MONEY,
        decimal_places=3,
        marks=currency_decimals,
    )
    shows_expected = forms.BooleanField(label=_("Counters see what the books expect"), required=False)
    location = LocationField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_locations(self)

    def values(self) -> dict[str, Any]:
        """Only the category or the search that the scope asks for."""
        asked = super().values()
        return {
            **asked,
            "category": asked["category"] if asked["scope"] == CountScope.CATEGORY else None,
            "search_text": asked["search_text"] if asked["scope"] == CountScope.SEARCH else "",
        }


class EntryForm(CheckedForm):
    """A scanned code, or a product chosen from a list; `quantity` is one unless it was typed."""

    code = forms.CharField(required=False, max_length=LONGEST_CODE)
    product = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    quantity = AmountField(required=False, min_value=ZERO, max_value=MOST_QUANTITY, decimal_places=3)


class RecountForm(CheckedForm):
    product = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, asked: Any, products: list[int]) -> None:
        super().__init__(asked)
        self.fields["product"].choices = [(product, product) for product in products]  # type: ignore[attr-defined]


class ReasonForm(CheckedForm):
    reason = forms.CharField(required=False, max_length=LONGEST_REASON)
