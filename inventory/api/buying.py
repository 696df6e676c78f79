"""Suppliers, purchase orders, goods receipts and supplier returns; for managers."""

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_204_NO_CONTENT

from accounts.doors import person
from accounts.models import Permission
from inventory.api.buying_serializers import (
    NewOrderSerializer,
    NewReceiptSerializer,
    NewReturnSerializer,
    OrderChangeSerializer,
    PurchaseOrderSerializer,
    ReasonSerializer,
    ReceiptSerializer,
    ReturnSerializer,
    SupplierArticleSerializer,
    SupplierSerializer,
)
from inventory.buying import order_pdf, orders, receiving, returns, suggestions, suppliers
from inventory.buying.orders import Ordered
from inventory.buying.receiving import Came
from inventory.models import GoodsReceipt, PurchaseOrder, Supplier, SupplierArticle, SupplierReturn
from inventory.shelf import bound_keys
from inventory.shelf.locations import EVERYWHERE, Where
from pos.api.json import QuickJson
from pos.api.lists import Pages
from pos.api.permissions import permitted
from pos.api.renderers import PdfRenderer
from pos.api.views import ApiView, done
from pos.errors import Invalid
from pos.web.language import of_the_shop


class Buying(ApiView):
    """`places` names the columns that say where a document belongs; a key bound to none of these locations does not
    read it."""

    permission_classes = [permitted(Permission.BUYING)]
    places: tuple[str, ...] = ()

    def asked(self, serializer: type[Any], request: Request, **options: Any) -> dict[str, Any]:
        checked = serializer(data=request.data, **options)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)

    def one(self, number: str) -> Any:
        found = get_object_or_404(self.get_queryset(), number=number.replace("\0", ""))
        if self.places:
            bound_keys.refuse_strangers(person(self.request), *(getattr(found, f"{place}_id") for place in self.places))
        return found

    def own(self) -> QuerySet[Any]:
        """Those that the one who asks may read."""
        return self.get_queryset().filter(bound_keys.within(person(self.request), *self.places))

    def answer(self, number: str) -> Response:
        return Response(self.get_serializer(self.one(number)).data)

    def made(self, once: Any, verb: Any) -> Response:
        """The document as it is now, whether it was made now or before."""
        row = once.make(self.get_queryset(), verb)
        return done(self.get_serializer(self.get_queryset().get(pk=row.pk)).data, again=once.again)


class Suppliers(Buying):
    serializer_class = SupplierSerializer
    queryset = Supplier.objects.all()
    pagination_class = Pages
    reads_key = True

    @extend_schema(operation_id="suppliers", responses=SupplierSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.listed(self.get_queryset())

    @extend_schema(operation_id="supplier_create", responses={201: SupplierSerializer})
    def post(self, request: Request) -> Response:
        asked = self.asked(SupplierSerializer, request)
        return self.made(
            self.once("supplier", asked), partial(suppliers.enter, Supplier(), by=person(request), **asked)
        )


class OneSupplier(Buying):
    serializer_class = SupplierSerializer
    queryset = Supplier.objects.all()

    @extend_schema(operation_id="supplier")
    def get(self, request: Request, supplier_id: int) -> Response:
        return Response(self.get_serializer(get_object_or_404(self.get_queryset(), pk=supplier_id)).data)

    @extend_schema(operation_id="supplier_edit")
    def patch(self, request: Request, supplier_id: int) -> Response:
        """Changes the given fields; `is_active` false switches the supplier off."""
        found = get_object_or_404(self.get_queryset(), pk=supplier_id)
        asked = self.asked(SupplierSerializer, request, instance=found, partial=True)
        return Response(self.get_serializer(suppliers.enter(found, by=person(request), **asked)).data)


class SupplierArticles(Buying):
    serializer_class = SupplierArticleSerializer
    queryset = SupplierArticle.objects.all()
    pagination_class = Pages
    reads_key = True

    @extend_schema(operation_id="supplier_articles", responses=SupplierArticleSerializer(many=True))
    def get(self, request: Request, supplier_id: int) -> Response:
        return self.listed(self.get_queryset().filter(supplier=get_object_or_404(Supplier, pk=supplier_id)))

    @extend_schema(operation_id="supplier_article_put", responses={201: SupplierArticleSerializer})
    def post(self, request: Request, supplier_id: int) -> Response:
        """What the supplier calls a product and how it is packed; takes the place of what was known of it."""
        supplier = get_object_or_404(Supplier, pk=supplier_id)
        asked = self.asked(SupplierArticleSerializer, request)
        verb = partial(suppliers.put_article, supplier, by=person(request), **asked)
        return self.made(self.once(f"article of supplier {supplier_id}", asked), verb)


class OneSupplierArticle(Buying):
    serializer_class = SupplierArticleSerializer
    queryset = SupplierArticle.objects.select_related("supplier")

    @extend_schema(operation_id="supplier_article_drop", responses={204: None})
    def delete(self, request: Request, supplier_id: int, article_id: int) -> Response:
        """The supplier no longer has it."""
        article = get_object_or_404(self.get_queryset(), supplier=supplier_id, pk=article_id)
        suppliers.drop_article(article, by=person(request))
        return Response(status=HTTP_204_NO_CONTENT)


class Orders(Buying):
    serializer_class = PurchaseOrderSerializer
    places = ("location",)
    queryset = PurchaseOrder.objects.select_related("supplier", "created_by", "location").prefetch_related("lines")


class PurchaseOrders(Orders):
    pagination_class = Pages
    ordering: Any = ("-id",)
    reads_key = True

    @extend_schema(operation_id="purchase_orders", responses=PurchaseOrderSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.listed(self.own())

    @extend_schema(
        operation_id="purchase_order_create", request=NewOrderSerializer, responses={201: PurchaseOrderSerializer}
    )
    def post(self, request: Request) -> Response:
        """A draft, with the lines given or those suggested from sales, reorder points and what is on the way."""
        asked = self.asked(NewOrderSerializer, request)
        if "lines" in asked and "suggest_days" in asked:
            raise Invalid("suggest_days", "Give lines or have them suggested, not both.")
        location = asked.get("location")

        def create() -> PurchaseOrder:
            supplier = suppliers.known(asked["supplier"])
            lines = [Ordered(**line) for line in asked.get("lines", [])]
            if "suggest_days" in asked:
                is_here = asked["suggest_here"] or bound_keys.places_of(person(request)) is not None
                where = Where(location) if is_here else EVERYWHERE
                lines = suggestions.suggest(supplier, asked["suggest_days"], where)
            return orders.create(supplier.pk, lines, by=person(request), note=asked.get("note", ""), location=location)

        return self.made(self.once("purchase order", asked), create)


class OnePurchaseOrder(Orders):
    @extend_schema(operation_id="purchase_order")
    def get(self, request: Request, number: str) -> Response:
        return self.answer(number)

    @extend_schema(operation_id="purchase_order_edit", request=OrderChangeSerializer)
    def patch(self, request: Request, number: str) -> Response:
        """Replaces the lines or the note of a draft; 409 `order_not_draft` once it was sent."""
        order = self.one(number)
        asked = self.asked(OrderChangeSerializer, request)
        if "lines" in asked:
            asked["lines"] = [Ordered(**line) for line in asked["lines"]]
        orders.change(order.number, **asked)
        return self.answer(number)


class PurchaseOrderSend(Orders):
    @extend_schema(operation_id="purchase_order_send", request=None, responses=PurchaseOrderSerializer)
    def post(self, request: Request, number: str) -> Response:
        """From now on its goods are on the way. A second time is 409."""
        orders.send(self.one(number).number, by=person(request))
        return self.answer(number)


class PurchaseOrderClose(Orders):
    @extend_schema(operation_id="purchase_order_close", request=None, responses=PurchaseOrderSerializer)
    def post(self, request: Request, number: str) -> Response:
        """Nothing more is expected. A second time is 409."""
        orders.close(self.one(number).number, by=person(request))
        return self.answer(number)


class PurchaseOrderPaper(Orders):
    renderer_classes = (QuickJson, PdfRenderer)

    @extend_schema(operation_id="purchase_order_pdf", responses={(200, PdfRenderer.media_type): OpenApiTypes.BINARY})
    def get(self, request: Request, number: str) -> HttpResponse:
        """The order as its supplier gets it by mail: A4, in the language of the shop."""
        order = self.one(number)
        with of_the_shop():
            paper = order_pdf.written(order)
        headers = {"Content-Disposition": f'inline; filename="{order.number}.pdf"'}
        return HttpResponse(paper, content_type=PdfRenderer.media_type, headers=headers)


class Receipts(Buying):
    serializer_class = ReceiptSerializer
    places = ("location",)
    queryset = GoodsReceipt.objects.select_related(
        "supplier", "order", "location", "reverses", "reversal", "by"
    ).prefetch_related("lines")


class GoodsReceipts(Receipts):
    pagination_class = Pages
    ordering: Any = ("-id",)
    reads_key = True

    @extend_schema(operation_id="goods_receipts", responses=ReceiptSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.listed(self.own())

    @extend_schema(operation_id="goods_receipt_book", request=NewReceiptSerializer, responses={201: ReceiptSerializer})
    def post(self, request: Request) -> Response:
        """Books a delivery. More than an order still waits for is 409 `more_than_ordered` unless it is accepted."""
        asked = self.asked(NewReceiptSerializer, request)
        if "order" in asked and "supplier" in asked:
            raise Invalid("supplier", "An order names its supplier itself.")
        given = {name: value for name, value in asked.items() if name != "lines"}
        came = [Came(**line) for line in asked["lines"]]
        return self.made(self.once("goods receipt", asked), partial(receiving.book, came, by=person(request), **given))


class OneGoodsReceipt(Receipts):
    @extend_schema(operation_id="goods_receipt")
    def get(self, request: Request, number: str) -> Response:
        return self.answer(number)


class GoodsReceiptReverse(Receipts):
    reads_key = True

    @extend_schema(operation_id="goods_receipt_reverse", request=ReasonSerializer, responses={201: ReceiptSerializer})
    def post(self, request: Request, number: str) -> Response:
        """Undoes a receipt by a counter-document. The goods go out at the cost they came in at; where none are left
        the average cost stays."""
        receipt = self.one(number)
        asked = self.asked(ReasonSerializer, request)
        verb = partial(receiving.reverse, receipt.number, by=person(request), **asked)
        return self.made(self.once(f"reversal of {receipt.number}", asked), verb)


class SupplierReturns(Buying):
    serializer_class = ReturnSerializer
    places = ("location",)
    queryset = SupplierReturn.objects.select_related("supplier", "receipt", "by").prefetch_related("lines")
    pagination_class = Pages
    ordering: Any = ("-id",)
    reads_key = True

    @extend_schema(operation_id="supplier_returns", responses=ReturnSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.listed(self.own())

    @extend_schema(operation_id="supplier_return_book", request=NewReturnSerializer, responses={201: ReturnSerializer})
    def post(self, request: Request) -> Response:
        """Goods leave the shelf for their supplier; the average cost of those that stay is as before."""
        asked = self.asked(NewReturnSerializer, request)
        gone = {line["product"]: line["quantity"] for line in asked["lines"]}
        if len(gone) < len(asked["lines"]):
            raise Invalid("lines", "Each product goes back once.", "repeated")
        given = {name: value for name, value in asked.items() if name != "lines"}
        verb = partial(returns.send_back, gone, by=person(request), **given)
        return self.made(self.once("supplier return", asked), verb)
