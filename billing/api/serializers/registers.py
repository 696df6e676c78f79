"""Serializers of registers, their devices and their tiles."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from billing.drawer import favourites, registers
from billing.models import Favourite, Register, RegisterKind
from inventory.api.serializers import LocationCodeField
from pos.api.fields import IdField, StrictModelSerializer, StrictSerializer, TextField, YesNoField
from pos.api.items import ItemsField


class RegisterSerializer(StrictSerializer):
    code = TextField(max_length=10)
    name = TextField(max_length=50)
    kind = serializers.ChoiceField(RegisterKind.choices, default=RegisterKind.TILL)
    location = LocationCodeField(help_text="whose goods it sells; null: the shop's first one")
    is_active = serializers.BooleanField(read_only=True)
    is_training = serializers.BooleanField(read_only=True, help_text="sells for practice only: nothing is booked")
    outage_sales = serializers.BooleanField(read_only=True, help_text="sells while the server is away")
    shift = serializers.IntegerField(read_only=True, allow_null=True, help_text="the open one")


class RegisterChangeSerializer(StrictSerializer):
    name = TextField(max_length=50, required=False)
    location = LocationCodeField(help_text="whose goods it sells from now on; null: the shop's first one")
    is_active = YesNoField(required=False, help_text="a register with an open shift stays on")
    is_training = YesNoField(required=False, help_text="only a till whose shift is closed is put into training")
    outage_sales = YesNoField(required=False, help_text="whether it may sell while the server is away")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"location_id" if name == "location" else name: value for name, value in attrs.items()}


class DevicesSerializer(StrictModelSerializer):
    class Meta:
        model = Register
        fields: ClassVar[list[str]] = [*registers.SCANNER, *registers.PRINTER]
        extra_kwargs: ClassVar[Any] = {
            name: {"allow_blank": True, "trim_whitespace": False} for name in ("scan_prefix", "scan_suffix")
        }


class FavouriteSerializer(StrictSerializer):
    product = IdField(source="product_id")
    sku = serializers.CharField(source="product.sku")
    name = serializers.CharField(source="product.name")
    is_active = serializers.BooleanField(source="product.is_active", help_text="off sale it has no tile")


class FavouritesSerializer(StrictSerializer):
    register = serializers.CharField(source="code")
    products = serializers.SerializerMethodField()

    @extend_schema_field(FavouriteSerializer(many=True))
    def get_products(self, register: Register) -> list[dict[str, Any]]:
        rows = Favourite.objects.filter(register=register).select_related("product")
        return list(FavouriteSerializer(rows, many=True).data)


class ChosenSerializer(StrictSerializer):
    products = ItemsField(
        child=IdField(),
        max_length=favourites.MOST,
        help_text="their ids, in the order of the tiles",
    )


class ScreenSerializer(serializers.Serializer[Any]):
    page = serializers.CharField(help_text="the path a browser opens on the screen")
    pairing_code = serializers.CharField(help_text="typed there once")
