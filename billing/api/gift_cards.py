"""Gift cards and store credit in the API: sell, look up by code, block, adjust."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import attempts
from accounts.http import ApiRequest
from billing.api.once import checked
from billing.models import StoredValue, StoredValueEntry, StoredValueKind, TenderKind
from billing.receipts import card_codes
from billing.stored_value import balances, gift_cards
from pos.api.fields import MomentField, MoneyField, StrictSerializer, TextField, YesNoField
from pos.api.permissions import IsManager, IsStaffMember
from pos.api.views import ApiView, done
from pos.money import text


class CodeField(TextField):
    def __init__(self, **kw: Any) -> None:
        super().__init__(**{"max_length": 50, "help_text": "as printed; spaces and dashes do not matter", **kw})


class CardSaleSerializer(StrictSerializer):
    """With the code of a card it is topped up, without one a new card is made."""

    register = TextField(max_length=10, required=False, help_text="its code; API when left out")
    amount = MoneyField(min_value="0.001")
    tender = TextField(max_length=20, help_text="cash, card, or one a manager defined; never another card")
    code = CodeField(required=False)
    reference = TextField(max_length=50, required=False, allow_blank=True)


class LookSerializer(StrictSerializer):
    code = CodeField()


class BlockSerializer(StrictSerializer):
    blocked = YesNoField()
    reason = TextField(max_length=200)


class AdjustSerializer(StrictSerializer):
    amount = MoneyField(help_text="signed: what the card holds more")
    reason = TextField(max_length=200)


class EntrySerializer(StrictSerializer):
    at = MomentField()
    kind = serializers.ChoiceField(StoredValueKind.choices)
    amount = MoneyField(help_text="signed: what the shop owes more")
    bill = serializers.CharField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    by = serializers.CharField(help_text="username")


class CardSerializer(StrictSerializer):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField([TenderKind.GIFT_CARD.value, TenderKind.STORE_CREDIT.value])
    last4 = serializers.CharField()
    balance = MoneyField()
    is_blocked = serializers.BooleanField()
    code = serializers.CharField(
        allow_null=True, help_text="of a new card, to who sold it and only for a quarter of an hour: it is not kept"
    )
    entries = EntrySerializer(many=True)


def document(card_id: int, code: str = "") -> dict[str, Any]:
    card = StoredValue.objects.get(pk=card_id)
    return {
        "id": card.pk,
        "kind": card.kind,
        "last4": card.last4,
        "balance": text(card.balance),
        "is_blocked": card.is_blocked,
        "code": code or None,
        "entries": [_entry(entry) for entry in card.entries.select_related("bill", "by")],
    }


def _entry(entry: StoredValueEntry) -> dict[str, Any]:
    return {
        "at": entry.at.isoformat().replace("+00:00", "Z"),
        "kind": entry.kind,
        "amount": text(entry.amount),
        "bill": entry.bill.number if entry.bill else None,
        "reason": entry.reason,
        "by": entry.by.username,
    }


class GiftCards(ApiView):
    serializer_class = CardSaleSerializer
    permission_classes = [IsStaffMember]
    reads_key = True

    @extend_schema(
        operation_id="gift_card_sell",
        responses={201: CardSerializer},
    )
    def post(self, request: ApiRequest) -> Response:
        """Sell a gift card, or top one up. The money is a debt of the shop, not revenue."""
        asked = {"register": "API", **checked(self.get_serializer(data=request.data)).validated_data}
        sold = gift_cards.sell(self.key, **asked, by=request.user)
        code = "" if asked.get("code") else card_codes.code_to_show(sold.entry, request.user)
        return done(document(sold.entry.card_id, code), again=sold.again)


class GiftCardLook(ApiView):
    serializer_class = LookSerializer
    permission_classes = [IsStaffMember]
    problems = (409, 429)

    @extend_schema(operation_id="gift_card_look_up", responses=CardSerializer)
    def post(self, request: ApiRequest) -> Response:
        """The balance and entries of a card, by its code. Repeated wrong codes are refused for a while."""
        code = checked(self.get_serializer(data=request.data)).validated_data["code"]
        card = balances.look_up(code, by=request.user, address=attempts.address_of(request))
        return Response(document(card.pk))


class GiftCardBlock(ApiView):
    serializer_class = BlockSerializer
    permission_classes = [IsManager]

    @extend_schema(operation_id="gift_card_block", responses=CardSerializer)
    def post(self, request: ApiRequest, card_id: int) -> Response:
        """Block or unblock a card."""
        asked = checked(self.get_serializer(data=request.data)).validated_data
        gift_cards.block(card_id, **asked, by=request.user)
        return Response(document(card_id))


class GiftCardAdjustments(ApiView):
    serializer_class = AdjustSerializer
    permission_classes = [IsManager]
    reads_key = True

    @extend_schema(operation_id="gift_card_adjust", responses={201: CardSerializer})
    def post(self, request: ApiRequest, card_id: int) -> Response:
        """Adjust a balance by a signed amount, with the reason, exactly once per key."""
        asked = checked(self.get_serializer(data=request.data)).validated_data
        adjusted = gift_cards.adjust(self.key, card_id, **asked, by=request.user)
        return done(document(card_id), again=adjusted.again)
