"""The forms behind the pages of goods."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory import barcodes
from inventory.goods import contents, together
from inventory.goods.listing import LACKS, ON_SALE, Asked
from inventory.goods.products import LONGEST_DESCRIPTION
from inventory.goods.search import LONGEST as LONGEST_SEARCH
from inventory.models import OLDEST, Category, SoldBy, TaxRate
from inventory.shelf import locations
from inventory.views.forms import CheckedForm
from pos.amounts import AmountField
from pos.errors import Invalid, Refused
from pos.money import MOST_MONEY, MOST_QUANTITY, ZERO, currency_decimals

MOST_ID, MOST_VERSION = 2**63 - 1, 2**31 - 1
LONGEST_CODES = 2000
WAYS = {"percent": _("per cent"), "amount": _("in money")}


def money_field(**kwargs: Any) -> AmountField:
    bounds = {"min_value": ZERO, "max_value": MOST_MONEY, "decimal_places": 3}
    return AmountField(**{"marks": currency_decimals, "least": currency_decimals, **bounds, **kwargs})


def quantity_field(**kwargs: Any) -> AmountField:
    return AmountField(**{"min_value": ZERO, "max_value": MOST_QUANTITY, "decimal_places": 3, **kwargs})


def read_codes(written: str) -> list[str]:
    try:
        return [barcodes.tidy(code) for code in written.split()]
    except Refused as refused:
        raise forms.ValidationError(refused.message) from None


def read_content(written: str) -> contents.Content:
    try:
        return contents.read(written)
    except Refused as refused:
        raise forms.ValidationError(refused.message) from None


class ListForm(forms.Form):
    """What the list shows, as its address says it. What makes no sense there is left out."""

    q = forms.CharField(label=_("Search"), required=False, max_length=LONGEST_SEARCH)
    category = forms.ModelChoiceField(
        Category.objects.all(), label=_("Category"), required=False, empty_label=_("all categories")
    )
    on_sale = forms.ChoiceField(
        label=_("On sale"),
        required=False,
        choices=[("", _("on sale or not")), *zip(ON_SALE, (_("on sale"), _("not on sale")), strict=True)],
    )
    lacks = forms.ChoiceField(
        label=_("Which"),
        required=False,
        choices=[
            ("", _("all goods")),
            *zip(LACKS, (_("low stock"), _("out of stock"), _("without tax"), _("without barcode")), strict=True),
        ],
    )
    after = forms.IntegerField(required=False, min_value=1, max_value=MOST_ID)
    before = forms.IntegerField(required=False, min_value=1, max_value=MOST_ID)

    def asked(self) -> Asked:
        self.is_valid()
        said = self.cleaned_data
        return Asked(said.get("q", ""), said.get("category"), said.get("on_sale", ""), said.get("lacks", ""))


class NewProductForm(CheckedForm):
    """What a new product needs first; its page has the rest."""

    name = forms.CharField(
        label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"})
    )
    price = money_field(label=_("Price"))
    tax_rate = forms.ModelChoiceField(TaxRate.objects.all(), label=_("Tax"), required=False, empty_label=_("untaxed"))
    codes = forms.CharField(
        label=_("Barcode"),
        max_length=LONGEST_CODES,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    opening_stock = quantity_field(label=_("Opening stock"), required=False)
    category = forms.ModelChoiceField(Category.objects.all(), label=_("Category"), required=False, empty_label="–")
    content = forms.CharField(
        label=_("Content"), max_length=contents.LONGEST, required=False, help_text=_("0.75 l, 250 g, 6 pieces")
    )

    def clean_codes(self) -> list[str]:
        return read_codes(self.cleaned_data["codes"])

    def clean_content(self) -> contents.Content:
        return read_content(self.cleaned_data["content"])

    def clean_opening_stock(self) -> Any:
        return self.cleaned_data["opening_stock"] or ZERO

    def details(self) -> dict[str, Any]:
        """As `products.create` takes them."""
        asked = {**self.cleaned_data}
        asked["content"], asked["content_unit"] = asked["content"]
        return asked


class RowForm(CheckedForm):
    """Some fields of one product, as a row of the list sends them: `fields` names which."""

    name = forms.CharField(label=_("Name"), max_length=200)
    sku = forms.CharField(label=_("SKU"), max_length=50)
    codes = forms.CharField(label=_("Barcodes"), max_length=LONGEST_CODES, required=False)
    category = forms.ModelChoiceField(Category.objects.all(), label=_("Category"), required=False)
    price = money_field(label=_("Price"))
    cost = money_field(label=_("Cost"), required=False)
    tax_rate = forms.ModelChoiceField(TaxRate.objects.all(), label=_("Tax"), required=False)
    content = forms.CharField(label=_("Content"), max_length=contents.LONGEST, required=False)
    reorder_point = quantity_field(label=_("Reorder point"), required=False)
    is_active = forms.BooleanField(label=_("On sale"), required=False)
    version = forms.IntegerField(min_value=1, max_value=MOST_VERSION)

    def __init__(self, data: Any, names: Iterable[str]) -> None:
        super().__init__(data)
        for name in set(self.fields) - {"version", *names}:
            del self.fields[name]

    def clean_codes(self) -> list[str]:
        return read_codes(self.cleaned_data["codes"])

    def clean_content(self) -> contents.Content:
        return read_content(self.cleaned_data["content"])

    def clean_cost(self) -> Any:
        return self.cleaned_data["cost"] or ZERO

    def clean_reorder_point(self) -> Any:
        return self.cleaned_data["reorder_point"] or ZERO

    def changes(self) -> dict[str, Any]:
        """As `products.edit` takes them. Raises Invalid with the first fault."""
        asked = {name: value for name, value in self.values().items() if name != "version"}
        if "content" in asked:
            asked["content"], asked["content_unit"] = asked["content"]
        return asked


class ProductForm(RowForm):
    """All that the page of a product changes."""

    codes = forms.CharField(
        label=_("Barcodes"),
        max_length=LONGEST_CODES,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        help_text=_("One on each line."),
    )
    content = forms.CharField(
        label=_("Content"), max_length=contents.LONGEST, required=False, help_text=_("0.75 l, 250 g, 6 pieces")
    )
    description = forms.CharField(
        label=_("Description"), max_length=LONGEST_DESCRIPTION, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    sold_by = forms.ChoiceField(label=_("Sold by"), choices=SoldBy.choices)
    minimum_age = forms.IntegerField(label=_("Minimum age"), min_value=0, max_value=OLDEST, required=False)
    open_price = forms.BooleanField(label=_("Priced at the till"), required=False)
    allow_negative_stock = forms.BooleanField(label=_("May be sold below zero"), required=False)

    def __init__(self, data: Any, names: Iterable[str]) -> None:
        super().__init__(data, names)
        self.places = {f"reorder_point_{place.pk}": place for place in locations.active()}
        for name, place in self.places.items():
            self.fields[name] = quantity_field(
                label=_("Reorder point: %(location)s") % {"location": place},
                required=False,
                help_text=_("Empty: as above. 0: not kept there."),
            )

    def reorder_points(self) -> list[forms.BoundField]:
        return [self[name] for name in self.places]

    def changes(self) -> dict[str, Any]:
        asked = super().changes()
        return asked | {"reorder_points": {place.pk: asked.pop(name) for name, place in self.places.items()}}

    def clean_codes(self) -> list[str]:
        try:
            return [barcodes.tidy(code) for code in self.cleaned_data["codes"].splitlines() if code.strip()]
        except Refused as refused:
            raise forms.ValidationError(refused.message) from None

    def clean_minimum_age(self) -> int:
        return self.cleaned_data["minimum_age"] or 0


class PictureForm(CheckedForm):
    file = forms.FileField(label=_("Picture"))
    version = forms.IntegerField(min_value=1, max_value=MOST_VERSION)


class TogetherForm(CheckedForm):
    what = forms.ChoiceField(
        label=_("Change"),
        choices={
            "price": _("Price up or down"),
            "category": _("Category"),
            "tax_rate": _("Tax"),
            "on": _("Put on sale"),
            "off": _("Take off sale"),
        }.items(),
    )
    figure = AmountField(
        label=_("By (− lowers it)"),
        required=False,
        min_value=-MOST_MONEY,
        max_value=MOST_MONEY,
        decimal_places=3,
        widget=forms.TextInput(attrs={"placeholder": "5"}),
    )
    way = forms.ChoiceField(label=_("Unit"), choices=WAYS.items(), required=False)
    nines = forms.BooleanField(label=_("ending in 9"), required=False)
    category = forms.ModelChoiceField(Category.objects.all(), label=_("Category"), required=False, empty_label="–")
    tax_rate = forms.ModelChoiceField(TaxRate.objects.all(), label=_("Tax"), required=False, empty_label=_("untaxed"))

    def change(self) -> dict[str, Any]:
        """As `together.change` takes it."""
        asked = self.values()
        what = asked["what"]
        if what in ("on", "off"):
            return {"is_active": what == "on"}
        if what != "price":
            return {what: asked[what]}
        if not asked["figure"]:
            raise Invalid("figure", _("Say how far the prices move, such as 5 or -0,20."))
        return {"step": together.PriceStep(asked["figure"], asked["way"] != "amount", asked["nines"])}
