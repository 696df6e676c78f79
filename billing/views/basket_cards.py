"""The till's views for gift cards sold in a basket and for cards presented to pay."""

from accounts.http import StaffRequest
from billing.basket import basket_cards
from billing.basket.scan_once import once
from billing.views.forms import AmountForm, VersionForm
from billing.views.frame import on_basket, standing


@on_basket
def add_gift_card(request: StaffRequest, basket_id: int) -> None:
    amount = AmountForm(request.POST).values()["amount"]
    add = lambda held: basket_cards.add_gift_card(held.pk, amount)  # noqa: E731
    once(basket_id, request.POST.get("once", ""), add, at=standing(request))


@on_basket
def remove_gift_card(request: StaffRequest, basket_id: int, gift_card_id: int) -> None:
    version = VersionForm(request.POST).values()["version"]
    basket_cards.remove_gift_card(basket_id, gift_card_id, version=version, by=request.user)


@on_basket
def put_card_away(request: StaffRequest, basket_id: int, presented_id: int) -> None:
    basket_cards.put_away(basket_id, presented_id, version=VersionForm(request.POST).values()["version"])
