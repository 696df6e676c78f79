"""Serializers of requests for sales and quotes."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.settings import api_settings

from billing.order import MOST_LINES, MOST_PAYMENTS, Order, Tendered, Wanted
from billing.sale.checks import MOST_CARDS
from inventory.models import OLDEST, ReasonFor
from inventory.shelf import reasons
from pos.api.fields import IdField, MoneyField, PercentField, QuantityField, StrictSerializer, TextField
from pos.api.items import ItemsField
from pos.money import ZERO

NON_FIELD = api_settings.NON_FIELD_ERRORS_KEY


class WantedSerializer(StrictSerializer):
    """A product by its id or by one of its barcodes."""

    product = IdField(required=False)
    barcode = TextField(max_length=64, required=False)
    quantity = QuantityField(min_value="0.001", help_text='pieces or kilograms: "2", "0.350"')
    discount_percent = PercentField(required=False, help_text="off this line, before the amount")
    discount_amount = MoneyField(min_value=0, required=False, help_text="off this line, never below zero")
    unit_price = MoneyField(
        min_value=0, required=False, help_text="another price than the list's; with a reason unless priced at the till"
    )
    price_reason = TextField(max_length=200, required=False, allow_blank=True)
    price_reason_code = TextField(
        max_length=30, required=False, help_text="of `/reasons`: its text is put before `price_reason`"
    )
    note = TextField(max_length=200, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("product" in attrs) == ("barcode" in attrs):
            raise ValidationError({"product": [ErrorDetail("Name a product or a barcode, one of them.", "required")]})
        return attrs


def wanted(lines: list[dict[str, Any]]) -> list[Wanted]:
    """With the texts of the reasons that were given by code."""
    if not any("price_reason_code" in line for line in lines):
        return [Wanted(**line) for line in lines]
    known = reasons.by_code(ReasonFor.PRICE)
    return [Wanted(**with_reason(line, known)) for line in lines]


def with_reason(line: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    code, kept = line.get("price_reason_code"), {n: v for n, v in line.items() if n != "price_reason_code"}
    note = line.get("price_reason", "")
    return kept if code is None else kept | {"price_reason": reasons.chosen(known, code, note, of="price_reason")}


class TenderedSerializer(StrictSerializer):
    method = TextField(max_length=20, help_text="a tender's code: cash, card, or one a manager defined")
    amount = MoneyField(min_value="0.001")
    reference = TextField(
        max_length=50, required=False, allow_blank=True, help_text="of the terminal; never a card number"
    )


class AskedSerializer(StrictSerializer):
    """The body of a quote: that of a sale without its payments. Consent, approvals and shown total are not used up."""

    register = TextField(max_length=10, required=False, help_text="its code; API when left out")
    lines = WantedSerializer(many=True, max_length=MOST_LINES)
    gift_cards = ItemsField(
        child=MoneyField(min_value="0.001"),
        max_length=MOST_CARDS,
        required=False,
        help_text="amounts of new gift cards, sold beside the lines or alone: owed, without tax, discount or points, "
        "and not paid with points, another card or store credit; none in an exchange",
    )
    member = IdField(required=False, allow_null=True)
    points = MoneyField(min_value=0, required=False, help_text="to spend; needs a member")
    discount_percent = PercentField(required=False, help_text="off the whole bill, after the VIP's")
    discount_amount = MoneyField(min_value=0, required=False, help_text="off the whole bill, after the percentage")

    consent = TextField(max_length=100, required=False, allow_null=True, help_text="the member's, for the points")
    approvals = ItemsField(
        child=TextField(max_length=100),
        max_length=5,
        required=False,
        help_text="managers' words for discounts and prices beyond your limits, each good once for these very values",
    )
    age_checked = serializers.IntegerField(
        min_value=0,
        max_value=OLDEST,
        required=False,
        help_text="how old the customer was seen to be; a quote says which age its goods are sold from",
    )
    shown_total = MoneyField(
        min_value=0, required=False, allow_null=True, help_text="the sale stops if it no longer holds"
    )

    def order(self, data: Any, key: UUID) -> Order:
        """The order in the body, or ValidationError. Stores nothing on the serializer, so that one instance serves all
        requests."""
        return self.order_of(self.checked(data), key)

    def checked(self, data: Any) -> dict[str, Any]:
        if data is None:
            raise ValidationError({NON_FIELD: [ErrorDetail("No data provided", "null")]})
        return self.run_validation(data)

    def order_of(self, asked: dict[str, Any], key: UUID) -> Order:
        return Order(
            key=key,
            register=asked.get("register", "API"),
            lines=wanted(asked["lines"]),
            cards=asked.get("gift_cards", ()),
            payments=[Tendered(**payment) for payment in asked.get("payments", [])],
            member=asked.get("member"),
            points=asked.get("points", ZERO),
            consent=asked.get("consent"),
            shown_total=asked.get("shown_total"),
            discount_percent=asked.get("discount_percent", ZERO),
            discount_amount=asked.get("discount_amount", ZERO),
            approvals=asked.get("approvals", ()),
            age_checked=asked.get("age_checked", 0),
        )


class OrderSerializer(AskedSerializer):
    """The body of a sale."""

    payments = TenderedSerializer(many=True, max_length=MOST_PAYMENTS)
