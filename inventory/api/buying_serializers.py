from decimal import Decimal
from typing import Any, ClassVar

from rest_framework import serializers

from inventory.api.serializers import LocationCodeField
from inventory.buying import orders, receiving
from inventory.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    OrderState,
    PurchaseOrder,
    PurchaseOrderLine,
    Supplier,
    SupplierArticle,
    SupplierReturn,
    SupplierReturnLine,
)
from pos.api.fields import (
    EmailField,
    IdField,
    MoneyField,
    NumberField,
    QuantityField,
    StrictModelSerializer,
    StrictSerializer,
    TextField,
    YesNoField,
)
from pos.money import MOST_MONEY, text

SOME = Decimal("0.001")


class CostField(NumberField):
    """What one costs, to three decimals: "0.833"."""

    def __init__(self, **kw: Any) -> None:
        bounds = {"max_digits": 15, "decimal_places": 3, "min_value": Decimal(0), "max_value": MOST_MONEY}
        super().__init__(**{**bounds, **kw})


class SupplierSerializer(StrictModelSerializer):
    email = EmailField(required=False, allow_blank=True)
    lead_days = serializers.IntegerField(min_value=0, max_value=365, required=False, help_text="order to delivery")
    minimum_order = MoneyField(min_value=0, required=False)
    note = TextField(max_length=1000, required=False, allow_blank=True)

    class Meta:
        model = Supplier
        fields: ClassVar[list[str]] = [
            *("id", "name", "contact", "email", "phone", "lead_days", "minimum_order", "note", "is_active")
        ]


class SupplierArticleSerializer(StrictModelSerializer):
    product = IdField(source="product_id")
    pack_size = QuantityField(min_value=SOME, required=False, help_text="pieces in a pack")
    pack_barcode = TextField(max_length=64, required=False, allow_blank=True)
    cost = CostField(required=False, allow_null=True, help_text="of one piece, as last paid")

    class Meta:
        model = SupplierArticle
        fields: ClassVar[list[str]] = [
            *("id", "product", "code", "pack_name", "pack_size", "pack_barcode", "cost", "is_preferred")
        ]


class OrderedSerializer(StrictSerializer):
    """What is left out comes from the supplier's article."""

    product = IdField()
    packs = QuantityField(min_value=SOME)
    pack_size = QuantityField(min_value=SOME, required=False)
    cost = CostField(required=False, help_text="of one piece")


class NewOrderSerializer(StrictSerializer):
    supplier = IdField()
    lines = OrderedSerializer(many=True, required=False, max_length=orders.MOST_LINES)
    suggest_days = serializers.IntegerField(
        min_value=1, max_value=365, required=False, help_text="instead of lines: suggested from the sales of these days"
    )
    location = LocationCodeField(help_text="where it is to be delivered; null: the shop's first one")
    suggest_here = YesNoField(
        required=False,
        default=False,
        help_text="suggest from what this location sells and has; left out: from all locations together, unless"
        " a key is bound to some",
    )
    note = TextField(max_length=1000, required=False, allow_blank=True)


class OrderChangeSerializer(StrictSerializer):
    lines = OrderedSerializer(many=True, required=False, max_length=orders.MOST_LINES)
    note = TextField(max_length=1000, required=False, allow_blank=True)


class OrderLineSerializer(StrictModelSerializer):
    product = IdField(source="product_id")
    cost = CostField(allow_null=True)

    class Meta:
        model = PurchaseOrderLine
        fields: ClassVar[list[str]] = [
            *("product", "code", "packs", "pack_size", "pack_name", "quantity", "cost", "received")
        ]


class PurchaseOrderSerializer(StrictModelSerializer):
    supplier = IdField(source="supplier_id")
    location = serializers.CharField(source="location.code", default=None, allow_null=True)
    state = serializers.ChoiceField(OrderState.choices)
    lines = OrderLineSerializer(many=True, read_only=True)
    total = serializers.SerializerMethodField()
    created_by = serializers.CharField(source="created_by.username")

    class Meta:
        model = PurchaseOrder
        fields: ClassVar[list[str]] = [
            *("number", "supplier", "location", "state", "note", "lines", "total", "created_by"),
            *("created_at", "sent_at", "due_on", "closed_at"),
        ]

    def get_total(self, order: PurchaseOrder) -> str:
        return text(orders.total(order.lines.all()))


class CameSerializer(StrictSerializer):
    product = IdField()
    quantity = QuantityField(min_value=SOME, help_text="damaged ones among them")
    damaged = QuantityField(min_value=0, required=False, help_text="in and set aside at once")
    cost = CostField(required=False, help_text="of one; left out: as ordered, or the supplier's last one")


class NewReceiptSerializer(StrictSerializer):
    """Against an order, or free."""

    order = TextField(max_length=20, required=False)
    supplier = IdField(required=False, help_text="of a free delivery")
    location = LocationCodeField()
    note_number = TextField(max_length=receiving.LONGEST_NOTE, required=False, allow_blank=True)
    lines = CameSerializer(many=True, allow_empty=False, max_length=receiving.MOST_LINES)
    accept_more = YesNoField(required=False, help_text="take more than is still open in the order")


class ReceiptLineSerializer(StrictModelSerializer):
    product = IdField(source="product_id")
    cost = CostField(allow_null=True)

    class Meta:
        model = GoodsReceiptLine
        fields: ClassVar[list[str]] = ["product", "sku", "name", "quantity", "damaged", "expected", "cost"]


class ReceiptSerializer(StrictModelSerializer):
    supplier = IdField(source="supplier_id", allow_null=True)
    order = serializers.CharField(source="order.number", default=None, allow_null=True)
    reverses = serializers.CharField(source="reverses.number", default=None, allow_null=True)
    reversed_by = serializers.CharField(source="reversal.number", default=None, allow_null=True)
    location = serializers.CharField(source="location.code", default=None, allow_null=True)
    lines = ReceiptLineSerializer(many=True)
    differences = serializers.SerializerMethodField(help_text="short, over and damaged, as sentences")
    by = serializers.CharField(source="by.username")

    class Meta:
        model = GoodsReceipt
        fields: ClassVar[list[str]] = [
            *("number", "supplier", "order", "reverses", "reversed_by", "location", "note_number", "reason"),
            *("lines", "differences", "by", "at"),
        ]

    def get_differences(self, receipt: GoodsReceipt) -> list[str]:
        return receiving.differences(receipt)


class ReasonSerializer(StrictSerializer):
    reason = TextField(max_length=receiving.LONGEST_REASON)


class BackSerializer(StrictSerializer):
    product = IdField()
    quantity = QuantityField(min_value=SOME)


class NewReturnSerializer(StrictSerializer):
    """Of a receipt, or free to a supplier."""

    receipt = TextField(max_length=20, required=False)
    supplier = IdField(required=False)
    location = LocationCodeField(help_text="without a receipt; null: the shop's first one")
    reason = TextField(max_length=200)
    lines = BackSerializer(many=True, allow_empty=False, max_length=receiving.MOST_LINES)
    credit = MoneyField(min_value=0, required=False, help_text="what the supplier owes for it")
    credit_note = TextField(max_length=50, required=False, allow_blank=True)


class ReturnLineSerializer(StrictModelSerializer):
    product = IdField(source="product_id")
    cost = CostField()

    class Meta:
        model = SupplierReturnLine
        fields: ClassVar[list[str]] = ["product", "sku", "name", "quantity", "cost"]


class ReturnSerializer(StrictModelSerializer):
    supplier = IdField(source="supplier_id")
    receipt = serializers.CharField(source="receipt.number", default=None, allow_null=True)
    lines = ReturnLineSerializer(many=True)
    credit = MoneyField(allow_null=True)
    by = serializers.CharField(source="by.username")

    class Meta:
        model = SupplierReturn
        fields: ClassVar[list[str]] = [
            *("number", "supplier", "receipt", "reason", "lines", "credit", "credit_note", "by", "at")
        ]
