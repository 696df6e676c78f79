"""The forms behind the till's pages."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from billing.drawer.cash_by_hand import BY_HAND
from billing.drawer.coins import denominations
from billing.order import Tendered
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from billing.returns.without_receipt import Claim, Claimed
from inventory.models import OLDEST
from pos.amounts import AmountField
from pos.errors import Invalid
from pos.money import MOST_MONEY, MOST_QUANTITY, ZERO, currency_decimals


def money(**kwargs: Any) -> AmountField:
    return AmountField(
        **{"marks": currency_decimals, "min_value": ZERO, "max_value": MOST_MONEY, "decimal_places": 3, **kwargs}
    )


class CheckedForm(forms.Form):
    def values(self) -> dict[str, Any]:
        """The cleaned values. Raises Invalid with the first fault."""
        if not self.is_valid():
            field, faults = next(iter(self.errors.items()))
            raise Invalid(field, str(faults[0]))
        return self.cleaned_data


class DaysForm(forms.Form):
    """The first and last business date of a list, both inclusive and optional. An invalid date counts as missing."""

    def __init__(self, asked: QueryDict) -> None:
        super().__init__(asked)
        for name in ("from", "to"):
            self.fields[name] = forms.DateField(required=False, input_formats=["%Y-%m-%d"])

    def days(self) -> dict[str, Any]:
        self.is_valid()
        return {"first": self.cleaned_data.get("from"), "last": self.cleaned_data.get("to")}


class ScanForm(CheckedForm):
    code = forms.CharField(max_length=200)
    quantity = AmountField(required=False, min_value=Decimal("0.001"), max_value=MOST_QUANTITY)


class VersionForm(CheckedForm):
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class DiscountForm(VersionForm):
    """Percent or amount; with neither, the discount is removed."""

    percent = AmountField(required=False, min_value=ZERO, max_value=Decimal(100), decimal_places=2)
    amount = money(required=False)

    def discount(self) -> tuple[Decimal, Decimal]:
        values = self.values()
        return values["percent"] or ZERO, values["amount"] or ZERO


class PriceForm(VersionForm):
    """Without a price, the list price applies again."""

    unit_price = money(required=False)
    reason = forms.CharField(max_length=200, required=False)


class AgeForm(VersionForm):
    age = forms.IntegerField(min_value=1, max_value=OLDEST)


class NoteForm(VersionForm):
    note = forms.CharField(max_length=200, required=False)


class AttachForm(CheckedForm):
    product = forms.CharField(max_length=100, required=False)


class QuantityForm(VersionForm):
    """`quantity` is the new quantity, `by` the number to add to the current one."""

    quantity = AmountField(required=False, min_value=ZERO, max_value=MOST_QUANTITY, decimal_places=3)
    by = forms.IntegerField(required=False, min_value=-1000, max_value=1000)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("by") is None and self.cleaned_data.get("quantity") is None and not self.errors:
            self.add_error("quantity", self.fields["quantity"].error_messages["required"])
        return self.cleaned_data


class WhoForm(VersionForm):
    who = forms.CharField(max_length=254)


class PointsForm(VersionForm):
    points = money()
    pin = forms.CharField(max_length=20, required=False)


class AmountForm(CheckedForm):
    amount = money()


class LabelForm(VersionForm):
    label = forms.CharField(max_length=50, required=False)


class Tenders(CheckedForm):
    """Reads the repeated fields method, amount and reference as payments, and skips empty amounts."""

    def payments(self) -> list[Tendered]:
        data = self.data
        assert isinstance(data, QueryDict)
        methods, amounts, references = (data.getlist(name) for name in ("method", "amount", "reference"))
        references += [""] * (len(methods) - len(references))
        return [
            Tendered(method, self.amount(amount), reference[:50].strip())
            for method, amount, reference in zip(methods, amounts, references, strict=False)
            if amount.strip()
        ]

    def amount(self, text: str) -> Decimal:
        try:
            return money(min_value=Decimal("0.001")).clean(text)
        except forms.ValidationError as error:
            raise Invalid("payments", error.messages[0]) from error


class PayForm(VersionForm, Tenders):
    shown_total = money()
    shown_difference = money(min_value=-MOST_MONEY, required=False)
    shown_on_cards = money(required=False)


class OpenShiftForm(CheckedForm):
    register = forms.CharField(max_length=10)
    opening_float = money()


class CashForm(CheckedForm):
    kind = forms.ChoiceField(choices=[(kind.value, kind.label) for kind in BY_HAND])
    amount = money(required=False)
    reason = forms.CharField(max_length=200)


class CloseShiftForm(CheckedForm):
    """The count: the number of each coin and note (`count_0.50`), or one sum."""

    counted = money(required=False)
    reason = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for face in denominations():
            self.fields[f"count_{face:f}"] = forms.IntegerField(required=False, min_value=0, max_value=100_000)

    def total(self) -> Decimal:
        values = self.values()
        if values["counted"] is not None:
            return values["counted"]
        if all(values[f"count_{face:f}"] is None for face in denominations()):
            raise Invalid("counted", _("Count the drawer first; an empty drawer counts 0."), "required")
        return sum((face * number for face, number in self.pieces().items()), ZERO)

    def pieces(self) -> dict[Decimal, int]:
        """Empty if only the sum was given."""
        values = self.values()
        if values["counted"] is not None:
            return {}
        return {face: values[f"count_{face:f}"] or 0 for face in denominations()}


def quantity_of(text: str) -> Decimal:
    try:
        return AmountField(max_value=MOST_QUANTITY, decimal_places=3).clean(text)
    except forms.ValidationError as error:
        raise Invalid("lines", error.messages[0]) from error


class RefundForm(Tenders):
    """`line_3` is the quantity of the bill's line 3 to return; `damaged_3` means that it does not go back to the
    shelf."""

    reason = forms.CharField(max_length=200)
    key = forms.UUIDField()
    basket = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def lines(self) -> list[Returned]:
        return [
            Returned(int(position), quantity_of(text), to_stock=f"damaged_{position}" not in self.data)
            for name, text in self.data.items()
            if (position := name.removeprefix("line_")) != name and position.isdecimal() and text.strip(" 0.,")
        ]

    def wish(self, bill: str, register: str) -> Wish:
        asked = self.values()
        return Wish(asked["key"], bill, self.lines(), self.payments(), asked["reason"], register)


class ClaimForm(CheckedForm):
    """`quantity_7` is the quantity of product 7 to return; `damaged_7` means that it does not go back to the shelf."""

    reason = forms.CharField(max_length=200)
    key = forms.UUIDField()
    credit = forms.CharField(max_length=50, required=False)
    shown_total = money(required=False)

    def lines(self) -> list[Claimed]:
        asked = {name.removeprefix("quantity_"): text for name, text in self.data.items()}
        return [
            Claimed(quantity_of(text), int(product), to_stock=f"damaged_{product}" not in self.data)
            for product, text in asked.items()
            if product.isascii() and product.isdecimal() and len(product) < 19 and text.strip(" 0.,")
        ]

    def claim(self, register: str) -> Claim:
        asked = self.values()
        return Claim(
            asked["key"],
            self.lines(),
            asked["reason"],
            register,
            code=asked["credit"],
            shown_total=asked["shown_total"],
        )


class AdjustForm(CheckedForm):
    key = forms.UUIDField()
    amount = money(min_value=-MOST_MONEY)
    reason = forms.CharField(max_length=200)


class GiftCardForm(CheckedForm):
    key = forms.UUIDField()
    amount = money()
    tender = forms.CharField(max_length=20)
    code = forms.CharField(max_length=50, required=False)
    reference = forms.CharField(max_length=50, required=False)


class CodeForm(CheckedForm):
    code = forms.CharField(max_length=50)


class BlockForm(CheckedForm):
    blocked = forms.BooleanField(required=False)
    reason = forms.CharField(max_length=200)
