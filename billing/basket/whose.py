"""Who may use a basket: an open one belongs to its till and cashier, a parked one to the whole shop."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import User
from billing import counter
from billing.basket.baskets import BasketIsClosed, changed, hold
from billing.models import Basket, BasketState, Register
from pos.errors import OutOfScope


class AlreadyTaken(BasketIsClosed):
    message = _("Somebody else has taken this basket.")


class OtherKind(BasketIsClosed):
    message = _("A basket for practice stays at a register in training, and a real one away from it.")


@dataclass(frozen=True, slots=True)
class Standing:
    """The cashier and the till's code."""

    by: User
    register: str


def refuse_others(basket: Basket, at: Standing) -> None:
    """Refuses an open basket of another till or cashier, and one at a register the cashier's key is not bound to."""
    code = basket.register_code or basket.register.code
    refuse_beyond_key(basket, at.by, code, basket.location)
    is_ones_own = basket.cashier_id == at.by.pk and code == at.register
    if basket.state == BasketState.OPEN and not is_ones_own:
        raise taken(basket)


def refuse_beyond_key(basket: Basket, by: User, register: str, location: int | None) -> None:
    """A key works at its registers; one in sandbox mode in baskets for practice only."""
    counter.refuse_key(by, register, location)
    if by.bounds and by.bounds.sandbox and not basket.is_practice:
        raise OutOfScope(_("A key in sandbox mode works in its own baskets for practice only."))


def taken(basket: Basket) -> AlreadyTaken:
    where = {"cashier": basket.cashier, "register": basket.register}
    sentence = _("%(cashier)s has this basket at %(register)s.") % where
    return AlreadyTaken(sentence, register=basket.register.code)


@transaction.atomic
def resume(basket_id: int, *, register: Register, by: User) -> Basket:
    """Opens a parked basket at this register. If two people do so at once, the second is told who has it."""
    # no join here: PostgreSQL drops a row that waited for its lock if a joined row has changed meanwhile
    parked = Basket.objects.select_for_update().filter(pk=basket_id).first()
    if parked:
        refuse_beyond_key(parked, by, register.code, register.location_id)
    if parked is None or parked.state in (BasketState.PAID, BasketState.DROPPED):
        raise BasketIsClosed()
    if parked.state == BasketState.OPEN:
        raise taken(parked)
    return put_into_the_hands_of(parked, by, register)


@transaction.atomic
def take_over(basket_id: int, *, version: int, register: Register, by: User) -> Basket:
    """Takes over somebody else's open basket at this register, or, as a manager, at any register. It is recorded."""
    basket = hold(basket_id, version)
    refuse_beyond_key(basket, by, register.code, register.location_id)
    if basket.register_id != register.pk and not by.is_manager:
        raise taken(basket)
    if basket.cashier_id != by.pk or basket.register_id != register.pk:
        before = {"cashier": basket.cashier.username, "register": basket.register.code}
        trail.record(by, "basket.taken_over", basket.pk, **before)
    return put_into_the_hands_of(basket, by, register)


def put_into_the_hands_of(basket: Basket, by: User, register: Register) -> Basket:
    if basket.is_practice != register.is_training:
        raise OtherKind()
    if basket.cashier_id != by.pk:
        basket.age_checked = 0  # the new cashier has not seen the customer
    basket.state, basket.register, basket.cashier = BasketState.OPEN, register, by
    changed(basket)
    return basket
