"""A gift card scanned at the till pays for goods up to its balance."""

from decimal import Decimal as D
from uuid import UUID, uuid4

import pytest
from django.test import Client

from accounts.models import User
from billing.basket import basket_cards, baskets, lines, paying, presented_cards, priced, returned_goods
from billing.codes import card_spelling
from billing.drawer import counting, shifts
from billing.models import (
    Basket,
    Bill,
    PaperKind,
    PresentedCard,
    Register,
    Shift,
    StoredValue,
    StoredValueEntry,
    Tender,
    UnknownScan,
)
from billing.order import Tendered
from billing.receipts import card_codes, finding, slip
from billing.returns import refunds
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from billing.sale import quotes, sales
from billing.stored_value import balances, gift_cards
from inventory.models import Product
from tests import cast
from tests.at_once import after_waiting, at_once
from tests.counter import sell
from tests.proof import assert_books_are_right

KEY = UUID("6f1c0000-0000-4000-8000-000000000001")


@pytest.fixture
def code(shift: Shift, ana: User) -> str:
    """The code of a gift card with 20.00."""
    gift_cards.sell(KEY, register="R1", amount=D("20.00"), tender="card", by=ana)
    return card_spelling.code_for(KEY)


@pytest.fixture
def basket(r1: Register, ana: User, code: str, tea: Product, ana_web: Client) -> Basket:
    """A basket of two teas, 25.00."""
    session = ana_web.session
    session["register"] = r1.code
    session.save()
    found = baskets.current(r1, ana)
    baskets.add(found.pk, tea.pk, D(2))
    return found


def pay(basket: Basket, *paid: Tendered, by: User, shown: str | None = None, register: str = "R1") -> Bill:
    basket.refresh_from_db()
    on_cards = D(shown) if shown is not None else None
    asked = {"version": basket.version, "shown_total": None, "register": register, "shown_on_cards": on_cards}
    return paying.pay(basket.pk, paid, **asked, by=by)  # type: ignore[arg-type]


def scan(browser: Client, basket: Basket, code: str) -> str:
    return browser.post(f"/till/{basket.pk}/scan", {"code": code}, headers={"HX-Request": "true"}).text


def left(code: str) -> D:
    return balances.find(code).balance


@pytest.mark.parametrize(
    "written", [str, str.lower, card_spelling.plain, lambda code: f"]C0{card_spelling.plain(code)}"]
)
def test_scanned_card_becomes_a_tender_of_its_balance(
    ana_web: Client, basket: Basket, code: str, ana: User, written: type[str]
) -> None:
    page = scan(ana_web, basket, written(code))
    assert f"Gift card …{card_spelling.plain(code)[-4:]}" in page
    assert "€5.00" in page
    assert code not in page
    assert card_spelling.plain(code) not in page
    assert not UnknownScan.objects.exists()
    bill = pay(basket, Tendered("cash", D("5.00")), by=ana, shown="20.00")
    assert [(paid.method_id, paid.amount) for paid in bill.payments.all()] == [("gift_card", 20), ("cash", 5)]
    assert left(code) == 0
    assert_books_are_right()


def test_card_pays_only_the_amount_due_and_the_receipt_shows_what_is_left(
    basket: Basket, code: str, tea: Product, ana: User
) -> None:
    basket.refresh_from_db()
    line = basket.lines.get()
    lines.set_quantity(basket.pk, line.pk, D(1), version=basket.version, by=ana)
    basket_cards.present(basket.pk, balances.find(code))
    bill = pay(basket, by=ana, shown="12.50")
    assert [left for _, left in finding.cards_left(Bill.objects.get(pk=bill.pk))] == [D("7.50")]
    printed = [line.text for line in slip.lines(Bill.objects.get(pk=bill.pk), PaperKind.RECEIPT, 0, 48)]
    assert any(line.startswith("Left on gift card") and line.endswith("7.50") for line in printed)
    gift_cards.sell(uuid4(), register="R1", amount=D(5), tender="card", by=ana, code=code)
    assert [left for _, left in finding.cards_left(Bill.objects.get(pk=bill.pk))] == [D("7.50")], (
        "the balance at the time of the bill"
    )
    assert_books_are_right()


def test_presented_card_can_be_put_away(basket: Basket, code: str, ana: User) -> None:
    basket_cards.present(basket.pk, balances.find(code))
    basket_cards.present(basket.pk, balances.find(code))
    row = PresentedCard.objects.get()
    basket.refresh_from_db()
    basket_cards.put_away(basket.pk, row.pk, version=basket.version)
    assert pay(basket, Tendered("cash", D(25)), by=ana).payments.all()[0].method_id == "cash"
    assert left(code) == 20


def test_presented_card_is_forgotten_when_its_goods_are_removed_or_parked(
    basket: Basket, code: str, ana: User, milk: Product
) -> None:
    basket_cards.present(basket.pk, balances.find(code))
    basket.refresh_from_db()
    lines.remove(basket.pk, basket.lines.get().pk, version=basket.version, by=ana)
    assert not basket.presented.exists()
    baskets.add(basket.pk, milk.pk)
    basket_cards.present(basket.pk, balances.find(code))
    basket.refresh_from_db()
    baskets.park(basket.pk, "", version=basket.version)
    assert not basket.presented.exists()


def test_card_scanned_before_any_goods_shows_its_balance_and_is_not_kept(
    shift: Shift, r1: Register, code: str, ana: User
) -> None:
    empty = baskets.current(r1, ana)
    with pytest.raises(basket_cards.NothingToPay, match=r"€20\.00 on this card"):
        basket_cards.present(empty.pk, balances.find(code))
    assert not PresentedCard.objects.exists()


def test_card_that_cannot_pay_is_refused(basket: Basket, code: str, may: User, ana: User) -> None:
    card = StoredValue.objects.get()
    with pytest.raises(balances.UnknownCard):
        basket_cards.present(basket.pk, balances.find("0000-0000-0000-000A"))
    gift_cards.block(card.pk, blocked=True, reason="lost", by=may)
    with pytest.raises(balances.CardBlocked):
        basket_cards.present(basket.pk, balances.find(code))
    gift_cards.block(card.pk, blocked=False, reason="found", by=may)
    gift_cards.adjust(uuid4(), card.pk, amount=D(-20), reason="spent elsewhere", by=may)
    with pytest.raises(basket_cards.NothingOnCard):
        basket_cards.present(basket.pk, balances.find(code))
    gift_cards.adjust(uuid4(), card.pk, amount=D(20), reason="a mistake", by=may)
    Tender.objects.filter(kind="gift_card").update(is_active=False)
    with pytest.raises(presented_cards.NotTaken):
        basket_cards.present(basket.pk, balances.find(code))


def test_gift_card_cannot_pay_for_gift_cards(r1: Register, code: str, ana: User) -> None:
    basket = baskets.current(r1, ana)
    basket_cards.add_gift_card(basket.pk, D(10))
    with pytest.raises(balances.CardBuysCard):
        basket_cards.present(basket.pk, balances.find(code))


def test_card_pays_for_the_goods_but_not_for_a_gift_card_beside_them(basket: Basket, code: str, ana: User) -> None:
    basket_cards.add_gift_card(basket.pk, D(10))
    basket_cards.present(basket.pk, balances.find(code))
    bill = pay(basket, Tendered("cash", D("15.00")), by=ana, shown="20.00")
    assert (bill.total, bill.cards_sold) == (25, 10)
    assert_books_are_right()


def test_store_credit_can_be_scanned(basket: Basket, tea: Product, ana: User) -> None:
    bought = sell((tea, "1"), by=ana, cash="12.50")
    key = uuid4()
    wish = Wish(key, bought.number, [Returned(1, D(1))], [Tendered("store_credit", D("12.50"))], "torn", "R1")
    refunds.refund(wish, cashier=ana)
    basket_cards.present(basket.pk, balances.find(card_spelling.code_for(key)))
    bill = pay(basket, Tendered("cash", D("12.50")), by=ana)
    assert bill.payments.all()[0].method_id == "store_credit"


def test_balance_that_changed_since_it_was_shown_stops_the_sale(
    basket: Basket, code: str, may: User, ana: User
) -> None:
    basket_cards.present(basket.pk, balances.find(code))
    gift_cards.adjust(uuid4(), StoredValue.objects.get().pk, amount=D(-15), reason="spent elsewhere", by=may)
    with pytest.raises(presented_cards.CardsPayAnother, match=r"€5\.00"):
        pay(basket, Tendered("cash", D(5)), by=ana, shown="20.00")
    assert not Bill.objects.exists()


def test_guessing_card_codes_at_the_scanner_is_throttled(ana_web: Client, basket: Basket, code: str) -> None:
    for _ in range(5):
        assert "does not know this card" in scan(ana_web, basket, f"0000-0000-0000-{uuid4().hex[:3].upper()}A")
    assert "Too many attempts" in scan(ana_web, basket, code)
    assert not PresentedCard.objects.exists()
    assert not UnknownScan.objects.exists(), "a code that may be a card's is not recorded"


def test_product_with_a_code_like_a_card_is_sold(ana_web: Client, basket: Basket) -> None:
    cast.product("Odd", "1.00", barcode="ABCD1234EFGH5678")
    assert "Odd" in scan(ana_web, basket, "ABCD1234EFGH5678")


@pytest.mark.django_db(transaction=True)
def test_card_redeemed_at_two_tills_at_once_pays_once(
    basket: Basket, code: str, tea: Product, ana: User, ben: User
) -> None:
    cast.till("R2")
    shifts.open_shift("R2", opening_float=D(0), by=ben)
    other = baskets.current(Register.objects.get(code="R2"), ben)
    baskets.add(other.pk, tea.pk, D(2))
    for one in (basket, other):
        basket_cards.present(one.pk, balances.find(code))
    answers = at_once(
        [
            lambda: pay(basket, Tendered("cash", D(5)), by=ana, shown="20.00"),
            lambda: pay(other, Tendered("cash", D(5)), by=ben, shown="20.00", register="R2"),
        ]
    )
    refused = [answer for answer in answers if not isinstance(answer, Bill)]
    assert len(refused) == 1
    assert isinstance(refused[0], balances.NotEnoughOnCard | presented_cards.CardsPayAnother), refused
    assert left(code) == 0
    assert_books_are_right()


@pytest.mark.django_db(transaction=True)
def test_sale_that_waited_for_the_card_sees_it_spent(basket: Basket, code: str, ana: User, may: User) -> None:
    """Without the lock the sale would spend money no longer on the card; only the database would stop it."""
    card = balances.find(code)
    basket_cards.present(basket.pk, card)
    answer = after_waiting(
        lambda: balances.lock([card_spelling.digest(code)]),
        lambda: pay(basket, Tendered("cash", D(5)), by=ana, shown="20.00"),
        lambda: gift_cards.adjust(uuid4(), card.pk, amount=D(-20), reason="spent elsewhere", by=may),
    )
    assert isinstance(answer, balances.NotEnoughOnCard), answer
    assert not Bill.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_card_scanned_eight_times_at_once_is_presented_once(basket: Basket, code: str) -> None:
    answers = at_once([lambda: basket_cards.present(basket.pk, balances.find(code))] * 8)
    assert answers == [None] * 8
    assert PresentedCard.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_basket_with_a_presented_card_paid_twice_at_once_is_one_bill(basket: Basket, code: str, ana: User) -> None:
    basket_cards.present(basket.pk, balances.find(code))
    basket.refresh_from_db()
    shown = {"version": basket.version, "shown_total": D(25), "register": "R1", "shown_on_cards": D(20), "by": ana}
    answers = at_once([lambda: paying.pay(basket.pk, [Tendered("cash", D(5))], **shown)] * 8)  # type: ignore[arg-type]
    assert {answer.pk for answer in answers} == {Bill.objects.get().pk}
    assert left(code) == 0


def test_code_of_a_sold_card_is_shown_until_the_next_sale_at_the_till(
    shift: Shift, r1: Register, tea: Product, ana: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    basket = baskets.current(r1, ana)
    basket_cards.add_gift_card(basket.pk, D(30))
    bill = Bill.objects.get(pk=pay(basket, Tendered("cash", D(30)), by=ana).pk)

    def codes(reader: User) -> list[str]:
        return [sold.code for sold in card_codes.to_print(bill, reader)]

    assert (len(codes(ana)[0]), codes(ben)) == (19, [""])
    monkeypatch.setattr(card_codes, "CODE_SHOWN_FOR", 0)
    following = baskets.current(r1, ana)
    assert codes(ana)[0], "time has passed, but no next sale has begun"
    baskets.add(following.pk, tea.pk)
    assert codes(ana) == [""]


def test_code_of_a_card_sold_outside_a_basket_is_shown_until_the_next_sale_at_the_till(
    basket: Basket, code: str, milk: Product, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_codes, "CODE_SHOWN_FOR", 0)
    entry = StoredValueEntry.objects.get()
    basket.lines.all().delete()
    assert card_codes.code_to_show(entry, ana) == code
    baskets.add(basket.pk, milk.pk)
    assert card_codes.code_to_show(entry, ana) == ""


def test_code_of_store_credit_from_an_exchange_is_shown_after_the_exchange(
    shift: Shift, r1: Register, tea: Product, milk: Product, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    bought = sell((tea, "1"), by=ana, cash="12.50")
    basket = baskets.current(r1, ana)
    baskets.add(basket.pk, milk.pk)
    returned_goods.bring_back(basket.pk, bought, [Returned(1, D(1))], reason="torn")
    basket.refresh_from_db()
    swapped = priced.show(basket).quote.due - D("12.50")
    asked = {"version": basket.version, "shown_total": None, "register": "R1", "shown_difference": swapped}
    sale = paying.pay(basket.pk, [Tendered("store_credit", -swapped)], **asked, by=ana)  # type: ignore[arg-type]
    entry = card_codes.made_with(Bill.objects.get(exchanged_for=sale))
    monkeypatch.setattr(card_codes, "CODE_SHOWN_FOR", 0)
    assert entry
    assert card_codes.code_to_show(entry, ana)
    baskets.add(baskets.current(r1, ana).pk, milk.pk)
    assert card_codes.code_to_show(entry, ana) == ""


def test_code_is_hidden_once_the_shift_is_closed(
    shift: Shift, r1: Register, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    basket = baskets.current(r1, ana)
    basket_cards.add_gift_card(basket.pk, D(30))
    bill = pay(basket, Tendered("cash", D(30)), by=ana)
    counting.close_shift(shift.pk, counted=D(130), by=ana)
    monkeypatch.setattr(card_codes, "CODE_SHOWN_FOR", 0)
    assert [sold.code for sold in card_codes.to_print(Bill.objects.get(pk=bill.pk), ana)] == [""]


def test_receipt_page_and_printed_receipt_show_the_code_after_a_reload(
    ana_web: Client, shift: Shift, r1: Register, ana: User
) -> None:
    bill = sales.sell(
        quotes.Order(uuid4(), [], [Tendered("cash", D(30))], register="R1", cards=[D(30)]), cashier=ana
    ).bill
    (sold,) = card_codes.to_print(Bill.objects.get(pk=bill.pk), ana)
    for _ in range(2):
        page = ana_web.get(f"/bills/{bill.number}/receipt").text
        assert page.count(sold.code) >= 2
        assert "Barcode of" in page
    assert sold.code in ana_web.get(f"/gift-cards/sold/{sold.entry.pk}").text
    printed = ana_web.post(f"/bills/{bill.number}/print", {"kind": "receipt"}, follow=True).text
    assert sold.code in printed
    assert sold.code not in ana_web.post(f"/bills/{bill.number}/print", {"kind": "gift"}, follow=True).text
    assert sold.code not in ana_web.get(f"/bills/{bill.number}").text
