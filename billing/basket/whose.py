"""Whose a basket is: an open one belongs to its till and cashier, a parked one to the shop."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import User
from billing.basket.baskets import BasketIsClosed, changed, hold
from billing.models import (
    Basket,
    BasketState,
    Register,
)


class AlreadyTaken(BasketIsClosed):
    message = _("Somebody else has taken this basket.")


@dataclass(frozen=True, slots=True)
class Standing:
    """Who serves, and at which till."""

    by: User
    register: str


@dataclass(frozen=True, slots=True)
class Beside:
    """The baskets a cashier can turn to: `mine` are those open here, in the order they were begun; `of_others` what
    others have open here, with goods in it; `parked` those of the whole shop. The longest untouched come first.
    """

    mine: Sequence[Basket]
    of_others: Sequence[Basket]
    parked: Sequence[Basket]


def beside(register: Register, cashier: User) -> Beside:
    """Read at once: the page of every scan shows them."""
    shown = Q(state=BasketState.PARKED) | Q(state=BasketState.OPEN, register=register)
    rows = Basket.objects.filter(shown).select_related("cashier", "register", "member").with_line_count()
    found = list(rows.order_by("updated_at", "pk"))
    opened = [basket for basket in found if basket.state == BasketState.OPEN]
    mine = sorted((basket for basket in opened if basket.cashier_id == cashier.pk), key=attrgetter("pk"))
    others = [basket for basket in opened if basket.cashier_id != cashier.pk and basket.line_count]  # type: ignore[attr-defined]
    return Beside(mine, others, [basket for basket in found if basket.state == BasketState.PARKED])


def refuse_others(basket: Basket, at: Standing) -> None:
    """An open basket belongs to its till and its cashier. A parked one belongs to the shop."""
    is_ones_own = basket.cashier_id == at.by.pk and code_of_register(basket) == at.register
    if basket.state == BasketState.OPEN and not is_ones_own:
        raise taken(basket)


def code_of_register(basket: Basket) -> str:
    """As `hold` read it; else of the register itself."""
    return getattr(basket, "register_code", None) or basket.register.code


def taken(basket: Basket) -> AlreadyTaken:
    where = {"cashier": basket.cashier, "register": basket.register}
    sentence = _("%(cashier)s has this basket at %(register)s.") % where
    return AlreadyTaken(sentence, register=basket.register.code)


@transaction.atomic
def resume(basket_id: int, *, register: Register, by: User) -> Basket:
    """Take a parked basket over at this register; of two who take it at once, the second hears who has it."""
    # without a join: a row that waited for its lock is dropped when what it was joined to has changed meanwhile
    parked = Basket.objects.select_for_update().filter(pk=basket_id).first()
    if parked is None or parked.state in (BasketState.PAID, BasketState.DROPPED):
        raise BasketIsClosed()
    if parked.state == BasketState.OPEN:
        raise taken(parked)
    return put_into_the_hands_of(parked, by, register)


@transaction.atomic
def take_over(basket_id: int, *, version: int, register: Register, by: User) -> Basket:
    """Go on with a basket somebody else has open at this register; a manager, at any. It is on record who did."""
    basket = hold(basket_id, version)
    if basket.register_id != register.pk and not by.is_manager:
        raise taken(basket)
    if basket.cashier_id != by.pk or basket.register_id != register.pk:
        before = {"cashier": basket.cashier.username, "register": basket.register.code}
        trail.record(by, "basket.taken_over", basket.pk, **before)
    return put_into_the_hands_of(basket, by, register)


def put_into_the_hands_of(basket: Basket, by: User, register: Register) -> Basket:
    if basket.cashier_id != by.pk:
        basket.age_checked = 0  # who takes it over has not seen the customer
    basket.state, basket.register, basket.cashier = BasketState.OPEN, register, by
    changed(basket)
    return basket
