"""The shapes of billing's part of the API."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.settings import api_settings

from billing.coins import denominations
from billing.drawer import BY_HAND
from billing.exchanges import Exchange
from billing.explaining import STEPS
from billing.mirror import Wish
from billing.models import BillKind, RegisterKind
from billing.order import Order, Tendered, Wanted
from billing.rests import Returned
from billing.without_receipt import Claim, Claimed
from pos.api import MoneyField, QuantityField, Query, RateField, StrictSerializer, TextField, UpdatedSince
from pos.api_fields import NumberField
from pos.money import ZERO

NON_FIELD = api_settings.NON_FIELD_ERRORS_KEY


class IdField(serializers.IntegerField):
    """A row's id, as a number or as its digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": 2**63 - 1, **kwargs})

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not (
            isinstance(data, int) or (isinstance(data, str) and data.isascii() and data.isdecimal())
        ):
            self.fail("invalid")
        return super().to_internal_value(data)


class PercentField(NumberField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=5, decimal_places=2, min_value=Decimal(0), max_value=Decimal(100), **kwargs)


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
    note = TextField(max_length=200, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("product" in attrs) == ("barcode" in attrs):
            raise ValidationError({"product": [ErrorDetail("Name a product or a barcode, one of them.", "required")]})
        return attrs


class TenderedSerializer(StrictSerializer):
    method = TextField(max_length=20, help_text="a tender's code: cash, card, or one a manager defined")
    amount = MoneyField(min_value="0.001")
    reference = TextField(
        max_length=50, required=False, allow_blank=True, help_text="of the terminal; never a card number"
    )


class AskedSerializer(StrictSerializer):
    """The body of a quote."""

    register = TextField(max_length=10, required=False, help_text="its code; API when left out")
    lines = WantedSerializer(many=True, allow_empty=False)
    member = IdField(required=False, allow_null=True)
    points = MoneyField(min_value=0, required=False, help_text="to spend; needs a member")
    discount_percent = PercentField(required=False, help_text="off the whole bill, after the VIP's")
    discount_amount = MoneyField(min_value=0, required=False, help_text="off the whole bill, after the percentage")

    def order(self, data: Any, key: UUID) -> Order:
        """What the body asks for, or ValidationError. Keeps nothing, so that one serializer serves every request."""
        return self.order_of(self.checked(data), key)

    def checked(self, data: Any) -> dict[str, Any]:
        if data is None:
            raise ValidationError({NON_FIELD: [ErrorDetail("No data provided", "null")]})
        return self.run_validation(data)

    def order_of(self, asked: dict[str, Any], key: UUID) -> Order:
        return Order(
            key=key,
            register=asked.get("register", "API"),
            lines=[Wanted(**line) for line in asked["lines"]],
            payments=[Tendered(**payment) for payment in asked.get("payments", [])],
            member=asked.get("member"),
            points=asked.get("points", ZERO),
            consent=asked.get("consent"),
            shown_total=asked.get("shown_total"),
            discount_percent=asked.get("discount_percent", ZERO),
            discount_amount=asked.get("discount_amount", ZERO),
            approvals=asked.get("approvals", ()),
        )


class OrderSerializer(AskedSerializer):
    """The body of a sale."""

    consent = TextField(max_length=100, required=False, allow_null=True, help_text="the member's, for the points")
    payments = TenderedSerializer(many=True)
    approvals = serializers.ListField(
        child=TextField(max_length=100),
        max_length=5,
        required=False,
        help_text="managers' words for discounts and prices beyond your limits, each good once for these very values",
    )
    shown_total = MoneyField(
        min_value=0, required=False, allow_null=True, help_text="the sale stops if it no longer holds"
    )


class ReturnedSerializer(StrictSerializer):
    line = serializers.IntegerField(min_value=1, max_value=32767, help_text="its number on the bill")
    quantity = QuantityField(min_value="0.001")
    to_stock = serializers.BooleanField(default=True, help_text="back to the shelf; false: damaged")


class ApprovalField(TextField):
    def __init__(self, **kw: Any) -> None:
        told = "the approval asked for after a 409 `needs_approval`"
        super().__init__(**{"max_length": 100, "required": False, "write_only": True, "help_text": told, **kw})


class WishSerializer(StrictSerializer):
    """The body of a refund."""

    register = TextField(max_length=10, required=False, help_text="where the money goes back; API when left out")
    lines = ReturnedSerializer(many=True, allow_empty=False)
    payments = TenderedSerializer(many=True, help_text="positive amounts; no tender gives back more than it took")
    reason = TextField(max_length=200)
    approval = ApprovalField()

    def wish(self, key: UUID, bill: str) -> Wish:
        asked = self.validated_data
        return Wish(
            key=key,
            bill=bill,
            lines=[Returned(**line) for line in asked["lines"]],
            payments=[Tendered(**payment) for payment in asked["payments"]],
            reason=asked["reason"],
            register=asked.get("register", "API"),
        )


class ClaimedSerializer(StrictSerializer):
    product = IdField(required=False)
    barcode = TextField(max_length=64, required=False)
    quantity = QuantityField(min_value="0.001")
    to_stock = serializers.BooleanField(default=True, help_text="back to the shelf; false: damaged")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("product" in attrs) == ("barcode" in attrs):
            raise ValidationError({"product": [ErrorDetail("Name a product or a barcode, one of them.", "required")]})
        return attrs


class ClaimSerializer(StrictSerializer):
    """Goods brought back without a receipt: for store credit only, with a manager's approval."""

    register = TextField(max_length=10, required=False, help_text="API when left out")
    lines = ClaimedSerializer(many=True, allow_empty=False)
    reason = TextField(max_length=200)
    member = IdField(required=False, allow_null=True)
    code = TextField(max_length=50, required=False, help_text="of store credit to add to; new credit when left out")
    shown_total = MoneyField(min_value=0, required=False, allow_null=True, help_text="it stops if it no longer holds")
    approval = ApprovalField()

    def claim(self, key: UUID) -> Claim:
        asked = dict(self.validated_data)
        asked.pop("approval", None)
        return Claim(**{**asked, "key": key, "lines": [Claimed(**line) for line in asked["lines"]]})


class ExchangeSerializer(OrderSerializer):
    """A sale, and what comes back for it. The goods that come back pay first; one of the two payments stays empty."""

    returned = ReturnedSerializer(many=True, allow_empty=False, help_text="lines of the bill in the address")
    reason = TextField(max_length=200)
    payments = TenderedSerializer(many=True, required=False, default=list, help_text="what the customer adds")
    given_back = TenderedSerializer(
        many=True, required=False, default=list, help_text="positive amounts; no tender gives back more than it took"
    )
    shown_difference = MoneyField(
        required=False,
        allow_null=True,
        help_text="what is to be paid, negative where money goes back; the exchange stops if it no longer holds",
    )

    def exchange(self, data: Any, key: UUID, bill: str) -> Exchange:
        asked = self.checked(data)
        returned, given = ([Returned(**r) for r in asked["returned"]], [Tendered(**p) for p in asked["given_back"]])
        wish = Wish(key, bill, returned, given, asked["reason"], asked.get("register", "API"))
        return Exchange(wish, self.order_of(asked, key), asked.get("shown_difference"))


class StepSerializer(StrictSerializer):
    step = serializers.ChoiceField(list(STEPS))
    amount = MoneyField(help_text="signed: what it adds to the line")


class LineSerializer(StrictSerializer):
    line = serializers.IntegerField()
    product = serializers.IntegerField()
    sku = serializers.CharField()
    name = serializers.CharField()
    quantity = QuantityField()
    list_price = MoneyField(help_text="the product's own")
    unit_price = serializers.CharField()
    discount = MoneyField(help_text="everything taken off this line")
    net = MoneyField()
    tax_rate = RateField()
    tax = MoneyField()
    note = serializers.CharField(allow_blank=True)
    explanation = StepSerializer(many=True, help_text="from the list price to what the line costs")


class TaxSerializer(StrictSerializer):
    rate = RateField()
    base = MoneyField(help_text="without the tax")
    tax = MoneyField()


class PaymentSerializer(StrictSerializer):
    method = serializers.CharField()
    amount = MoneyField()
    reference = serializers.CharField(allow_blank=True)


class FiguresSerializer(StrictSerializer):
    subtotal = MoneyField(help_text="sum of quantity x unit price")
    discount = MoneyField(help_text="everything taken off, VIP included")
    vip_discount = MoneyField()
    manual_discount = MoneyField(help_text="taken off the whole bill by hand")
    tax = MoneyField()
    taxes = TaxSerializer(many=True)
    total = MoneyField(help_text="what the sale costs, before points")
    points_spent = MoneyField()
    points_earned = MoneyField()
    cash_rounding = MoneyField()


class QuoteSerializer(FiguresSerializer):
    lines = LineSerializer(many=True)
    due = MoneyField(help_text="total less points")
    due_in_cash = MoneyField(help_text="what is due if all of it is paid in cash")


class BillSerializer(FiguresSerializer):
    number = serializers.CharField()
    key = serializers.UUIDField()
    kind = serializers.ChoiceField(BillKind.choices)
    at = serializers.DateTimeField()
    business_date = serializers.DateField()
    register = serializers.CharField()
    shift = serializers.IntegerField()
    cashier = serializers.CharField(help_text="username")
    member = serializers.IntegerField(allow_null=True)
    lines = LineSerializer(many=True)
    payments = PaymentSerializer(many=True)
    change = MoneyField()
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


class BillQuery(UpdatedSince):
    # `from` is a word of Python's own, so the fields are added by name.
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


class RegisterSerializer(StrictSerializer):
    code = TextField(max_length=10)
    name = TextField(max_length=50)
    kind = serializers.ChoiceField(RegisterKind.choices, default=RegisterKind.TILL)
    is_active = serializers.BooleanField(read_only=True)
    shift = serializers.IntegerField(read_only=True, allow_null=True, help_text="the open one")


class ShiftSerializer(StrictSerializer):
    id = serializers.IntegerField()
    register = serializers.CharField()
    business_date = serializers.DateField()
    opened_at = serializers.DateTimeField()
    opened_by = serializers.CharField()
    is_open = serializers.BooleanField()
    closed_at = serializers.DateTimeField(allow_null=True)
    closed_by = serializers.CharField(allow_null=True)
    counted = MoneyField(allow_null=True)
    expected = MoneyField(allow_null=True, help_text="told after the count")
    difference = MoneyField(allow_null=True)


class ShiftQuery(Query):
    register = TextField(max_length=10, required=False)
    is_open = serializers.BooleanField(required=False)


class OpeningSerializer(StrictSerializer):
    def get_fields(self) -> dict[str, Any]:
        return {"float": MoneyField(min_value=0, help_text="the counted cash the shift begins with")}


class ClosingSerializer(StrictSerializer):
    """The count: one sum, or pieces of each coin and note."""

    counted = MoneyField(min_value=0, required=False)
    denominations = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=100_000), required=False, help_text='{"50": 2, "0.20": 7}'
    )
    reason = TextField(max_length=200, required=False, allow_blank=True)
    approval = ApprovalField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("counted" in attrs) == ("denominations" in attrs):
            raise ValidationError(
                {"counted": [ErrorDetail("Give the sum or the denominations, one of them.", "required")]}
            )
        return attrs

    def validate_denominations(self, counts: Mapping[str, int]) -> Mapping[str, int]:
        known = {f"{face.normalize():f}" for face in denominations()} | {f"{face:f}" for face in denominations()}
        if unknown := [face for face in counts if face not in known]:
            raise ValidationError(f"{settings.CURRENCY} has no {unknown[0][:20]}.")
        return counts

    def total(self) -> Decimal:
        asked = self.validated_data
        if "counted" in asked:
            return asked["counted"]
        return sum((face * number for face, number in self.pieces().items()), ZERO)

    def pieces(self) -> dict[Decimal, int]:
        """Nothing when the sum was given alone."""
        pieces = defaultdict[Decimal, int](int)
        for face, number in self.validated_data.get("denominations", {}).items():
            pieces[Decimal(face)] += number
        return dict(pieces)


class CashSerializer(StrictSerializer):
    kind = serializers.ChoiceField([kind.value for kind in BY_HAND])
    amount = MoneyField(min_value=0, required=False, help_text="unsigned; none for no_sale")
    reason = TextField(max_length=200)
    approval = ApprovalField()
    id = serializers.IntegerField(read_only=True)
    at = serializers.DateTimeField(read_only=True)
    by = serializers.CharField(read_only=True)


class ReportSerializer(StrictSerializer):
    """X while the shift is open, the stored Z afterwards."""

    kind = serializers.ChoiceField(["X", "Z"])
    number = serializers.IntegerField(allow_null=True)
    digest = serializers.CharField(
        allow_null=True, help_text="of a Z: SHA-256 in hex over the digest before it, the number and the figures"
    )
    figures = serializers.DictField()
