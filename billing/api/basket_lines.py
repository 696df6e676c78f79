"""The lines of the API's baskets, and the gift cards sold with them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response

from accounts.http import ApiRequest
from billing.api import basket_documents
from billing.api.baskets import BasketView, all_baskets, etag
from billing.api.once import checked
from billing.api.serializers.baskets import (
    AddedSerializer,
    BasketSerializer,
    CardAmountSerializer,
    LineChangeSerializer,
    ScanSerializer,
)
from billing.basket import basket_cards, baskets, scanning, together, whose
from billing.basket.whose import Standing
from billing.models import Basket, BasketGiftCard, BasketLine
from pos.api.views import done
from pos.exactly_once import Once


class AddingView(BasketView):
    serializer_class: Any = AddedSerializer
    reads_key = True

    def hold(self, request: ApiRequest, basket_id: int) -> Basket:
        """The basket, locked and still one's own."""
        held = baskets.hold(basket_id)
        whose.refuse_others(held, Standing(request.user, held.register_code))
        return held

    def added(self, basket_id: int, row: BasketLine | BasketGiftCard, once: Once) -> Response:
        found = all_baskets().get(pk=basket_id)
        return done({**basket_documents.whole(found), "added": row.pk}, again=once.again, headers=etag(found))


class BasketLines(AddingView):
    @extend_schema(operation_id="basket_scan", request=ScanSerializer, responses={201: AddedSerializer})
    def post(self, request: ApiRequest, basket_id: int) -> Response:
        """Adds goods: the same goods again make the line longer. What is sold by weight waits for it, unless the code
        or `quantity` tells it."""
        self.own(request, basket_id)
        asked = checked(ScanSerializer(data=request.data))
        what = asked.validated_data
        quantity = what.get("quantity")
        who: dict[str, Any] = {"by": request.user, "tokens": asked.tokens()}

        def add() -> BasketLine:
            held = self.hold(request, basket_id)
            if "code" in what:
                return scanning.scan_into(held, what["code"], quantity, **who)
            return baskets.add_held(held, what["product"], quantity, **who)

        once = self.once(
            f"line of basket {basket_id}", {n: what[n] for n in ("code", "product", "quantity") if n in what}
        )
        return self.added(basket_id, once.make(BasketLine.objects.all(), add), once)


class OneBasketLine(BasketView):
    reads_version = ("PATCH",)

    @extend_schema(operation_id="basket_line_change", request=LineChangeSerializer, responses=BasketSerializer)
    def patch(self, request: ApiRequest, basket_id: int, line_id: int) -> Response:
        """Changes the given fields; what is beyond your limits needs a manager's approval."""
        found = self.own(request, basket_id)
        line = get_object_or_404(BasketLine.objects.not_removed(), basket=basket_id, pk=line_id)
        asked = checked(LineChangeSerializer(data=request.data))
        who: dict[str, Any] = {"by": request.user, "tokens": asked.tokens()}
        together.change_line(line, asked.validated_data, version=self.version(request, found), **who)
        return self.answer(basket_id)


class BasketGiftCards(AddingView):
    @extend_schema(operation_id="basket_gift_card_add", request=CardAmountSerializer, responses={201: AddedSerializer})
    def post(self, request: ApiRequest, basket_id: int) -> Response:
        """A new gift card, to be sold with the basket. Its code is told with the bill."""
        self.own(request, basket_id)
        amount = checked(CardAmountSerializer(data=request.data)).validated_data["amount"]

        def add() -> BasketGiftCard:
            return basket_cards.add_gift_card(self.hold(request, basket_id).pk, amount)

        once = self.once(f"gift card in basket {basket_id}", {"amount": amount})
        return self.added(basket_id, once.make(BasketGiftCard.objects.all(), add), once)


class OneBasketGiftCard(BasketView):
    reads_version = ("DELETE",)

    @extend_schema(operation_id="basket_gift_card_remove", responses={204: None})
    def delete(self, request: ApiRequest, basket_id: int, gift_card_id: int) -> Response:
        found = self.own(request, basket_id)
        get_object_or_404(BasketGiftCard.objects.not_removed(), basket=basket_id, pk=gift_card_id)
        version = self.version(request, found)
        basket_cards.remove_gift_card(basket_id, gift_card_id, version=version, by=request.user)
        return Response(status=204)
