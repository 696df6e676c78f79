"""Serializers of requests for refunds and exchanges."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from billing.api.serializers.sale import AskedSerializer, OrderSerializer, TenderedSerializer
from billing.order import MOST_LINES, MOST_PAYMENTS, Order, Tendered
from billing.returns.exchanges import Exchange
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from billing.returns.without_receipt import Claim, Claimed
from inventory.models import ReasonFor
from inventory.shelf import reasons
from pos.api.fields import IdField, MoneyField, QuantityField, StrictSerializer, TextField, YesNoField
from pos.api.items import ItemsField


class ReturnedSerializer(StrictSerializer):
    line = serializers.IntegerField(min_value=1, max_value=32767, help_text="its number on the bill")
    quantity = QuantityField(min_value="0.001")
    to_stock = YesNoField(default=True, help_text="back to the shelf; false: damaged")


class ApprovalField(TextField):
    def __init__(self, **kw: Any) -> None:
        told = "the approval asked for after a 409 `needs_approval`"
        super().__init__(**{"max_length": 100, "required": False, "write_only": True, "help_text": told, **kw})


class ApprovedSerializer(StrictSerializer):
    """A deed that may need a manager's approval, or more than one."""

    approval = ApprovalField()
    approvals = ItemsField(
        child=TextField(max_length=100),
        max_length=5,
        required=False,
        write_only=True,
        help_text="where more than one was asked for: a large refund of goods that come back late",
    )

    def tokens(self) -> list[str]:
        asked = self.validated_data
        return [*asked.get("approvals", []), *([asked["approval"]] if "approval" in asked else [])]


class ReasonedSerializer(StrictSerializer):
    """A deed that says why: in words, by the code of a reason the shop keeps, or both."""

    reason = TextField(max_length=200, required=False)
    reason_code = TextField(max_length=30, required=False, help_text="of `/reasons`: its text is put before `reason`")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "reason" not in attrs and "reason_code" not in attrs:
            raise ValidationError({"reason": [ErrorDetail("Say why, in words or by a reason's code.", "required")]})
        return super().validate(attrs)


def reason_said(asked: Mapping[str, Any], deed: str = ReasonFor.REFUND) -> str:
    """The reason given, as text."""
    note = asked.get("reason", "")
    return reasons.text_of(deed, asked["reason_code"], note) if "reason_code" in asked else note


class WishSerializer(ReasonedSerializer, ApprovedSerializer):
    """The body of a refund."""

    register = TextField(max_length=10, required=False, help_text="where the money goes back; API when left out")
    lines = ReturnedSerializer(many=True, allow_empty=False, max_length=MOST_LINES)
    payments = TenderedSerializer(
        many=True, max_length=MOST_PAYMENTS, help_text="positive amounts; no tender gives back more than it took"
    )

    def wish(self, key: UUID, bill: str) -> Wish:
        asked = self.validated_data
        return Wish(
            key=key,
            bill=bill,
            lines=[Returned(**line) for line in asked["lines"]],
            payments=[Tendered(**payment) for payment in asked["payments"]],
            reason=reason_said(asked),
            register=asked.get("register", "API"),
        )


class ClaimedSerializer(StrictSerializer):
    product = IdField(required=False)
    barcode = TextField(max_length=64, required=False)
    quantity = QuantityField(min_value="0.001")
    to_stock = YesNoField(default=True, help_text="back to the shelf; false: damaged")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("product" in attrs) == ("barcode" in attrs):
            raise ValidationError({"product": [ErrorDetail("Name a product or a barcode, one of them.", "required")]})
        return attrs


class ClaimSerializer(ReasonedSerializer):
    """Goods brought back without a receipt: for store credit only, with a manager's approval."""

    register = TextField(max_length=10, required=False, help_text="API when left out")
    lines = ClaimedSerializer(many=True, allow_empty=False, max_length=MOST_LINES)
    member = IdField(required=False, allow_null=True)
    code = TextField(max_length=50, required=False, help_text="of store credit to add to; new credit when left out")
    shown_total = MoneyField(min_value=0, required=False, allow_null=True, help_text="it stops if it no longer holds")
    approval = ApprovalField()

    def claim(self, key: UUID) -> Claim:
        asked = dict(self.validated_data)
        asked["reason"] = reason_said(asked)
        for name in ("approval", "reason_code"):
            asked.pop(name, None)
        return Claim(**{**asked, "key": key, "lines": [Claimed(**line) for line in asked["lines"]]})


class SwapSerializer(AskedSerializer):
    """The body of a quote for an exchange."""

    returned = ReturnedSerializer(
        many=True, allow_empty=False, max_length=MOST_LINES, help_text="lines of the bill in the address"
    )

    def swap(self, data: Any) -> tuple[list[Returned], Order]:
        asked = self.checked(data)
        return [Returned(**line) for line in asked["returned"]], self.order_of(asked, uuid4())


class ExchangeSerializer(ReasonedSerializer, OrderSerializer):
    """A sale, and what comes back for it. The goods that come back pay first; one of the two payments stays empty."""

    returned = ReturnedSerializer(
        many=True, allow_empty=False, max_length=MOST_LINES, help_text="lines of the bill in the address"
    )
    payments = TenderedSerializer(
        many=True, required=False, default=list, max_length=MOST_PAYMENTS, help_text="what the customer adds"
    )
    given_back = TenderedSerializer(
        many=True,
        required=False,
        default=list,
        max_length=MOST_PAYMENTS,
        help_text="positive amounts; no tender gives back more than it took",
    )
    shown_difference = MoneyField(
        required=False,
        allow_null=True,
        help_text="what is to be paid, negative where money goes back; the exchange stops if it no longer holds",
    )

    def exchange(self, data: Any, key: UUID, bill: str) -> Exchange:
        asked = self.checked(data)
        returned, given = ([Returned(**r) for r in asked["returned"]], [Tendered(**p) for p in asked["given_back"]])
        wish = Wish(key, bill, returned, given, reason_said(asked), asked.get("register", "API"))
        return Exchange(wish, self.order_of(asked, key), asked.get("shown_difference"))
