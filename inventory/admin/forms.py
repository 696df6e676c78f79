from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory import barcodes
from inventory.goods import products
from inventory.models import MovementKind, Product
from inventory.shelf.location_field import LocationField, offer_locations
from inventory.shelf.stock import LONGEST_REASON, LONGEST_REFERENCE
from pos import money, pictures
from pos.amounts import AmountField
from pos.errors import Refused
from pos.money import MOST_MONEY, MOST_QUANTITY


class ProductForm(forms.ModelForm):
    """Carries the version it was opened with, so that saving an old form does not overwrite a newer change."""

    sku = forms.CharField(label=_("SKU"), required=False, max_length=50, help_text=_("Made when left empty."))
    codes = forms.CharField(
        label=_("Barcodes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 30}),
        help_text=_("One on each line."),
    )
    allow_negative_stock = forms.BooleanField(label=_("May be sold below zero"), required=False)
    upload = forms.FileField(
        label=_("New picture"),
        required=False,
        widget=forms.FileInput(attrs=pictures.ACCEPT),
        help_text=_("PNG, JPEG, WebP or GIF."),
    )
    drop_picture = forms.BooleanField(label=_("Take the picture away"), required=False)
    opened_version = forms.IntegerField(label=_("version"), required=False, widget=forms.HiddenInput)

    class Meta:
        model = Product
        fields = products.EDITABLE
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("cost", "reorder_point", "minimum_age"):
            self.fields[name].required = False
        if product := self.instance if self.instance.pk else None:
            for name in ("price", "cost"):
                self.initial[name] = Decimal(money.text(getattr(product, name)))
            self.initial["reorder_point"] = Decimal(money.quantity_text(product.reorder_point))
            self.initial["opened_version"] = product.version
            self.initial["codes"] = "\n".join(barcode.code for barcode in product.barcodes.all())
            self.initial["allow_negative_stock"] = product.stock.allow_negative
            self.fields["opened_version"].required = True

    def clean_sku(self) -> str:
        sku: str = self.cleaned_data["sku"]
        if self.instance.pk and not sku:
            raise forms.ValidationError(_("A product keeps a SKU."))
        return sku

    def clean_cost(self) -> Decimal:
        return self.cleaned_data["cost"] or Decimal(0)

    def clean_reorder_point(self) -> Decimal:
        return self.cleaned_data["reorder_point"] or Decimal(0)

    def clean_minimum_age(self) -> int:
        return self.cleaned_data["minimum_age"] or 0

    def clean_codes(self) -> list[str]:
        try:
            return [barcodes.tidy(code) for code in self.cleaned_data["codes"].splitlines() if code.strip()]
        except Refused as refused:
            raise forms.ValidationError(refused.message) from None

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        try:
            return upload and pictures.redrawn(upload) and upload
        except Refused as refused:
            raise forms.ValidationError(refused.message) from None

    def edits(self) -> dict[str, Any]:
        """The changed fields, named as the keywords of `products.edit`."""
        verbs = (*products.EDITABLE, "codes", "allow_negative_stock")
        return {name: self.cleaned_data[name] for name in self.changed_data if name in verbs}


class NewProductForm(ProductForm):
    opening_stock = AmountField(
        label=_("Opening stock"),
        required=False,
        min_value=Decimal(0),
        max_value=MOST_QUANTITY,
        decimal_places=3,
        help_text=_("What is on the shelf now."),
    )


class MoveForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What happened"),
        choices=[
            (MovementKind.DELIVERY.value, _("Delivery: this came in")),
            (MovementKind.COUNT.value, _("Count: this was found on the shelf")),
            (MovementKind.WRITE_OFF.value, _("Write-off: this is lost")),
        ],
    )
    quantity = AmountField(label=_("Quantity"), min_value=Decimal(0), max_value=MOST_QUANTITY, decimal_places=3)
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.TextInput({"list": "reasons", "autocomplete": "off"}),
        help_text=_("Needed for a write-off."),
    )
    reference = forms.CharField(
        label=_("Delivery note"), required=False, max_length=LONGEST_REFERENCE, help_text=_("For a delivery.")
    )
    cost = AmountField(
        label=_("Cost of one"),
        required=False,
        min_value=Decimal(0),
        max_value=MOST_MONEY,
        decimal_places=3,
        help_text=_("For a delivery: moves the average cost."),
    )
    location = LocationField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_locations(self)
