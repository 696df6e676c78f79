"""The API's quotes and bills."""

from functools import partial
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from accounts.http import ApiRequest
from billing.api import documents
from billing.api.once import answered, built
from billing.api.serializers import AskedSerializer, BillQuery, BillSerializer, OrderSerializer, QuoteSerializer
from billing.models import Bill
from billing.receipts import finding, origins, page_of_bills, practice
from billing.receipts.changed_bills import ChangedBills
from billing.sale import quotes, sales
from pos.api.lists import Pages
from pos.api.permissions import IsStaffMember
from pos.api.views import ApiView


class Quotes(ApiView):
    serializer_class: type[BaseSerializer[Any]] = AskedSerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="quote", request=AskedSerializer, responses=QuoteSerializer)
    def post(self, request: ApiRequest) -> Response:
        """What a sale would cost now. Writes nothing."""
        order = built(AskedSerializer, settings.CURRENCY).order(request.data, uuid4())
        return Response(documents.quote(*quotes.quote(order, by=request.user)))


class Bills(ApiView):
    serializer_class = BillSerializer
    permission_classes = [IsStaffMember]
    pagination_class = Pages
    query_class = BillQuery
    reads_key = True

    @property
    def ordering(self) -> tuple[str, ...]:  # type: ignore[override]
        return ("changed_at", "id") if "updated_since" in self.query else ("-id",)

    @extend_schema(operation_id="bills", responses=BillSerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        """Bills, newest first; with `updated_since`, in order of change: a sale changes when goods of it come back."""
        chosen: Any = matching(self.query)
        page = page_of_bills.filled(self.paginate_queryset(chosen) or [])
        came_from = origins.of(page)
        return self.get_paginated_response([documents.bill(bill, came_from=came_from) for bill in page])

    @extend_schema(
        operation_id="sell",
        request=OrderSerializer,
        responses={201: BillSerializer},
    )
    def post(self, request: ApiRequest) -> Response:
        """Sell: stock, points, drawer, number and bill are booked together, exactly once per key."""
        order = built(OrderSerializer, settings.CURRENCY).order(request.data, self.key)
        return answered(sales.sell(order, cashier=request.user), partial(documents.bill, reader=request.user))


def matching(asked: dict[str, Any]) -> QuerySet[Bill] | ChangedBills:
    filters = {
        "from": "business_date__gte",
        "to": "business_date__lte",
        "register": "register__code__iexact",
        "cashier": "cashier__username__iexact",
        "member": "member",
        "kind": "kind",
    }
    asked = dict(asked)
    since = asked.pop("updated_since", None)
    wanted = {filters[name]: value for name, value in asked.items()}
    return ChangedBills(since, wanted) if since else page_of_bills.bare().filter(**wanted)


class OneBill(ApiView):
    serializer_class = BillSerializer
    permission_classes = [IsStaffMember]

    @extend_schema(operation_id="bill")
    def get(self, request: ApiRequest, number: str) -> Response:
        with practice.present(number):
            return Response(documents.bill(finding.find(number)))
