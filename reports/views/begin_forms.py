"""The forms of the first run."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access.sign_in import LONGEST_PASSWORD
from billing.models import Register, RegisterKind
from inventory.models import TaxRate
from pos.amounts import HUNDRED, AmountField, PercentField
from pos.errors import Refused
from pos.models import StoreSettings
from pos.money import MOST_MONEY, MOST_QUANTITY, currency_decimals
from pos.templatetags.money import percent
from reports.beginning.countries import Country

RATES, GOODS = 4, 3
PLAIN = {"autocomplete": "off"}


def tell(form: forms.BaseForm, refused: Refused) -> None:
    """Shows the refusal at the field it is about, or at the top of the form."""
    named = getattr(refused, "field", None) or refused.facts.get("field")
    form.add_error(named if named in form.fields else None, refused.message)


class ShopForm(forms.ModelForm):
    class Meta:
        model = StoreSettings
        fields = ["shop_name", "shop_address", "tax_number"]
        widgets = {"shop_address": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shop_address"].required = True


class TaxesForm(forms.Form):
    """Some rates, each a name and per cent; empty rows are left out. A country gives the usual ones."""

    def __init__(self, data: Any = None, *, country: Country | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        usual = country.rates if country else ()
        for n in range(RATES):
            rate = usual[n] / HUNDRED if n < len(usual) else None
            named = self.usual_name(n, rate) if rate is not None else ""
            self.fields[f"name_{n}"] = forms.CharField(
                label=_("Name of rate %(n)s") % {"n": n + 1}, max_length=50, required=False, initial=named
            )
            self.fields[f"rate_{n}"] = PercentField(
                label=_("Rate %(n)s, per cent") % {"n": n + 1},
                marks=lambda: 3,
                max_digits=7,
                decimal_places=5,
                required=False,
                initial=rate,
            )
            self.fields[f"name_{n}"].widget.attrs |= PLAIN
        self.fields["prices_include_tax"] = forms.BooleanField(
            label=_("Prices include the tax"),
            required=False,
            initial=country.prices_include_tax if country else StoreSettings.in_force().prices_include_tax,
        )

    @staticmethod
    def usual_name(place: int, rate: Decimal) -> str:
        kind = _("Zero") if not rate else _("Standard") if place == 0 else _("Reduced")
        return f"{kind} {percent(rate)}"

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"name_{n}"], self[f"rate_{n}"]) for n in range(RATES)]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        given["rates"] = []
        for n in range(RATES):
            name, rate = given.get(f"name_{n}"), given.get(f"rate_{n}")
            if bool(name) != (rate is not None) and not self.errors:
                self.add_error(f"rate_{n}" if name else f"name_{n}", _("A rate has a name and a percentage."))
            elif name:
                given["rates"].append((name, rate))
        return given


class TillForm(forms.ModelForm):
    class Meta:
        model = Register
        fields = ["code", "name"]
        widgets = {"code": forms.TextInput(attrs=PLAIN), "name": forms.TextInput(attrs=PLAIN)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "till_%s", **kwargs})
        self.fields["code"].initial, self.fields["name"].initial = "R1", _("Front till")
        self.instance.validate_constraints = lambda **_: None


class PrinterForm(forms.Form):
    register = forms.ModelChoiceField(
        Register.objects.filter(is_active=True, kind=RegisterKind.TILL),
        label=_("Till"),
        empty_label=None,
        to_field_name="code",
    )
    printer_host = forms.CharField(
        label=_("Printer host"),
        max_length=100,
        widget=forms.TextInput(attrs=PLAIN | {"placeholder": "192.168.1.50"}),
        help_text=_("the receipt printer in the shop's own network, such as 192.168.1.50"),
    )


class GoodForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs=PLAIN))
    price = AmountField(
        label=_("Price"),
        marks=currency_decimals,
        min_value=Decimal(0),
        max_value=MOST_MONEY,
        decimal_places=3,
        max_digits=12,
    )
    codes = forms.CharField(label=_("Barcode"), max_length=64, required=False, widget=forms.TextInput(attrs=PLAIN))
    opening_stock = AmountField(
        label=_("On the shelf"), required=False, min_value=Decimal(0), max_value=MOST_QUANTITY, decimal_places=3
    )
    tax_rate = forms.ModelChoiceField(
        TaxRate.objects.order_by("-rate", "name"), label=_("Tax rate"), required=False, empty_label=_("untaxed")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tax_rate"].initial = TaxRate.objects.order_by("-rate", "name").first()

    def good(self) -> Mapping[str, Any]:
        given = dict(self.cleaned_data)
        return {
            **given,
            "codes": [given["codes"]] if given["codes"] else [],
            "opening_stock": given["opening_stock"] or 0,
        }


GoodsForms = forms.formset_factory(GoodForm, extra=GOODS, max_num=GOODS, absolute_max=GOODS)


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("A list as CSV or JSON"),
        widget=forms.FileInput(attrs={"accept": ".csv,.gz,.json"}),
        help_text=_("CSV or JSON; the first row names the columns. All rows or none."),
    )


class CashierForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "cashier_%s", **kwargs})

    name = forms.CharField(label=_("Name"), max_length=150, widget=forms.TextInput(attrs=PLAIN))
    username = forms.CharField(
        label=_("Username"), max_length=150, widget=forms.TextInput(attrs=PLAIN | {"autocapitalize": "none"})
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least ten characters. The person can change it after signing in."),
    )
    pin = forms.CharField(
        label=_("Till PIN"),
        max_length=20,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        help_text=_("Six digits."),
    )
