"""The API's baskets: opened, parked, taken over, dropped and paid by the verbs of the till."""

from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response

from accounts.http import ApiRequest
from billing.api import basket_documents, documents
from billing.api.once import answered, checked
from billing.api.serializers import BillSerializer
from billing.api.serializers.baskets import (
    UNPAID,
    BasketChangeSerializer,
    BasketDropSerializer,
    BasketPointsSerializer,
    BasketQuery,
    BasketRowSerializer,
    BasketSerializer,
    OpenBasketSerializer,
    ParkSerializer,
    PaySerializer,
)
from billing.basket import baskets, customer, paying, together, whose
from billing.basket.whose import Standing
from billing.drawer import registers
from billing.drawer.bill_once import Sold
from billing.models import Basket
from billing.order import Tendered
from inventory.shelf import bound_keys
from pos.api.lists import Pages
from pos.api.permissions import IsStaffMember
from pos.api.views import ApiView, done, expected_version

WITH_ALL = ("member", "register", "cashier", "bill", "original__member")


class BasketView(ApiView):
    serializer_class: Any = BasketSerializer
    permission_classes = [IsStaffMember]
    problems: tuple[int, ...] = (409,)

    def own(self, request: ApiRequest, basket_id: int) -> Basket:
        """The basket. Refuses an open one of another cashier, and what the request's key may not touch."""
        found = get_object_or_404(all_baskets(), pk=basket_id)
        whose.refuse_others(found, Standing(request.user, found.register.code))
        return found

    def version(self, request: ApiRequest, found: Basket) -> int:
        """Of `If-Match`; without it, the one there is now."""
        asked = expected_version(request)
        return found.version if asked is None else asked

    def answer(self, basket_id: int) -> Response:
        found = all_baskets().get(pk=basket_id)
        return Response(basket_documents.whole(found), headers=etag(found))


def all_baskets() -> QuerySet[Basket]:
    return Basket.objects.select_related(*WITH_ALL)


def etag(basket: Basket) -> dict[str, str]:
    return {"ETag": f'"{basket.version}"'}


class Baskets(BasketView):
    serializer_class: Any = OpenBasketSerializer
    pagination_class = Pages
    query_class = BasketQuery
    reads_key = True
    problems = ()

    @extend_schema(operation_id="baskets", responses=BasketRowSerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        """Open and parked baskets, oldest first. A key that is bound to registers or locations sees the open ones of
        these alone."""
        asked = dict(self.query)
        found = Basket.objects.with_line_count().select_related(*WITH_ALL)
        found = found.filter(state__in=[asked["state"]] if "state" in asked else UNPAID)
        if "register" in asked:
            found = found.filter(register__code__iexact=asked["register"])
        if request.user.bounds and request.user.bounds.registers:
            found = found.filter(Q(state="parked") | Q(register__code__in=request.user.bounds.registers))
        if own := bound_keys.within(request.user, "register__location"):
            found = found.filter(Q(state="parked") | own)
        return self.get_paginated_response([basket_documents.row(one) for one in self.paginate_queryset(found) or []])

    @extend_schema(operation_id="basket_open", request=OpenBasketSerializer, responses={201: BasketSerializer})
    def post(self, request: ApiRequest) -> Response:
        """A new basket of your own at a register whose shift is open. It moves nothing until it is paid."""
        code = checked(self.get_serializer(data=request.data)).validated_data["register"]
        once = self.once("basket", {"register": code})
        made = once.make(Basket.objects.all(), lambda: baskets.start(registers.serving(code), request.user))
        found = all_baskets().get(pk=made.pk)
        return done(basket_documents.whole(found), again=once.again, headers=etag(found))


class OneBasket(BasketView):
    reads_version = ("PATCH",)

    @extend_schema(operation_id="basket")
    def get(self, request: ApiRequest, basket_id: int) -> Response:
        """The basket as it would be sold now. An open one of another cashier is 409 `basket_closed`."""
        self.own(request, basket_id)
        return self.answer(basket_id)

    @extend_schema(operation_id="basket_change", request=BasketChangeSerializer)
    def patch(self, request: ApiRequest, basket_id: int) -> Response:
        """Its member, the discount on all of it, or that the customer's age was asked."""
        found = self.own(request, basket_id)
        asked = checked(BasketChangeSerializer(data=request.data))
        who: dict[str, Any] = {"by": request.user, "tokens": asked.tokens()}
        together.change_basket(found, asked.validated_data, version=self.version(request, found), **who)
        return self.answer(basket_id)


class BasketPoints(BasketView):
    reads_version = ("PUT",)
    problems = (409, 429)

    @extend_schema(operation_id="basket_points", request=BasketPointsSerializer)
    def put(self, request: ApiRequest, basket_id: int) -> Response:
        """What the member pays in points, with the member's PIN. A wrong PIN is 403 `wrong_pin`, after five 429."""
        found = self.own(request, basket_id)
        asked = checked(BasketPointsSerializer(data=request.data)).validated_data
        version = self.version(request, found)
        if asked["points"]:
            pin = asked.get("pin", "")
            customer.spend_points(basket_id, asked["points"], pin, version=version, by=request.user)
        else:
            customer.forget_points(basket_id, version=version)
        return self.answer(basket_id)


class BasketPark(BasketView):
    reads_version = ("POST",)

    @extend_schema(operation_id="basket_park", request=ParkSerializer)
    def post(self, request: ApiRequest, basket_id: int) -> Response:
        """Puts the basket aside. Whoever works in the shop may go on with it."""
        found = self.own(request, basket_id)
        label = checked(ParkSerializer(data=request.data)).validated_data.get("label", "")
        baskets.park(basket_id, label, version=self.version(request, found))
        return self.answer(basket_id)


class BasketResume(BasketView):
    @extend_schema(operation_id="basket_resume", request=OpenBasketSerializer)
    def post(self, request: ApiRequest, basket_id: int) -> Response:
        """Goes on with a parked basket, as its cashier, at this register."""
        get_object_or_404(Basket, pk=basket_id)
        register = registers.serving(checked(OpenBasketSerializer(data=request.data)).validated_data["register"])
        return self.answer(whose.resume(basket_id, register=register, by=request.user).pk)


class BasketTakeOver(BasketView):
    reads_version = ("POST",)

    @extend_schema(operation_id="basket_take_over", request=OpenBasketSerializer)
    def post(self, request: ApiRequest, basket_id: int) -> Response:
        """Takes over the open basket of another cashier at this register; a manager, that of any register."""
        found = get_object_or_404(Basket, pk=basket_id)
        register = registers.serving(checked(OpenBasketSerializer(data=request.data)).validated_data["register"])
        version = self.version(request, found)
        return self.answer(whose.take_over(basket_id, version=version, register=register, by=request.user).pk)


class BasketDrop(BasketView):
    reads_version = ("POST",)

    @extend_schema(operation_id="basket_drop", request=BasketDropSerializer)
    def post(self, request: ApiRequest, basket_id: int) -> Response:
        """Gives the basket up. A large one needs a manager's approval."""
        found = self.own(request, basket_id)
        tokens = checked(BasketDropSerializer(data=request.data)).tokens()
        baskets.drop(basket_id, version=self.version(request, found), by=request.user, tokens=tokens)
        return self.answer(basket_id)


class BasketPay(BasketView):
    serializer_class: Any = PaySerializer
    reads_version = ("POST",)
    is_done_once = True

    @extend_schema(
        operation_id="basket_pay", request=PaySerializer, responses={200: BillSerializer, 201: BillSerializer}
    )
    def post(self, request: ApiRequest, basket_id: int) -> Response:
        """Sells the basket, once: it needs no key, because paying it again answers its bill, with 200."""
        found = self.own(request, basket_id)
        asked = checked(self.get_serializer(data=request.data))
        shown = {name: asked.validated_data.get(f"shown_{name}") for name in ("total", "difference", "on_cards")}
        bill, again = paying.pay_once(
            basket_id,
            [Tendered(**payment) for payment in asked.validated_data["payments"]],
            version=self.version(request, found),
            shown_total=shown["total"],
            shown_difference=shown["difference"],
            shown_on_cards=shown["on_cards"],
            register=found.register.code,
            by=request.user,
            tokens=asked.tokens(),
        )
        return answered(Sold(bill, again), partial(documents.bill, reader=request.user))
