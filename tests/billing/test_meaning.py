"""What a scanned code means when no product has it."""

from decimal import Decimal as D
from uuid import uuid4

import pytest

from accounts.models import User
from billing.basket import baskets, meaning, scanning
from billing.basket.meaning import Meant
from billing.codes import card_spelling
from billing.models import Basket, Shift, UnknownScan
from billing.order import Tendered
from billing.returns import refunds
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from billing.stored_value import balances, gift_cards
from inventory.models import Product
from members import numbers
from members.models import Member
from tests import cast
from tests.counter import sell


@pytest.fixture
def basket(shift: Shift, ana: User) -> Basket:
    return baskets.start(shift.register, ana)


def meant(basket: Basket, text: str, by: User) -> Meant:
    with pytest.raises(scanning.UnknownCode) as unknown:
        scanning.scan(basket.pk, text)
    return meaning.make_out(basket.pk, text, unknown.value, by=by, address="192.0.2.1")


def test_receipt_code_finds_its_bill_and_starts_an_exchange_beside_goods(
    basket: Basket, tea: Product, ana: User
) -> None:
    bill = sell((tea, "1"), by=ana, cash="12.50")
    wish = Wish(uuid4(), bill.number, [Returned(1, D(1))], [Tendered("cash", D("12.50"))], "torn", "R1")
    refund = refunds.refund(wish, cashier=ana).bill
    assert meant(basket, bill.number, ana) == Meant(bill=bill)
    baskets.add(basket.pk, tea.pk)
    assert meant(basket, bill.number, ana) == Meant(bill=bill, for_exchange=True)
    assert meant(basket, refund.number, ana) == Meant(bill=refund)


def test_card_of_a_member_attaches_the_member(basket: Basket, olga: Member, ana: User) -> None:
    Member.objects.filter(pk=olga.pk).update(number=(card := numbers.take_next()))
    assert meant(basket, card, ana) == Meant()
    basket.refresh_from_db()
    assert basket.member == olga


def test_typed_name_adds_its_only_match_or_offers_a_choice(basket: Basket, tea: Product, ana: User) -> None:
    assert meant(basket, "3*green tea", ana) == Meant(product=tea.pk, amount=D(3))
    cast.product("Green tea in bags", "4.00")
    assert meant(basket, "green tea", ana) == Meant(search="green tea")


def test_gift_card_is_presented_and_an_unknown_one_is_not_recorded(basket: Basket, tea: Product, ana: User) -> None:
    baskets.add(basket.pk, tea.pk)
    key = uuid4()
    gift_cards.sell(key, register="R1", amount=D(5), tender="card", by=ana)
    assert meant(basket, card_spelling.code_for(key), ana) == Meant()
    assert basket.presented.get().card.balance == D(5)
    with pytest.raises(balances.UnknownCard):
        meant(basket, card_spelling.code_for(uuid4()), ana)
    assert not UnknownScan.objects.exists()


def test_unknown_code_is_recorded_and_refused(basket: Basket, ana: User) -> None:
    with pytest.raises(scanning.UnknownCode, match="5000112637922"):
        meant(basket, "5000112637922", ana)
    noted = UnknownScan.objects.get()
    assert (noted.code, noted.register, noted.by) == ("5000112637922", basket.register, ana)
