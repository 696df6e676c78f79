"""Serializers of bills and quotes in answers, and of the query for bills."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from billing.models import BillKind
from billing.price_steps import STEPS
from inventory.models import SoldBy
from pos.api.fields import IdField, MomentField, MoneyField, QuantityField, RateField, StrictSerializer, TextField
from pos.api.views import UpdatedSince


class StepSerializer(StrictSerializer):
    step = serializers.ChoiceField(list(STEPS))
    amount = MoneyField(help_text="signed: what it adds to the line")


class RefundedSerializer(StrictSerializer):
    number = serializers.CharField(help_text="of the sale")
    line = serializers.IntegerField(help_text="of the sale")


class LineSerializer(StrictSerializer):
    line = serializers.IntegerField()
    product = serializers.IntegerField()
    sku = serializers.CharField()
    name = serializers.CharField()
    sold_by = serializers.ChoiceField(SoldBy.choices, help_text="what `quantity` counts: pieces, or kilograms")
    quantity = QuantityField()
    list_price = MoneyField(help_text="the product's own")
    unit_price = serializers.CharField()
    discount = MoneyField(help_text="everything taken off this line")
    net = MoneyField()
    tax_rate = RateField()
    tax = MoneyField()
    note = serializers.CharField(allow_blank=True)
    oversold = QuantityField(help_text="the part of the quantity the books had none of; a manager is asked for it")
    explanation = StepSerializer(many=True, help_text="from the list price to what the line costs")
    refund_of = RefundedSerializer(allow_null=True, help_text="the line sold, where this one takes it back")


class TaxSerializer(StrictSerializer):
    rate = RateField()
    base = MoneyField(help_text="without the tax")
    tax = MoneyField()


class PaymentSerializer(StrictSerializer):
    method = serializers.CharField()
    amount = MoneyField()
    reference = serializers.CharField(allow_blank=True)


class SoldCardSerializer(StrictSerializer):
    last4 = serializers.CharField()
    amount = MoneyField()
    code = serializers.CharField(
        allow_null=True, help_text="in the answer to who sold it and only for a quarter of an hour: it is not kept"
    )


class FiguresSerializer(StrictSerializer):
    currency = serializers.CharField(help_text="ISO 4217")
    prices_include_tax = serializers.BooleanField(help_text="whether unit prices and totals hold the tax")
    subtotal = MoneyField(help_text="sum of quantity x unit price")
    discount = MoneyField(help_text="everything taken off, VIP included")
    vip_discount = MoneyField()
    manual_discount = MoneyField(help_text="taken off the whole bill by hand")
    tax = MoneyField()
    taxes = TaxSerializer(many=True)
    total = MoneyField(help_text="what the goods cost, before points")
    cards_sold = MoneyField(help_text="gift cards sold with them: due beside the total, and no revenue")
    points_spent = MoneyField()
    points_earned = MoneyField()
    cash_rounding = MoneyField()


class QuoteSerializer(FiguresSerializer):
    lines = LineSerializer(many=True)
    due = MoneyField(help_text="total less points, and the gift cards")
    due_in_cash = MoneyField(help_text="what is due if all of it is paid in cash")
    minimum_age = serializers.IntegerField(help_text="the customer is asked for; 0: nobody is asked")


class BillSerializer(FiguresSerializer):
    number = serializers.CharField()
    key = serializers.UUIDField()
    kind = serializers.ChoiceField(BillKind.choices)
    at = MomentField()
    business_date = serializers.DateField()
    register = serializers.CharField()
    shift = serializers.IntegerField()
    cashier = serializers.CharField(help_text="username")
    member = serializers.IntegerField(allow_null=True)
    lines = LineSerializer(many=True)
    gift_cards = SoldCardSerializer(many=True, help_text="sold on this bill")
    payments = PaymentSerializer(many=True)
    change = MoneyField()
    age_checked = serializers.IntegerField(help_text="the customer was asked, and is at least so old")
    exchange = serializers.CharField(allow_null=True, help_text="number of the bill that is one exchange with this one")
    refunds = serializers.ListField(child=serializers.CharField())


class StoreCreditSerializer(StrictSerializer):
    amount = MoneyField()
    code = serializers.CharField(
        allow_null=True, help_text="of new credit, to who made it and only for a quarter of an hour: it is not kept"
    )


class RefundSerializer(BillSerializer):
    store_credit = StoreCreditSerializer(allow_null=True)


class DealSerializer(StrictSerializer):
    store_credit = StoreCreditSerializer(allow_null=True)
    refund = BillSerializer()
    sale = BillSerializer()
    difference = MoneyField(help_text="what was paid for the exchange, negative where money went back")


class BackSerializer(StrictSerializer):
    line = serializers.IntegerField()
    product = serializers.IntegerField()
    sku = serializers.CharField()
    name = serializers.CharField()
    quantity = QuantityField()
    to_stock = serializers.BooleanField()
    net = MoneyField()
    tax = MoneyField()
    worth = MoneyField(help_text="what the customer gets for it, tax included")


class GivenSerializer(StrictSerializer):
    method = serializers.CharField()
    amount = MoneyField()


class DealQuoteSerializer(StrictSerializer):
    returned = BackSerializer(many=True)
    worth = MoneyField(help_text="of all that comes back")
    points_back = MoneyField(help_text="spent points the member gets again")
    points_taken = MoneyField(help_text="earned points the member loses")
    sale = QuoteSerializer()
    carried = MoneyField(help_text="what the goods that come back pay of the sale")
    difference = MoneyField(help_text="what is to be paid, negative where money goes back")
    due = MoneyField(help_text="what is to be paid, or zero")
    due_in_cash = MoneyField(help_text="what is due if all of it is paid in cash")
    given_back = GivenSerializer(many=True, help_text="the way money would go back, tender by tender")


class BillQuery(UpdatedSince):
    # `from` is a Python keyword, so these fields are added by name.
    register = TextField(max_length=10, required=False)
    cashier = TextField(max_length=50, required=False, help_text="username")
    member = IdField(required=False)
    kind = serializers.ChoiceField(BillKind.choices, required=False)

    def get_fields(self) -> dict[str, Any]:
        return {
            "from": serializers.DateField(required=False, help_text="business date, inclusive"),
            "to": serializers.DateField(required=False, help_text="business date, inclusive"),
            **super().get_fields(),
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "from" in attrs and "to" in attrs and attrs["from"] > attrs["to"]:
            raise ValidationError({"to": [ErrorDetail("This is before `from`.", "invalid")]})
        return attrs
