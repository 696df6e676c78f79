"""Serializers of baskets."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from billing.api.serializers.bills import FiguresSerializer, StepSerializer
from billing.api.serializers.returns import ApprovedSerializer
from billing.api.serializers.sale import TenderedSerializer
from billing.models import BasketState
from billing.order import MOST_PAYMENTS
from inventory.models import OLDEST, SoldBy
from pos.api.fields import IdField, MomentField, MoneyField, PercentField, QuantityField, StrictSerializer, TextField
from pos.api.views import Query

UNPAID = [BasketState.OPEN.value, BasketState.PARKED.value]


class RegisterCodeField(TextField):
    def __init__(self, **kw: Any) -> None:
        super().__init__(**{"max_length": 10, "default": "API", "help_text": "its code; API when left out", **kw})


class BasketQuery(Query):
    register = TextField(max_length=10, required=False)
    state = serializers.ChoiceField(UNPAID, required=False)


class BasketHeadSerializer(StrictSerializer):
    id = serializers.IntegerField()
    key = serializers.UUIDField(help_text="its bill will be found by this key")
    version = serializers.IntegerField(help_text="increases with every change; the `ETag` begins with it")
    state = serializers.ChoiceField(BasketState.choices)
    register = serializers.CharField()
    cashier = serializers.CharField(help_text="username")
    member = serializers.IntegerField(allow_null=True)
    bill = serializers.CharField(allow_null=True, help_text="number of the bill it was paid with")
    created_at = MomentField()
    updated_at = MomentField()

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "label": serializers.CharField(allow_blank=True)}


class BasketRowSerializer(BasketHeadSerializer):
    line_count = serializers.IntegerField(help_text="lines of goods and of gift cards")


class BasketLineSerializer(StrictSerializer):
    id = serializers.IntegerField()
    product = serializers.IntegerField()
    sku = serializers.CharField()
    name = serializers.CharField()
    sold_by = serializers.ChoiceField(SoldBy.choices, help_text="what `quantity` counts: pieces, or kilograms")
    quantity = QuantityField(allow_null=True, help_text="null while the goods wait to be weighed")
    list_price = MoneyField(help_text="the product's own")
    unit_price = serializers.CharField()
    price_reason = serializers.CharField(allow_blank=True)
    discount_percent = PercentField()
    discount_amount = MoneyField()
    discount = MoneyField(help_text="everything taken off this line, with its share of what is taken off the bill")
    net = MoneyField()
    note = serializers.CharField(allow_blank=True)
    left = QuantityField(allow_null=True, help_text="what the shelf holds, where the basket wants more")
    is_off_sale = serializers.BooleanField()
    needs_price = serializers.BooleanField(help_text="the basket cannot be paid before it has one")
    explanation = StepSerializer(many=True, help_text="from the list price to what the line costs")


class CardToSellSerializer(StrictSerializer):
    id = serializers.IntegerField()
    amount = MoneyField()


class FaultSerializer(StrictSerializer):
    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class SwapInBasketSerializer(StrictSerializer):
    number = serializers.CharField(help_text="of the bill whose goods come back")
    difference = MoneyField(allow_null=True, help_text="to be paid, negative where money goes back; null: it cannot be")


class BasketSerializer(FiguresSerializer, BasketHeadSerializer):
    lines = BasketLineSerializer(many=True)
    gift_cards = CardToSellSerializer(many=True, help_text="to be sold with it")
    discount_percent = PercentField(help_text="off the whole basket")
    discount_amount = MoneyField(help_text="off the whole basket, after the percentage")
    age_checked = serializers.IntegerField(help_text="the customer was asked, and is at least so old")
    minimum_age = serializers.IntegerField(help_text="the customer is asked for; 0: nobody is asked")
    due = MoneyField(help_text="total less points, and the gift cards")
    due_in_cash = MoneyField(help_text="what is due if all of it is paid in cash")
    on_cards = MoneyField(help_text="the part that cards presented at the till pay")
    exchange = SwapInBasketSerializer(allow_null=True)
    fault = FaultSerializer(allow_null=True, help_text="why it cannot be priced: all figures are zero then")


class AddedSerializer(BasketSerializer):
    added = serializers.IntegerField(help_text="id of the line, or of the gift card")


class OpenBasketSerializer(StrictSerializer):
    register = RegisterCodeField()


class ScanSerializer(ApprovedSerializer):
    """What a scanner reads, or a product by its id."""

    code = TextField(max_length=200, required=False, help_text="barcode, SKU, the shop's own label, GS1; also 3*code")
    product = IdField(required=False)
    quantity = QuantityField(min_value="0.001", required=False, help_text="one; what is weighed waits for its weight")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("product" in attrs) == ("code" in attrs):
            raise ValidationError({"code": [ErrorDetail("Name a code or a product, one of them.", "required")]})
        return attrs


class LineChangeSerializer(ApprovedSerializer):
    """Each field alone or several at once: all of it is done, or nothing."""

    quantity = QuantityField(min_value=0, required=False, help_text="0 removes the line")
    unit_price = MoneyField(min_value=0, required=False, allow_null=True, help_text="null: the list's")
    price_reason = TextField(max_length=200, required=False, allow_blank=True, help_text="why it has another price")
    discount_percent = PercentField(required=False)
    discount_amount = MoneyField(min_value=0, required=False)
    note = TextField(max_length=200, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "price_reason" in attrs and "unit_price" not in attrs:
            raise ValidationError({"unit_price": [ErrorDetail("A reason comes with its price.", "required")]})
        return attrs


class BasketChangeSerializer(ApprovedSerializer):
    """Each field alone or several at once: all of it is done, or nothing."""

    member = IdField(required=False, allow_null=True)
    discount_percent = PercentField(required=False, help_text="off the whole basket")
    discount_amount = MoneyField(min_value=0, required=False, help_text="off the whole basket, after the percentage")
    age_checked = serializers.IntegerField(
        min_value=1, max_value=OLDEST, required=False, help_text="the `minimum_age` the customer was asked for"
    )


class BasketPointsSerializer(StrictSerializer):
    points = MoneyField(min_value=0, help_text="the member pays with; 0: none after all")
    pin = TextField(max_length=20, required=False, help_text="the member's, if the shop asks for it", write_only=True)


class ParkSerializer(StrictSerializer):
    def get_fields(self) -> dict[str, Any]:
        told = "to find it again"
        return {"label": TextField(max_length=50, required=False, allow_blank=True, help_text=told)}


class BasketDropSerializer(ApprovedSerializer):
    pass


class CardAmountSerializer(StrictSerializer):
    amount = MoneyField(min_value="0.001")


class PaySerializer(ApprovedSerializer):
    payments = TenderedSerializer(many=True, max_length=MOST_PAYMENTS)
    shown_total = MoneyField(min_value=0, required=False, help_text="it is not paid if this no longer holds")
    shown_difference = MoneyField(required=False, help_text="needed where goods come back: `exchange.difference`")
    shown_on_cards = MoneyField(min_value=0, required=False, help_text="it is not paid if this no longer holds")
