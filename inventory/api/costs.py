"""What a product costs the shop: told to managers only."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import person
from inventory.goods import products
from inventory.models import Product
from inventory.shelf import costs
from pos.api.fields import MoneyField, StrictSerializer
from pos.api.permissions import IsManager
from pos.api.views import ApiView, expected_version


class CostSerializer(StrictSerializer):
    cost = MoneyField(min_value=0)
    is_average = serializers.SerializerMethodField(help_text="deliveries said what it cost: then nobody types it")

    def get_is_average(self, product: Product) -> bool:
        return costs.is_average(product)


class ProductCost(ApiView):
    serializer_class: Any = CostSerializer
    permission_classes = [IsManager]
    reads_version = ("PUT",)

    def answer(self, product: Product) -> Response:
        return Response(self.get_serializer(product).data, headers={"ETag": f'"{product.version}"'})

    @extend_schema(operation_id="product_cost")
    def get(self, request: Request, product_id: int) -> Response:
        """The cost of one, and where it comes from."""
        return self.answer(get_object_or_404(Product, pk=product_id))

    @extend_schema(operation_id="product_cost_set")
    def put(self, request: Request, product_id: int) -> Response:
        """409 `cost_is_reckoned` once a delivery said what the product costs."""
        product = get_object_or_404(Product, pk=product_id)
        asked = self.get_serializer(product, data=request.data)
        asked.is_valid(raise_exception=True)
        version = expected_version(request)
        return self.answer(products.edit(product, by=person(request), version=version, **asked.validated_data))
