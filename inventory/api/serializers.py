from decimal import Decimal
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from accounts.models import Permission
from inventory.barcodes import LONGEST as LONGEST_BARCODE
from inventory.goods.products import LONGEST_DESCRIPTION, MOST_BARCODES
from inventory.models import OLDEST, Category, MovementKind, Product, SoldBy, StockMovement, TaxRate
from inventory.shelf import bound_keys, locations
from inventory.shelf.stock import LONGEST_REASON, LONGEST_REFERENCE
from inventory.unit_prices import ContentUnit
from pos import money
from pos.api.fields import (
    MoneyField,
    QuantityField,
    StrictModelSerializer,
    StrictSerializer,
    TextField,
    WholeSerializer,
    YesNoField,
)
from pos.api.items import ItemsField
from pos.errors import Invalid

MOST_POINTS = 100


class IdField(serializers.PrimaryKeyRelatedField):
    """An id, as a number or as digits, within the range of the database."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data == "":
            self.fail("incorrect_type", data_type="str")
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str) and data.isascii() and data.isdecimal() and len(data) < 20:
            data = int(data)
        if isinstance(data, bool) or not isinstance(data, int) or not 0 < data < 2**63:
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(data)


class TaxRateSerializer(StrictModelSerializer):
    class Meta:
        model = TaxRate
        fields: ClassVar[list[str]] = ["id", "name", "rate"]


class CategorySerializer(StrictModelSerializer):
    parent = IdField(queryset=Category.objects.all(), required=False, allow_null=True)  # type: ignore[assignment]
    position = serializers.IntegerField(min_value=0, max_value=32767, required=False)

    class Meta:
        model = Category
        fields: ClassVar[list[str]] = ["id", "name", "parent", "position"]


class StockField(QuantityField):
    """What the books say is there: less than nothing where more was sold."""

    falls_below = True


class ProductSerializer(StrictModelSerializer):
    """Stock is set when the product is created; afterwards it changes only by movements."""

    sku = TextField(max_length=50, required=False, help_text="made when none is given")
    description = TextField(max_length=LONGEST_DESCRIPTION, required=False, allow_blank=True, trim_whitespace=False)
    category = IdField(queryset=Category.objects.all(), required=False, allow_null=True)
    tax_rate = IdField(queryset=TaxRate.objects.all(), required=False, allow_null=True)
    price = MoneyField(min_value=0)
    reorder_point = QuantityField(min_value=0, required=False)
    barcodes = ItemsField(
        child=TextField(max_length=LONGEST_BARCODE), max_length=MOST_BARCODES, required=False, source="codes"
    )
    sold_by = serializers.ChoiceField(SoldBy.choices, required=False)
    open_price = YesNoField(required=False, help_text="the cashier types the price")
    minimum_age = serializers.IntegerField(
        min_value=0, max_value=OLDEST, required=False, help_text="asked for once for each sale; 0: nobody is asked"
    )
    content = QuantityField(
        min_value=Decimal("0.001"),
        required=False,
        allow_null=True,
        help_text="what is in one, given with its unit: 0.75 of l, 250 of g",
    )
    content_unit = serializers.ChoiceField(ContentUnit.choices, required=False, allow_blank=True)
    unit_price = serializers.SerializerMethodField(help_text="of a whole kg, l, m or piece; from price and content")
    unit_price_per = serializers.SerializerMethodField(help_text="kg, l, m or piece")
    stock = StockField(min_value=0, required=False, source="opening_stock")
    allow_negative_stock = YesNoField(required=False)
    image = serializers.SerializerMethodField()

    class Meta:
        model = Product
        fields: ClassVar[list[str]] = [
            "id",
            "sku",
            "name",
            "description",
            "category",
            "price",
            "tax_rate",
            "barcodes",
            "sold_by",
            "open_price",
            "minimum_age",
            "stock",
            "reorder_point",
            "content",
            "content_unit",
            "unit_price",
            "unit_price_per",
            "allow_negative_stock",
            "is_active",
            "image",
            "version",
            "updated_at",
        ]
        read_only_fields: ClassVar[list[str]] = ["id", "version", "updated_at"]

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if self.partial or self.instance is not None:
            fields["stock"].read_only = True
        return fields

    def get_image(self, product: Product) -> str | None:
        return product.image.url if product.image else None

    def get_unit_price(self, product: Product) -> str | None:
        return money.text(found.amount) if (found := product.unit_price) else None

    def get_unit_price_per(self, product: Product) -> str | None:
        return found.per.value if (found := product.unit_price) else None

    def to_representation(self, instance: Product) -> dict[str, Any]:
        held = getattr(instance, "stock", None)
        instance.opening_stock = held.quantity if held else 0  # type: ignore[attr-defined]
        instance.allow_negative_stock = bool(held and held.allow_negative)  # type: ignore[attr-defined]
        instance.codes = [barcode.code for barcode in instance.barcodes.all()]  # type: ignore[attr-defined]
        if held:
            instance.updated_at = max(instance.updated_at, held.updated_at)
        return super().to_representation(instance)


class HeldSerializer(StrictSerializer):
    """What one location has of a product, and its reorder point there."""

    location = serializers.CharField(source="code", allow_null=True, help_text="null: the shop's first one")
    name = serializers.CharField()
    quantity = QuantityField()
    reorder_point = QuantityField()


class LocationCodeField(TextField):
    """The code of a location; left out or null, the shop's first one. Becomes the location's id."""

    def __init__(self, **kw: Any) -> None:
        super().__init__(**{"max_length": 10, "required": False, "allow_null": True, **kw})

    def run_validation(self, data: Any = empty) -> int | None:
        found = locations.with_code(super().run_validation(data))
        return found.pk if found else None

    def to_representation(self, value: Any) -> str:
        return str(value.code)


class PointSerializer(WholeSerializer):
    """The reorder point of a product at a further location."""

    location = LocationCodeField(required=True, allow_null=False)
    reorder_point = QuantityField(
        min_value=0, allow_null=True, help_text="null: the product's own; 0: the location does not keep it"
    )


class OneProductSerializer(ProductSerializer):
    stock_by_location = serializers.SerializerMethodField(help_text="empty in a shop with a single location")
    reorder_points = PointSerializer(
        many=True, required=False, max_length=MOST_POINTS, help_text="of further locations; others stay as they are"
    )

    class Meta(ProductSerializer.Meta):
        fields: ClassVar[list[str]] = [*ProductSerializer.Meta.fields, "stock_by_location", "reorder_points"]

    def validate_reorder_points(self, given: list[dict[str, Any]]) -> dict[int, Decimal | None]:
        """By the location's id."""
        points = {point["location"]: point["reorder_point"] for point in given}
        if len(points) < len(given):
            raise Invalid("reorder_points", "Each location is named once.", "repeated")
        return points

    def to_representation(self, instance: Product) -> dict[str, Any]:
        own = bound_keys.within(self.context["request"].user, "location")
        rows = instance.elsewhere.filter(own, reorder_point__isnull=False).select_related("location")
        instance.reorder_points = rows  # type: ignore[attr-defined]
        return super().to_representation(instance)

    @extend_schema_field(HeldSerializer(many=True))
    def get_stock_by_location(self, product: Product) -> list[Any]:
        own = bound_keys.places_of(self.context["request"].user)
        held = [place for place in locations.held_of(product) if own is None or place.id in own]
        return list(HeldSerializer(held, many=True).data)


class PictureSerializer(StrictSerializer):
    file = serializers.FileField(help_text="PNG, JPEG, WebP or GIF, by content", allow_empty_file=True)


class MovementSerializer(StrictModelSerializer):
    by = serializers.CharField(source="by.username")
    location = serializers.CharField(
        source="location.code", default=None, allow_null=True, help_text="null: the shop's first one"
    )
    unit_cost = serializers.SerializerMethodField(help_text="what one of them cost; told to managers")

    class Meta:
        model = StockMovement
        fields: ClassVar[list[str]] = [
            *("id", "kind", "location", "quantity", "oversold", "unit_cost", "reference", "reason", "by", "at")
        ]
        read_only_fields = fields

    def get_unit_cost(self, movement: StockMovement) -> str | None:
        user = self.context["request"].user
        told = user.may(Permission.GOODS) or user.may(Permission.BUYING)
        return money.text(movement.unit_cost) if told and movement.unit_cost is not None else None


class MoveSerializer(StrictSerializer):
    """`quantity` of a count is what was found on the shelf."""

    kind = serializers.ChoiceField(
        [MovementKind.DELIVERY.value, MovementKind.COUNT.value, MovementKind.WRITE_OFF.value]
    )
    quantity = QuantityField(min_value=0)
    reason = TextField(max_length=LONGEST_REASON, required=False, allow_blank=True)
    reason_code = TextField(max_length=30, required=False, help_text="of a write-off: its text is put before `reason`")
    location = LocationCodeField()
    reference = TextField(max_length=LONGEST_REFERENCE, required=False, help_text="of a delivery")
    cost = MoneyField(min_value=0, required=False, help_text="of a delivery: what one of them cost")
