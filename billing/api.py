"""Billing's part of the API: quotes, bills, registers and shifts."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from accounts.http import ApiRequest
from billing import documents, drawer, exchanges, receipts, refunds, registers, sales, without_receipt, zreport
from billing.models import Bill, Register, Shift
from billing.serializers import (
    AskedSerializer,
    BillQuery,
    BillSerializer,
    CashSerializer,
    ClaimSerializer,
    ClosingSerializer,
    DealSerializer,
    ExchangeSerializer,
    OpeningSerializer,
    OrderSerializer,
    QuoteSerializer,
    RefundSerializer,
    RegisterSerializer,
    ReportSerializer,
    ShiftQuery,
    ShiftSerializer,
    WishSerializer,
)
from pos.api import ApiView, IsStaffMember, ManagersWrite, Pages
from pos.errors import Invalid
from pos.money import ZERO

KEY = OpenApiParameter(
    "Idempotency-Key",
    UUID,
    OpenApiParameter.HEADER,
    required=True,
    description="Makes the sale happen exactly once, for ever. Ask again with the same key after a lost answer.",
)


def key_of(request: ApiRequest) -> UUID:
    try:
        return UUID(request.headers.get("Idempotency-Key", ""))
    except ValueError:
        raise Invalid("Idempotency-Key", "Send a UUID of your own making in this header.", "required") from None


Shape = TypeVar("Shape", bound=AskedSerializer)


@cache
def built(shape: type[Shape], currency: str) -> Shape:
    """One for every request, in the decimals of this currency: to build its fields anew takes a tenth of a sale."""
    return shape()


def checked(serializer: Any) -> Any:
    serializer.is_valid(raise_exception=True)
    return serializer


class Quotes(ApiView):
    serializer_class: type[BaseSerializer[Any]] = AskedSerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="quote", request=AskedSerializer, responses=QuoteSerializer)
    def post(self, request: ApiRequest) -> Response:
        """What a sale would cost now; nothing is written."""
        order = built(AskedSerializer, settings.CURRENCY).order(request.data, uuid4())
        return Response(documents.quote(*sales.quote(order)))


class Bills(ApiView):
    serializer_class = BillSerializer
    permission_classes = [IsStaffMember]
    pagination_class = Pages
    query_class = BillQuery
    problems = (422,)

    @property
    def ordering(self) -> tuple[str, ...]:  # type: ignore[override]
        return ("at", "id") if "updated_since" in self.query else ("-id",)

    @extend_schema(operation_id="bills", responses=BillSerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        """The newest first; with `updated_since` in the order they were made."""
        page = self.paginate_queryset(matching(self.query))
        return self.get_paginated_response([documents.bill(bill) for bill in page or []])

    @extend_schema(
        operation_id="sell",
        parameters=[KEY],
        request=OrderSerializer,
        responses={
            201: BillSerializer,
            200: OpenApiResponse(BillSerializer, "Sold before under this key: the same bill."),
        },
    )
    def post(self, request: ApiRequest) -> Response:
        """Sell: stock, points, drawer, number and bill together, exactly once per key."""
        order = built(OrderSerializer, settings.CURRENCY).order(request.data, key_of(request))
        return answered(sales.sell(order, cashier=request.user))


def answered(sold: sales.Sold, document: Callable[[Bill], documents.Document] = documents.bill) -> Response:
    """The new bill, or the one of before and a word that it is."""
    if sold.again:
        bill = receipts.whole().get(pk=sold.bill.pk)
        return Response(document(bill), headers={"Idempotent-Replayed": "true"})
    return Response(document(sold.bill), status=201)


def matching(asked: dict[str, Any]) -> QuerySet[Bill]:
    filters = {
        "from": "business_date__gte",
        "to": "business_date__lte",
        "register": "register__code__iexact",
        "cashier": "cashier__username__iexact",
        "member": "member",
        "kind": "kind",
        "updated_since": "at__gte",
    }
    return receipts.whole().filter(**{filters[name]: value for name, value in asked.items()})


class OneBill(ApiView):
    serializer_class = BillSerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="bill")
    def get(self, request: ApiRequest, number: str) -> Response:
        return Response(documents.bill(receipts.find(number)))


class BillByKey(ApiView):
    serializer_class = BillSerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="bill_by_key")
    def get(self, request: ApiRequest, key: str) -> Response:
        """What became of my sale? The bill, or 404 when nothing was stored under this key."""
        return Response(documents.bill(receipts.by_key(key)))


class Refunds(ApiView):
    serializer_class = WishSerializer
    permission_classes = [IsStaffMember]
    problems = (422,)

    @extend_schema(
        operation_id="refund",
        parameters=[KEY],
        request=WishSerializer,
        responses={201: RefundSerializer, 200: OpenApiResponse(RefundSerializer, "Refunded before under this key.")},
    )
    def post(self, request: ApiRequest, number: str) -> Response:
        """Take goods back: a bill of its own, never more than is left of the sale, exactly once per key."""
        asked = checked(WishSerializer(data=request.data))
        wish = asked.wish(key_of(request), receipts.find(number).number)
        refund = refunds.refund(wish, cashier=request.user, words=asked.words())
        return answered(refund, partial(documents.refund, reader=request.user))


class Claims(ApiView):
    serializer_class = ClaimSerializer
    permission_classes = [IsStaffMember]
    problems = (422,)

    @extend_schema(
        operation_id="refund_without_receipt",
        parameters=[KEY],
        request=ClaimSerializer,
        responses={201: RefundSerializer, 200: OpenApiResponse(RefundSerializer, "Refunded before under this key.")},
    )
    def post(self, request: ApiRequest) -> Response:
        """Take goods back without a receipt, at the lowest price of late, for store credit only."""
        asked = checked(ClaimSerializer(data=request.data))
        claim, approval = asked.claim(key_of(request)), asked.validated_data.get("approval")
        refund = without_receipt.refund(claim, cashier=request.user, approval=approval)
        return answered(refund, partial(documents.refund, reader=request.user))


class Exchanges(ApiView):
    serializer_class: type[BaseSerializer[Any]] = ExchangeSerializer
    permission_classes = [IsStaffMember]
    problems = (422,)

    @extend_schema(
        operation_id="exchange",
        parameters=[KEY],
        request=ExchangeSerializer,
        responses={201: DealSerializer, 200: OpenApiResponse(DealSerializer, "Exchanged before under this key.")},
    )
    def post(self, request: ApiRequest, number: str) -> Response:
        """Goods back for others: a refund and a sale in one deed, and one settlement of the difference."""
        shape = built(ExchangeSerializer, settings.CURRENCY)
        asked = shape.exchange(request.data, key_of(request), receipts.find(number).number)
        done = exchanges.exchange(asked, cashier=request.user, words=asked.sale.approvals)
        if not done.again:
            return Response(documents.exchange(done, request.user), status=201)
        refund, sale = (receipts.whole().get(pk=one.pk) for one in (done.refund, done.sale))
        found = replace(done, refund=refund, sale=sale)
        return Response(documents.exchange(found, request.user), headers={"Idempotent-Replayed": "true"})


class Registers(ApiView):
    serializer_class = RegisterSerializer
    permission_classes = [ManagersWrite]
    pagination_class = Pages

    @extend_schema(operation_id="registers", responses=RegisterSerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        return self.listed(with_open_shift())

    @extend_schema(operation_id="register_create", responses={201: RegisterSerializer})
    def post(self, request: ApiRequest) -> Response:
        made = registers.add(**checked(self.get_serializer(data=request.data)).validated_data, by=request.user)
        return Response(self.get_serializer(with_open_shift().get(pk=made.pk)).data, status=201)


def with_open_shift() -> QuerySet[Register]:
    running = Shift.objects.filter(register=OuterRef("pk"), closed_at=None)
    return Register.objects.annotate(shift=Subquery(running.values("pk")[:1]))


class RegisterShifts(ApiView):
    serializer_class = OpeningSerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="shift_open", responses={201: ShiftSerializer})
    def post(self, request: ApiRequest, code: str) -> Response:
        """Open the register's shift with a float."""
        register = get_object_or_404(Register, code__iexact=code, is_active=True)
        opening_float = checked(self.get_serializer(data=request.data)).validated_data["float"]
        shift = drawer.open_shift(register.code, opening_float=opening_float, by=request.user)
        return Response(documents.shift(shift), status=201)


def all_shifts() -> QuerySet[Shift]:
    return Shift.objects.select_related("register", "opened_by", "closed_by")


class Shifts(ApiView):
    serializer_class = ShiftSerializer
    permission_classes = [IsStaffMember]
    pagination_class = Pages
    query_class = ShiftQuery
    ordering = ("-id",)

    @extend_schema(operation_id="shifts", responses=ShiftSerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        shifts = all_shifts()
        if "register" in self.query:
            shifts = shifts.filter(register__code__iexact=self.query["register"])
        if "is_open" in self.query:
            shifts = shifts.filter(closed_at__isnull=self.query["is_open"])
        return self.get_paginated_response([documents.shift(shift) for shift in self.paginate_queryset(shifts) or []])


class OneShift(ApiView):
    serializer_class = ShiftSerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="shift")
    def get(self, request: ApiRequest, shift_id: int) -> Response:
        return Response(documents.shift(get_object_or_404(all_shifts(), pk=shift_id)))


class ShiftClose(ApiView):
    serializer_class = ClosingSerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="shift_close", responses=ShiftSerializer)
    def post(self, request: ApiRequest, shift_id: int) -> Response:
        """Close with the count; the difference is told afterwards, and a large one needs a reason."""
        get_object_or_404(Shift, pk=shift_id)
        asked = checked(self.get_serializer(data=request.data))
        given = {name: asked.validated_data[name] for name in ("reason", "approval") if name in asked.validated_data}
        drawer.close_shift(shift_id, counted=asked.total(), by=request.user, pieces=asked.pieces(), **given)
        return Response(documents.shift(all_shifts().get(pk=shift_id)))


class CashMovements(ApiView):
    serializer_class = CashSerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="cash_movement", responses={201: CashSerializer})
    def post(self, request: ApiRequest, shift_id: int) -> Response:
        """Pay in, pay out, drop into the safe, or open the drawer without a sale."""
        get_object_or_404(Shift, pk=shift_id)
        asked = checked(self.get_serializer(data=request.data)).validated_data
        moved = drawer.move_cash(shift_id, **{"amount": ZERO, **asked}, by=request.user)
        return Response(self.get_serializer(moved).data, status=201)


class ShiftReport(ApiView):
    serializer_class = ReportSerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="shift_report")
    def get(self, request: ApiRequest, shift_id: int) -> Response:
        """X while the shift is open, with its sums for managers alone: the count is blind. The stored Z afterwards."""
        shift = get_object_or_404(all_shifts().select_related("z"), pk=shift_id)
        if shift.is_open:
            told = zreport.told(shift, reader=request.user)
            return Response({"kind": "X", "number": None, "digest": None, "figures": told})
        z = shift.z
        return Response({"kind": "Z", "number": z.number, "digest": bytes(z.digest).hex(), "figures": z.document})
