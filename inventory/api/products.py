"""Products, their pictures and their stock."""

from functools import partial
from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce, Greatest, Lower
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import get_object_or_404
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import person
from accounts.models import Permission
from inventory import barcodes
from inventory.api.serializers import (
    MovementSerializer,
    MoveSerializer,
    OneProductSerializer,
    PictureSerializer,
    ProductSerializer,
)
from inventory.goods import pictures, products, search
from inventory.models import Barcode, Product, StockMovement
from inventory.shelf import bound_keys, low, manual_movements, reasons
from pos.api.fields import IdField, ManyField, TextField
from pos.api.lists import Pages
from pos.api.permissions import permitted_write
from pos.api.views import ApiView, UpdatedSince, done, expected_version
from pos.errors import TooLarge
from pos.pictures import MOST_BYTES

MULTIPART_FRAME = 64 * 1024


class ProductQuery(UpdatedSince):
    search = TextField(required=False, help_text="barcode, SKU, words or their beginnings; small typos are forgiven")
    ids = ManyField(IdField(), help_text="at most 100, with commas between them")
    sku = ManyField(help_text="one, or at most 100 with commas between them")
    barcode = ManyField(help_text="one, or at most 100 with commas between them; UPC-A and EAN-13 are the same code")
    category = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    in_stock = serializers.BooleanField(required=False, help_text="some is left at a location")
    out_of_stock = serializers.BooleanField(required=False, help_text="none is left at any location")
    is_active = serializers.BooleanField(required=False)


class ProductView(ApiView):
    serializer_class: Any = ProductSerializer
    permission_classes = [permitted_write(Permission.GOODS)]
    queryset = Product.objects.select_related("stock").prefetch_related("barcodes")

    def product(self, product_id: int) -> Product:
        return get_object_or_404(self.get_queryset(), pk=product_id)

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """A key that is bound to locations is told what these have."""
        if found := args[0] if args else None:
            bound_keys.show_own(found if isinstance(found, list) else [found], person(self.request))
        return super().get_serializer(*args, **kwargs)

    def answer(self, product: Product) -> Response:
        return Response(self.get_serializer(product).data, headers=etag(product))


def etag(product: Product) -> dict[str, str]:
    return {"ETag": f'"{product.version}"'}


class Products(ProductView):
    pagination_class = Pages
    query_class = ProductQuery
    reads_key = True

    @property
    def ordering(self) -> tuple[str, ...]:  # type: ignore[override]
        return ("changed_at", "id") if "updated_since" in self.query else ("id",)

    @extend_schema(operation_id="products", responses=ProductSerializer(many=True))
    def get(self, request: Request) -> Response:
        """With `updated_since`, a stock movement counts as a change too."""
        return self.listed(self.wanted())

    def wanted(self) -> QuerySet[Product]:
        query = dict(self.query)
        rows = self.get_queryset()
        if (since := query.pop("updated_since", None)) is not None:
            changed_at = Greatest("updated_at", Coalesce("stock__updated_at", "updated_at"))
            rows = rows.annotate(changed_at=changed_at).filter(changed_at__gte=since)
        if (text := query.pop("search", None)) is not None:
            rows = rows.filter(search.matches(text))
        if (found := query.pop("ids", None)) is not None:
            rows = rows.filter(pk__in=found)
        if (skus := query.pop("sku", None)) is not None:
            rows = rows.alias(plain_sku=Lower("sku")).filter(plain_sku__in=[Lower(Value(sku)) for sku in skus])
        if (codes := query.pop("barcode", None)) is not None:
            held = Barcode.objects.filter(scanned__in=map(barcodes.scanned, codes))
            rows = rows.filter(pk__in=held.values("product"))
        on_shelf = low.left_somewhere(bound_keys.places_of(person(self.request)))
        for name, meaning in (("in_stock", on_shelf), ("out_of_stock", ~on_shelf)):
            if (wish := query.pop(name, None)) is not None:
                rows = rows.filter(meaning if wish else ~meaning)
        return rows.filter(**query)

    @extend_schema(operation_id="product_create", responses={201: ProductSerializer})
    def post(self, request: Request) -> Response:
        """Needs `name` and `price` only; `stock` is the opening stock."""
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        once = self.once("product", asked.validated_data)
        create = partial(products.create, by=person(request), **asked.validated_data)
        made = once.make(self.get_queryset(), create)
        return done(self.get_serializer(made).data, again=once.again, headers=etag(made))


class OneProduct(ProductView):
    serializer_class = OneProductSerializer
    reads_version = ("PATCH", "DELETE")

    @extend_schema(operation_id="product")
    def get(self, request: Request, product_id: int) -> Response:
        return self.answer(self.product(product_id))

    @extend_schema(operation_id="product_edit")
    def patch(self, request: Request, product_id: int) -> Response:
        """Changes the given fields. With `If-Match: "<version>"` a stale edit is 409. Stock changes only at /stock."""
        product = self.product(product_id)
        asked = self.get_serializer(product, data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        version = expected_version(request)
        return self.answer(products.edit(product, by=person(request), version=version, **asked.validated_data))

    @extend_schema(operation_id="product_delete", responses={204: None})
    def delete(self, request: Request, product_id: int) -> Response:
        """Deletes a product without any history; one with a history is taken off sale."""
        products.remove(self.product(product_id), by=person(request), version=expected_version(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ProductImage(ProductView):
    parser_classes = [MultiPartParser]
    reads_version = ("PUT", "DELETE")

    @extend_schema(operation_id="product_image_put", request={"multipart/form-data": PictureSerializer})
    def put(self, request: Request, product_id: int) -> Response:
        """Replaces the picture; it is re-encoded, which drops metadata."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES + MULTIPART_FRAME:
            raise TooLarge
        product = self.product(product_id)
        asked = PictureSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        version = expected_version(request)
        return self.answer(pictures.put(product, asked.validated_data["file"], by=person(request), version=version))

    @extend_schema(operation_id="product_image_delete", responses={204: None})
    def delete(self, request: Request, product_id: int) -> Response:
        pictures.drop(self.product(product_id), by=person(request), version=expected_version(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ProductStock(ProductView):
    """The stock ledger, the newest movement first."""

    serializer_class = MovementSerializer
    reads_key = True
    pagination_class = Pages
    ordering: Any = ("-id",)

    @extend_schema(operation_id="product_stock", responses=MovementSerializer(many=True))
    def get(self, request: Request, product_id: int) -> Response:
        movements = StockMovement.objects.filter(
            bound_keys.within(person(request), "location"), product=self.product(product_id)
        )
        return self.listed(movements.select_related("by", "location"))

    @extend_schema(operation_id="product_stock_move", request=MoveSerializer, responses={201: MovementSerializer})
    def post(self, request: Request, product_id: int) -> Response:
        """`delivery` adds, `count` gives what was found on the shelf, `write_off` subtracts and needs a reason."""
        product = self.product(product_id)
        asked = MoveSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        once = self.once(f"stock of product {product_id}", asked.validated_data)
        wanted = dict(asked.validated_data)
        if code := wanted.pop("reason_code", ""):
            wanted["reason"] = reasons.text_of(wanted["kind"], code, wanted.get("reason", ""))
        move = partial(manual_movements.move, product, by=person(request), **wanted)
        made = once.make(StockMovement.objects.select_related("by", "location"), move)
        return done(self.get_serializer(made).data, again=once.again)
