"""Staff may not earn or spend points on sales they ring up."""

from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from billing.basket import baskets, customer, paying
from billing.models import Basket, Bill, Register, Shift
from inventory.models import Product
from members import registry
from members.models import Member
from members.points import OwnCard
from pos.errors import InUse, ManagersOnly
from tests.counter import sell
from tests.traces import traces


@pytest.fixture
def own(olga: Member, ana: User, may: User) -> Member:
    """Ana's own card."""
    registry.link_staff(olga.pk, ana, by=may)
    olga.refresh_from_db()
    return olga


def test_cashier_may_not_use_their_own_card(own: Member, shift: Shift, tea: Product, ana: User) -> None:
    before = traces()
    with pytest.raises(OwnCard):
        sell((tea, "1"), by=ana, cash="12.50", member=own.pk)
    assert traces() == before


def test_colleague_may_ring_up_the_cashiers_card(own: Member, shift: Shift, tea: Product, ben: User) -> None:
    assert sell((tea, "1"), by=ben, cash="12.50", member=own.pk).points_earned > 0


def test_own_card_linked_while_the_basket_is_open_is_refused_at_payment(
    olga: Member, shift: Shift, r1: Register, tea: Product, ana: User, may: User
) -> None:
    basket = baskets.current(r1, ana)
    baskets.add(basket.pk, tea.pk)
    customer.attach_member(basket.pk, olga, version=None)
    registry.link_staff(olga.pk, ana, by=may)
    version = Basket.objects.get(pk=basket.pk).version
    with pytest.raises(OwnCard):
        paying.pay(basket.pk, [], version=version, shown_total=None, register="R1", by=ana)


def test_own_card_is_refused_on_the_page_and_in_the_api(
    own: Member, shift: Shift, tea: Product, ana_web: Client, ana_api: Client
) -> None:
    session = ana_web.session
    session["register"] = "R1"
    session.save()
    basket = baskets.current(shift.register, shift.opened_by)
    asked = {"who": own.email, "version": basket.version}
    assert "your own card" in ana_web.post(f"/till/{basket.pk}/member", asked).text
    order = {
        "register": "R1",
        "member": own.pk,
        "lines": [{"product": tea.pk, "quantity": "1"}],
        "payments": [{"method": "cash", "amount": "20.00"}],
    }
    refused = ana_api.post(
        "/api/v1/bills", order, content_type="application/json", headers={"Idempotency-Key": str(uuid4())}
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "own_card")
    assert not Bill.objects.exists()


def test_only_a_manager_links_a_card_and_only_one_per_person(own: Member, vera: Member, ana: User, may: User) -> None:
    with pytest.raises(ManagersOnly):
        registry.link_staff(own.pk, None, by=ana)
    with pytest.raises(InUse):
        registry.link_staff(vera.pk, ana, by=may)
    registry.link_staff(own.pk, None, by=may)
    registry.link_staff(vera.pk, ana, by=may)


def test_erased_member_is_unlinked_from_staff(own: Member, ana: User, may: User) -> None:
    registry.erase(own.pk, by=may)
    own.refresh_from_db()
    assert own.staff is None


def test_manager_links_a_card_in_the_back_office(olga: Member, ana: User, may_web: Client) -> None:
    page = f"/admin/members/member/{olga.pk}/change/"
    shown = may_web.get(page).context["adminform"].form.initial
    form = {name: shown.get(name) or "" for name in ("name", "email", "phone")}
    form |= {"is_active": "on", "staff": ana.pk, "points_key": str(uuid4())}
    form |= {
        f"{inline}-{name}": 0 for inline in ("entries", "tier_changes") for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    assert may_web.post(page, form).status_code == 302
    assert Member.objects.get(pk=olga.pk).staff == ana
