"""A sale in the making: a row any till can show, change and pay. Nothing of the shop moves until it is paid."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.approvals import approvals
from accounts.models import Action, User
from billing import pricing
from billing.basket import presented_cards, priced
from billing.models import (
    Basket,
    BasketLine,
    BasketState,
    Bill,
    Register,
)
from billing.order import MOST_LINES, Order, Tendered
from billing.returns import exchanges
from billing.sale import price_approvals, sales
from inventory.models import Product, SoldBy
from inventory.shelf import stock
from inventory.shelf.stock import Goods
from members import consents
from members import points as points_ledger
from members.models import Member
from pos import exactly_once
from pos.cards import refuse_card_number
from pos.checks import check_some
from pos.clock import Now, now
from pos.errors import Invalid, Refused, Stale
from pos.models import StoreSettings
from pos.money import ZERO, in_thousandths, payable


class BasketIsClosed(Refused):
    code = "basket_closed"
    message = _("This basket is no longer open.")


class BasketIsFull(Refused):
    code = "basket_full"


class AlreadyTaken(BasketIsClosed):
    message = _("Somebody else has taken this basket.")


@dataclass(frozen=True, slots=True)
class Standing:
    """Who serves, and at which till."""

    by: User
    register: str


class WeightNeeded(Refused):
    code = "weight_needed"
    message = _("Type the weight first.")


def current(register: Register, cashier: User) -> Basket:
    """The cashier's open basket at this register, or a fresh one."""
    found = Basket.objects.filter(register=register, cashier=cashier, state=BasketState.OPEN).order_by("-pk").first()
    return found or start(register, cashier)


def start(register: Register, cashier: User) -> Basket:
    return Basket.objects.create(register=register, cashier=cashier)


def free_of_returns(register: Register, cashier: User, original: Bill) -> Basket:
    """The basket goods of this bill can come back in: the one at hand, unless another bill's do."""
    found = current(register, cashier)
    return found if found.original_id in (None, original.pk) else start(register, cashier)


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


def unpaid() -> QuerySet[Basket]:
    """Open and parked baskets with goods in them, all over the shop, the longest untouched first."""
    waiting = Basket.objects.filter(state__in=[BasketState.OPEN, BasketState.PARKED])
    return waiting.not_empty().select_related("cashier", "register", "member").order_by("updated_at", "pk")


def waiting(register: Register) -> QuerySet[Basket]:
    """Baskets with goods in them that nobody has paid: shown before a shift is closed."""
    return unpaid().filter(register=register)


@transaction.atomic
def add(
    basket_id: int,
    product: int,
    quantity: Decimal | None = None,
    *,
    by: User | None = None,
    words: Sequence[str] = (),
) -> BasketLine:
    """No quantity is one piece, or goods that wait to be weighed. `by` is who typed the quantity, if a person did: a
    weight may need a manager.
    """
    return add_held(hold(basket_id), product, quantity, by=by, words=words)


def add_held(
    basket: Basket, product: int, quantity: Decimal | None, *, by: User | None, words: Sequence[str] = ()
) -> BasketLine:
    """The same for a basket that is held."""
    good = stock.look([product]).get(product)
    if good is None:
        raise stock.UnknownProduct()
    return add_good(basket, good, quantity, by=by, words=words)


def add_good(
    basket: Basket, good: Goods, quantity: Decimal | None, *, by: User | None, words: Sequence[str] = ()
) -> BasketLine:
    if not good.is_active:
        raise stock.NotForSale(_("%(name)s is not on sale.") % {"name": good.name}, products=[good.id])
    if quantity is None and good.sold_by == SoldBy.WEIGHT:
        return ask_weight(basket, good.id)
    more = Decimal(1) if quantity is None else quantity
    line = plain_line(basket, good.id) or new_line(basket, good.id, quantity=ZERO)
    line.quantity = countable(good, (line.quantity or ZERO) + more)
    price_approvals.weigh(good, more, by=by, words=words)
    line.save()
    changed(basket)
    return line


def ask_weight(basket: Basket, product: int) -> BasketLine:
    """The line that waits for this product's weight: one, however often its code comes; each time asks anew."""
    waiting = basket.lines.not_removed().filter(product=product, quantity=None).first()
    line = waiting or new_line(basket, product, quantity=None)
    line.added_at = Now()
    line.save()
    changed(basket)
    return line


def new_line(basket: Basket, product: int, **facts: Any) -> BasketLine:
    if basket.lines.not_removed().count() >= MOST_LINES:
        raise BasketIsFull(_("A sale has at most %(most)s lines.") % {"most": MOST_LINES})
    return BasketLine(basket=basket, product_id=product, added_by_id=basket.cashier_id, **facts)


def plain_line(basket: Basket, product: int) -> BasketLine | None:
    """The line more of the same can join: nothing about it was changed by hand."""
    plain = {"discount_percent": 0, "discount_amount": 0, "unit_price": None, "label_price": None, "note": ""}
    return basket.lines.not_removed().filter(product=product, quantity__isnull=False, **plain).first()


def countable(goods: Goods, quantity: Decimal) -> Decimal:
    check_some("quantity", quantity)
    if not in_thousandths(quantity) or not stock.in_whole_pieces(goods, quantity):
        raise Invalid("quantity", _("%(name)s cannot be sold in such a part.") % {"name": goods.name}, "whole_pieces")
    return quantity


@transaction.atomic
def attach_member(basket_id: int, member: Member, *, version: int | None) -> None:
    basket = hold(basket_id, version)
    refuse_own_card(basket, member)
    if basket.member_id != member.pk:
        basket.member, basket.points = member, ZERO
    changed(basket)


def refuse_own_card(basket: Basket, member: Member | None) -> None:
    """Neither who pays the basket in nor whoever rang up a line of it uses the own card."""
    if member is None or member.staff_id is None:
        return
    points_ledger.refuse_own(member.staff_id, basket.cashier_id)
    for person in basket.lines.not_removed().filter(added_by=member.staff_id).values_list("added_by")[:1]:
        points_ledger.refuse_own(member.staff_id, *person)


@transaction.atomic
def detach_member(basket_id: int, *, version: int) -> None:
    basket = hold(basket_id, version)
    basket.member, basket.points = None, ZERO
    changed(basket)


def spend_points(basket_id: int, points: Decimal, pin: str, *, version: int, by: User) -> None:
    """The member agrees, with the PIN, to pay this much of this basket in points."""
    basket = Basket.objects.select_related("member").filter(pk=basket_id).first()
    if basket is None:
        raise BasketIsClosed()
    member = refuse_unpayable(basket, points)
    token = consents.give(member.pk, pin, by=by) if StoreSettings.in_force().require_pin_for_points else None
    with transaction.atomic():
        basket = hold(basket_id, version)
        if token and basket.member_id:
            consents.use(token, member=basket.member_id, purpose=f"sale {basket.key}")
        basket.points = points
        changed(basket)


def refuse_unpayable(basket: Basket, points: Decimal) -> Member:
    """The member who could pay this much of the basket in points, or why not."""
    if basket.member is None:
        raise Invalid("points", _("Points need the member they belong to."), "member_required")
    if not points or not payable(points):
        raise Invalid("points", _("Points are an amount of the shop's currency, more than zero."))
    if points > basket.member.points:
        raise points_ledger.NotEnoughPoints(points=basket.member.points)
    if points > (total := priced.show(basket).quote.total):
        raise pricing.PointsExceedDue(total=total)
    return basket.member


@transaction.atomic
def forget_points(basket_id: int, *, version: int) -> None:
    basket = hold(basket_id, version)
    basket.points = ZERO
    changed(basket)


@transaction.atomic
def park(basket_id: int, label: str, *, version: int) -> None:
    refuse_card_number("label", label)
    basket = hold(basket_id, version)
    basket.state, basket.label = BasketState.PARKED, label.strip()[:50]
    basket.presented.all().delete()  # the customer takes the card along
    listed = Product.objects.filter(pk=OuterRef("product")).values("price")
    basket.lines.not_removed().update(parked_price=Subquery(listed))
    changed(basket)


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


@transaction.atomic
def drop(basket_id: int, *, version: int, by: User, words: Sequence[str] = ()) -> None:
    """Give the basket up; its lines are remembered as removed. A large one needs a manager."""
    basket = hold(basket_id, version)
    shown = priced.show(basket)
    worth = shown.worth
    where = {"basket": basket.pk, "version": basket.version, "worth": worth, **price_approvals.goods_told(shown.names)}
    approvals.clear_by_any(Action.DROP_BASKET, worth, where, by=by, words=words)
    empty(basket, by)
    basket.state = BasketState.DROPPED
    changed(basket)


def empty(basket: Basket, by: User | None) -> None:
    for rows in (basket.lines, basket.gift_cards):
        rows.not_removed().update(removed_at=Now(), removed_by=by)


@transaction.atomic
def drop_untouched(days: int | None = None) -> int:
    """Give up what nobody has touched for so long, each on record; how many there were. The settings say how long."""
    days = StoreSettings.in_force().basket_days if days is None else days
    if not days:
        return 0
    old = Basket.objects.filter(
        state__in=[BasketState.OPEN, BasketState.PARKED], updated_at__lt=now() - timedelta(days)
    )
    dropped = list(old.select_for_update(skip_locked=True))
    for basket in dropped:
        empty(basket, None)
        basket.state = BasketState.DROPPED
        changed(basket)
        trail.record(None, "basket.aged_out", basket.pk, days=days)
    return len(dropped)


def pay(
    basket_id: int,
    payments: Sequence[Tendered],
    *,
    version: int,
    shown_total: Decimal | None,
    register: str,
    by: User,
    words: Sequence[str] = (),
    shown_difference: Decimal | None = None,
    shown_on_cards: Decimal | None = None,
) -> Bill:
    """Sell the basket, once: paying it again answers with its bill. `words` are managers' approvals. Where goods come
    back in it, `shown_difference` says which way the payments go; `shown_on_cards` is what the presented cards were
    shown to pay of it, beside the payments.
    """
    basket = Basket.objects.select_related("member", "bill", "original").filter(pk=basket_id).first()
    if basket is None:
        raise BasketIsClosed(_("There is no such basket."))
    if basket.bill:
        return basket.bill
    if basket.version != version:
        raise Stale()
    refuse_own_card(basket, basket.member)
    closing = partial(_close, basket, version)
    try:
        order = asked(basket, payments, shown_on_cards, register=register, shown_total=shown_total, approvals=words)
        if basket.original is None:
            return sales.sell(order, cashier=by, closing=closing).bill
        if shown_difference is None:
            raise Stale()
        swap = exchanges.of_basket(basket, basket.original, order, shown_difference)
        return exchanges.exchange(swap, cashier=by, words=words, closing=closing).sale
    except (exactly_once.KeyReused, Stale):
        if paid := Bill.objects.filter(key=basket.key).first():
            return paid
        raise


def asked(basket: Basket, payments: Sequence[Tendered], on_cards: Decimal | None, **more: Any) -> Order:
    """The sale a basket asks for; the cards presented pay before the other payments."""
    refuse_unweighed(basket.lines.not_removed().select_related("product"))
    shown = priced.show(basket)
    return Order(
        key=basket.key,
        lines=[priced.wanted(line.row) for line in shown.lines],
        cards=[card.amount for card in shown.gift_cards],
        payments=[*presented_cards.payments(basket, shown.quote, on_cards), *payments],
        member=basket.member_id,
        points=shown.quote.points_spent,
        discount_percent=basket.discount_percent,
        discount_amount=basket.discount_amount,
        answered_discount=basket.answered_discount,
        age_checked=basket.age_checked,
        **more,
    )


def refuse_unweighed(lines: Iterable[BasketLine]) -> None:
    for line in lines:
        if line.quantity is None:
            raise WeightNeeded(_("Weigh %(name)s first.") % {"name": line.product.name}, product=line.product_id)


def _close(basket: Basket, version: int, bill: Bill) -> None:
    """Inside the sale: a basket changed since it was shown undoes the whole sale."""
    closed = Basket.objects.filter(pk=basket.pk, version=version, state=BasketState.OPEN).update(
        state=BasketState.PAID, bill=bill, version=F("version") + 1, updated_at=Now()
    )
    if not closed:
        raise Stale()


def hold(basket_id: int, version: int | None = None, state: str = BasketState.OPEN) -> Basket:
    """The basket, held until the transaction ends. A version refuses what was meant for an older one."""
    # without a join: a row that waited for its lock is dropped when what it was joined to has changed meanwhile
    code = Register.objects.filter(pk=OuterRef("register")).values("code")
    held = Basket.objects.select_for_update().annotate(register_code=Subquery(code))
    basket = held.filter(pk=basket_id).first()
    if basket is None or basket.state != state:
        raise BasketIsClosed()
    if version is not None and basket.version != version:
        raise Stale()
    return basket


def changed(basket: Basket) -> None:
    basket.version += 1
    basket.updated_at = Now()
    basket.save()
