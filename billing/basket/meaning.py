"""Finds out what a code means that no product has: a receipt, a member's card, a product's name, or a card to pay
with."""

from dataclasses import dataclass
from decimal import Decimal

from accounts.models import User
from billing.basket import basket_cards, customer
from billing.basket.scanning import UnknownCode, only_hit
from billing.codes import card_spelling, unknown_codes
from billing.models import Basket, BasketLine, Bill, BillKind
from billing.receipts.finding import on_paper
from billing.stored_value import balances
from inventory.goods import search
from members import member_search


@dataclass(frozen=True, slots=True)
class Meant:
    """What is left to do for the caller: show a bill, add a product, list the products found by these words, or
    nothing."""

    bill: Bill | None = None
    for_exchange: bool = False
    product: int | None = None
    amount: Decimal | None = None
    search: str = ""


def make_out(basket_id: int, text: str, unknown: UnknownCode, *, by: User, address: str) -> Meant:
    """Attaches the member or presents the card, or says what else the code means. A code without meaning is recorded
    and refused.

    Call it outside any transaction: wrong card codes must stay counted.
    """
    if bill := on_paper(text):
        among_goods = BasketLine.objects.not_removed().filter(basket=basket_id).exists()
        return Meant(bill=bill, for_exchange=among_goods and bill.kind == BillKind.SALE)
    if member := member_search.owner_of(text):
        customer.attach_member(basket_id, member, version=None)
        return Meant()
    if unknown.is_typed and (only := only_hit(unknown.text)):
        return Meant(product=only, amount=unknown.amount)
    code = unknown.facts["code"]
    if card_spelling.is_like_one(code):
        basket_cards.present(basket_id, balances.look_up(code, by=by, address=address))
        return Meant()
    if unknown.is_typed and search.products(unknown.text, limit=1):
        return Meant(search=unknown.text)
    unknown_codes.note(code, register=Basket.objects.select_related("register").get(pk=basket_id).register, by=by)
    raise unknown
