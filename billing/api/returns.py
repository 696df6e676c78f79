"""The API's refunds, with or without a receipt, and exchanges."""

from dataclasses import replace
from functools import partial
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from accounts.http import ApiRequest
from billing.api import documents
from billing.api.once import answered, built, checked
from billing.api.serializers import (
    ClaimSerializer,
    DealQuoteSerializer,
    DealSerializer,
    ExchangeSerializer,
    RefundSerializer,
    SwapSerializer,
    WishSerializer,
)
from billing.drawer.bill_once import Sold
from billing.receipts import finding, practice
from billing.returns import exchanges, refunds, without_receipt
from pos.api.permissions import IsStaffMember
from pos.api.views import ApiView, done


def refunded(sold: Sold, request: ApiRequest) -> Response:
    return answered(sold, partial(documents.refund, reader=request.user))


class Refunds(ApiView):
    serializer_class = WishSerializer
    permission_classes = [IsStaffMember]
    reads_key = True

    @extend_schema(operation_id="refund", request=WishSerializer, responses={201: RefundSerializer})
    def post(self, request: ApiRequest, number: str) -> Response:
        """Refund goods: writes a bill of its own, for no more than is left of the sale, exactly once per key."""
        asked = checked(WishSerializer(data=request.data))
        with practice.present(number):
            wish = asked.wish(self.key, finding.find(number).number)
        return refunded(refunds.refund(wish, cashier=request.user, tokens=asked.tokens()), request)


class Claims(ApiView):
    serializer_class = ClaimSerializer
    permission_classes = [IsStaffMember]
    reads_key = True

    @extend_schema(operation_id="refund_without_receipt", request=ClaimSerializer, responses={201: RefundSerializer})
    def post(self, request: ApiRequest) -> Response:
        """Refund goods without a receipt, at the lowest price of the last 90 days, as store credit only."""
        asked = checked(ClaimSerializer(data=request.data))
        claim, approval = asked.claim(self.key), asked.validated_data.get("approval")
        return refunded(without_receipt.refund(claim, cashier=request.user, approval=approval), request)


class Exchanges(ApiView):
    serializer_class: type[BaseSerializer[Any]] = ExchangeSerializer
    permission_classes = [IsStaffMember]
    reads_key = True

    @extend_schema(
        operation_id="exchange",
        request=ExchangeSerializer,
        responses={201: DealSerializer},
    )
    def post(self, request: ApiRequest, number: str) -> Response:
        """Exchange goods: a refund and a sale in one transaction, with one payment of the difference."""
        shape = built(ExchangeSerializer, settings.CURRENCY)
        with practice.present(number):
            asked = shape.exchange(request.data, self.key, finding.find(number).number)
        made = exchanges.exchange(asked, cashier=request.user, tokens=asked.sale.approvals)
        with practice.present(made.sale.number):
            if made.again or made.sale.is_practice:
                refund, sale = (finding.whole().get(pk=one.pk) for one in (made.refund, made.sale))
                made = replace(made, refund=refund, sale=sale)
            return done(documents.exchange(made, request.user), again=made.again)


class ExchangeQuotes(ApiView):
    serializer_class: type[BaseSerializer[Any]] = SwapSerializer
    permission_classes = [IsStaffMember]
    problems = (409,)

    @extend_schema(operation_id="exchange_quote", request=SwapSerializer, responses=DealQuoteSerializer)
    def post(self, request: ApiRequest, number: str) -> Response:
        """What an exchange would come to now, line by line, and what is left to pay or to give back. Writes nothing."""
        back, order = built(SwapSerializer, settings.CURRENCY).swap(request.data)
        with practice.present(number):
            original = finding.find(number)
            return Response(documents.exchange_quote(original, exchanges.quote(original, back, order, by=request.user)))
