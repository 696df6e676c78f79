"""The body of a late sale: what a machine sold while it was away from the server."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from billing.models import Tender, TenderKind
from billing.order import MOST_LINES, MOST_PAYMENTS
from billing.outage.rung_up import Content, RungUp
from inventory.models import OLDEST
from pos.api.fields import IdField, MomentField, MoneyField, QuantityField, RateField, StrictSerializer, TextField
from pos.errors import Invalid
from pos.money import quantity_text, rounded, text

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
KINDS = {TenderKind.CASH, TenderKind.CARD}


class LateLineSerializer(StrictSerializer):
    product = IdField(required=False)
    barcode = TextField(max_length=64, required=False)
    name = TextField(max_length=200, required=False, help_text="for the manager, where the shop no longer knows it")
    quantity = QuantityField(min_value="0.001")
    unit_price = MoneyField(min_value=0, help_text="as the customer was shown it")
    tax_rate = RateField(required=False, help_text='as the customer was shown it: "0.19"; else the rate of now')

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("product" in attrs) == ("barcode" in attrs):
            raise ValidationError({"product": [ErrorDetail("Name a product or a barcode, one of them.", "required")]})
        return attrs


class LatePaymentSerializer(StrictSerializer):
    method = TextField(max_length=20, help_text="the code of a tender that is cash or a card")
    amount = MoneyField(min_value="0.001")
    reference = TextField(max_length=50, required=False, help_text="of the terminal; never a card number")


class LateSaleSerializer(StrictSerializer):
    """A sale that was made while the server was away."""

    sold_at = MomentField(help_text="by the machine's own clock")
    register = TextField(max_length=10, required=False, help_text="its code; API when left out")
    lines = LateLineSerializer(many=True, allow_empty=False, max_length=MOST_LINES)
    payments = LatePaymentSerializer(many=True, max_length=MOST_PAYMENTS)
    shown_total = MoneyField(min_value=0, required=False, help_text="what the customer was told it costs")
    receipt = TextField(
        max_length=20, required=False, help_text="the number on the customer's paper, each once at its register"
    )
    sold_by = TextField(max_length=150, required=False, help_text="who sold it, where a person did")
    age_checked = serializers.IntegerField(
        min_value=0, max_value=OLDEST, required=False, help_text="how old the customer was seen to be"
    )

    def validate_sold_at(self, at: datetime) -> datetime:
        if not EARLIEST <= at < LATEST:
            raise ValidationError([ErrorDetail("A moment between 1970 and 2100.", "invalid")])
        return at

    def rung_up(self, key: UUID) -> RungUp:
        """The sale with all its numbers in one spelling."""
        asked = self.validated_data
        refuse_stored_value(asked["payments"])
        register = asked.get("register", "API").upper()
        lines = [line_of(line) for line in asked["lines"]]
        total = asked.get("shown_total")
        content = {
            "register": register,
            "number": f"{register}-L-{asked.get('receipt') or key.hex[:12]}",
            "by": asked.get("sold_by", ""),
            "at": asked["sold_at"].astimezone(UTC).isoformat(),
            "lines": lines,
            "payments": [{**paid, "amount": text(paid["amount"])} for paid in asked["payments"]],
            "total": text(sum_of(asked["lines"]) if total is None else total),
        }
        told = {"total_is_sum": True} if total is None else {}
        age = {"age_checked": asked["age_checked"]} if asked.get("age_checked") else {}
        return RungUp(key, content | told | age)


def line_of(line: dict[str, Any]) -> Content:
    rate = {"tax_rate": f"{line['tax_rate'].normalize():f}"} if "tax_rate" in line else {}
    named = {name: line[name] for name in ("product", "barcode", "name") if name in line}
    return {**named, **rate, "quantity": quantity_text(line["quantity"]), "price": text(line["unit_price"])}


def sum_of(lines: list[dict[str, Any]]) -> Decimal:
    return sum((rounded(line["quantity"] * line["unit_price"]) for line in lines), Decimal(0))


def refuse_stored_value(payments: list[dict[str, Any]]) -> None:
    """Refuses gift cards and credit, whose balance nobody could look at. An unknown tender waits for a manager."""
    codes = {payment["method"] for payment in payments}
    if Tender.objects.filter(code__in=codes).exclude(kind__in=KINDS).exists():
        raise Invalid("payments", _("A late sale is paid in cash or by card."), "not_cash_or_card")
