"""An open basket belongs to its till and cashier, a parked one to the shop; taking one over is recorded."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from billing.basket import baskets, customer, whose
from billing.drawer import shifts
from billing.models import Basket, BasketState, Bill, Register, Shift
from inventory.models import Product
from members.points import OwnCard
from pos.errors import Stale
from tests import cast
from tests.at_once import at_once
from tests.cast import PIN, MemberFactory

CODE = "4006381333931"


@pytest.fixture
def basket(shift: Shift, r1: Register, ana: User, tea: Product) -> Basket:
    """Ana's basket at R1, with a tea."""
    begun = baskets.start(r1, ana)
    baskets.add(begun.pk, tea.pk)
    begun.refresh_from_db()
    return begun


def at_till(person: User, code: str = "R1") -> Client:
    web = cast.signed_in(person)
    if code:
        web.post("/shift/join", {"register": code})
    return web


def state_of(basket: Basket) -> tuple[int, object, str, int]:
    basket.refresh_from_db()
    return basket.version, basket.member_id, basket.state, basket.lines.filter(removed_at=None).count()


@pytest.mark.parametrize("till", ["", "R1", "R2"], ids=["at no till", "at the same till", "at another till"])
def test_cashier_cannot_change_the_basket_of_another(basket: Basket, ben: User, till: str) -> None:
    shifts.open_shift(cast.till("R2").code, opening_float=D(0), by=ben)
    baskets_of_ben = at_till(ben, till)
    card: Any = MemberFactory(name="Ben himself", staff=ben)
    line, version = basket.lines.get(), str(basket.version)
    before = state_of(basket)
    posts: dict[str, dict[str, str]] = {
        "scan": {"code": CODE},
        f"add/{line.product_id}": {},
        f"lines/{line.pk}": {"quantity": "9", "version": version},
        f"lines/{line.pk}/remove": {"version": version},
        f"lines/{line.pk}/discount": {"percent": "5", "amount": "", "version": version},
        f"lines/{line.pk}/note": {"note": "mine", "version": version},
        "discount": {"percent": "5", "amount": "", "version": version},
        "member": {"who": card.number, "version": version},
        "points": {"points": "1", "pin": PIN, "version": version},
        "park": {"label": "mine", "version": version},
        "drop": {"version": version},
        "returns/keep": {"version": version},
        "pay": {"version": version, "shown_total": "12.50", "method": "cash", "amount": "12.50"},
        "member/new": {"name": "Zoe"},
    }
    for path, form in posts.items():
        answer = baskets_of_ben.post(f"/till/{basket.pk}/{path}", form, follow=True)
        assert answer.status_code in (200, 409), path
        assert state_of(basket) == before, path
    for page in ("", f"/lines/{line.pk}/sheet", "/purchases", "/tiles"):
        assert "Green tea" not in baskets_of_ben.get(f"/till/{basket.pk}{page}").text
    assert not Bill.objects.exists()
    sent_away = baskets_of_ben.get(f"/till/{basket.pk}")
    assert (sent_away.status_code, sent_away.url) == (302, "/till" if till else "/shift/open")


def test_cashier_at_the_same_till_takes_a_basket_over_and_it_is_recorded(basket: Basket, ben: User) -> None:
    basket.age_checked = 18
    basket.save()
    web = at_till(ben)
    page = web.get("/till", follow=True).text
    assert "Begun here by others" in page
    assert f"/till/{basket.pk}/take-over" in page
    answer = web.post(f"/till/{basket.pk}/take-over", {"version": basket.version}, follow=True)
    assert "Green tea" in answer.text
    basket.refresh_from_db()
    assert (basket.cashier, basket.age_checked) == (ben, 0)
    entry = AuditEntry.objects.get(action="basket.taken_over")
    assert (entry.actor, entry.subject, entry.facts) == (ben, str(basket.pk), {"cashier": "ana", "register": "R1"})


def test_only_managers_take_over_a_basket_of_another_till(basket: Basket, ben: User, may: User) -> None:
    r2 = cast.till("R2")
    with pytest.raises(whose.AlreadyTaken):
        whose.take_over(basket.pk, version=basket.version, register=r2, by=ben)
    whose.take_over(basket.pk, version=basket.version, register=r2, by=may)
    basket.refresh_from_db()
    assert (basket.cashier, basket.register) == (may, r2)


def test_any_cashier_may_resume_a_parked_basket(basket: Basket, ben: User) -> None:
    baskets.park(basket.pk, "", version=basket.version)
    at_till(ben).post(f"/till/{basket.pk}/resume")
    basket.refresh_from_db()
    assert (basket.cashier, basket.state) == (ben, BasketState.OPEN)


@pytest.mark.django_db(transaction=True)
def test_only_one_of_many_takes_a_basket_over_at_once(basket: Basket, ben: User, may: User, r1: Register) -> None:
    take = [
        lambda by=by: whose.take_over(basket.pk, version=basket.version, register=r1, by=by) for by in [ben, may] * 3
    ]
    answers = at_once(take)
    assert sum(isinstance(answer, Basket) for answer in answers) == 1
    assert {type(answer) for answer in answers} == {Basket, Stale}
    assert AuditEntry.objects.filter(action="basket.taken_over").count() == 1


def test_cashier_who_rang_up_earns_no_points_though_another_takes_payment(basket: Basket, ana: User, ben: User) -> None:
    """Ana rings up; Ben takes over and attaches Ana's card: she would earn points on her own sale."""
    card: Any = MemberFactory(name="Ana herself", staff=ana)
    whose.take_over(basket.pk, version=basket.version, register=basket.register, by=ben)
    with pytest.raises(OwnCard):
        customer.attach_member(basket.pk, card, version=None)


def test_cashier_who_takes_payment_earns_no_points_though_another_rang_up(basket: Basket, ana: User, ben: User) -> None:
    card: Any = MemberFactory(name="Ben himself", staff=ben)
    customer.attach_member(basket.pk, card, version=None)
    basket.refresh_from_db()
    whose.take_over(basket.pk, version=basket.version, register=basket.register, by=ben)
    page = at_till(ben).post(
        f"/till/{basket.pk}/pay",
        {"version": basket.version + 1, "shown_total": "12.50", "method": "cash", "amount": "12.50"},
    )
    assert "This is your own card" in page.text
    assert not Bill.objects.exists()
