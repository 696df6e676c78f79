"""A sale, an exchange and full refunds leave every ledger unchanged."""

from decimal import Decimal as D
from uuid import uuid4

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from accounts.models import User
from billing.codes import card_spelling
from billing.models import Bill, CashMovement, Payment, StoredValue, StoredValueEntry
from billing.order import Order, Tendered, Wanted
from billing.returns import exchanges, refunds, without_receipt
from billing.returns.exchanges import Exchange
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from billing.returns.without_receipt import Claim, Claimed
from billing.sale import quotes, sales
from billing.stored_value import gift_cards
from inventory.models import Stock
from members import points
from pos.models import StoreSettings
from tests import cast
from tests.proof import assert_books_are_right

MONEY = st.decimals("0.01", 60, places=2)


@pytest.mark.django_db
@trying(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MONEY, MONEY, st.integers(1, 3), st.booleans(), st.sampled_from(["cash", "card", "store_credit"]))
def test_sale_exchange_and_full_refund_leave_every_ledger_at_zero(
    ana: User, may: User, first: D, second: D, pieces: int, included: bool, method: str
) -> None:
    """Whatever was bought, exchanged and returned: goods, money, points and cards all add up to zero."""
    StoreSettings.change(by="may", require_pin_for_points=False, prices_include_tax=included)
    member = cast.MemberFactory(is_vip=pieces == 2)
    points.adjust(member.pk, D(10), by=may, reason="welcome")
    had, wanted = cast.product(price=str(first)), cast.product(price=str(second))
    card = uuid4()
    gift_cards.sell(card, register="API", amount=D("500.00"), tender="cash", by=may)
    quote = quotes.quote(Order(uuid4(), [Wanted(D(pieces), had.pk)], member=member.pk))[2]
    spent = min(quote.total, D("1.25"))
    on_card = min(quote.total - spent, D("3.00"))
    rest = quote.total - spent - on_card
    paid = [Tendered("gift_card", on_card, card_spelling.code_for(card))] if on_card else []
    owed = without_receipt.refund(
        Claim(uuid4(), [Claimed(D(1), cast.product(price="500.00").pk)], "to begin with"), cashier=may
    ).bill
    reference = card_spelling.code_for(owed.key) if method == "store_credit" else ""
    paid += [Tendered(method, rest, reference)] if rest else []
    bill = sales.sell(
        Order(uuid4(), [Wanted(D(pieces), had.pk)], paid, member=member.pk, points=spent), cashier=may
    ).bill
    back = [Returned(1, D(1))]
    due = quotes.quote(Order(uuid4(), [Wanted(D(1), wanted.pk)], member=member.pk))[2].due
    gets = refunds.preview(bill, back, goods_taken=due).payments
    pays = max(due - refunds.preview(bill, back).figures.due, D(0))
    key = uuid4()
    order = Order(key, [Wanted(D(1), wanted.pk)], [Tendered("card", pays)] if pays else [], member=member.pk)
    done = exchanges.exchange(Exchange(Wish(key, bill.number, back, gets, "wrong"), order), cashier=may)
    for sale, left in ((done.sale, 1), (bill, pieces - 1)):
        if left:
            stored, goods = Bill.objects.get(pk=sale.pk), [Returned(1, D(left))]
            proposed = refunds.preview(stored, goods).payments
            refunds.refund(Wish(uuid4(), sale.number, goods, proposed, "torn"), cashier=may)
    member.refresh_from_db()
    assert member.points == 10
    assert StoredValue.objects.get(digest=card_spelling.digest(card_spelling.code_for(card))).balance == D("500.00")
    bills = Bill.objects.filter(member=member)
    moved = StoredValueEntry.objects.filter(bill__in=bills, card__kind="store_credit")
    assert moved.aggregate(sum=Sum("amount", default=D(0)))["sum"] == 0
    for figure in ("subtotal", "discount", "tax", "total", "points_spent", "points_earned", "cash_rounding"):
        assert bills.aggregate(sum=Sum(figure))["sum"] == 0, figure
    for row in Payment.objects.filter(bill__in=bills).values("method").annotate(sum=Sum("amount")):
        assert row["sum"] == 0, row
    assert CashMovement.objects.filter(bill__in=bills).aggregate(sum=Sum("amount", default=D(0)))["sum"] == 0
    assert all(Stock.objects.get(product=product).quantity == 100 for product in (had, wanted))
    assert_books_are_right()
