"""Opens, fills, parks and drops baskets. Every change locks the basket's row first."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.approvals import approvals
from accounts.models import Action, User
from billing import counter
from billing.basket import contents, priced
from billing.basket.contents import Contents
from billing.models import (
    Basket,
    BasketLine,
    BasketState,
    Bill,
    Register,
)
from billing.order import MOST_LINES
from billing.sale import price_approvals
from inventory.models import Product, SoldBy
from inventory.shelf import stock
from inventory.shelf.stock import Goods
from pos.cards import refuse_card_number
from pos.checks import check_some
from pos.clock import Now, now
from pos.columns import columns_of, made
from pos.errors import Invalid, Refused, Stale
from pos.models import StoreSettings
from pos.money import ZERO, in_thousandths
from pos.postgres.rows import rows


class BasketIsClosed(Refused):
    code = "basket_closed"
    message = _("This basket is no longer open.")


class BasketIsFull(Refused):
    code = "basket_full"


def current(register: Register, cashier: User) -> Basket:
    """The cashier's open basket at this register, or a new one."""
    own = Basket.objects.filter(register=register, is_practice=register.is_training, cashier=cashier)
    found = own.filter(state=BasketState.OPEN).order_by("-pk").first()
    if found is None:
        return start(register, cashier)
    found.register = register
    return found


def start(register: Register, cashier: User) -> Basket:
    counter.refuse_key(cashier, register.code, register.location_id)
    is_practice = register.is_training or bool(cashier.bounds and cashier.bounds.sandbox)
    return Basket.objects.create(register=register, cashier=cashier, is_practice=is_practice)


def free_of_returns(register: Register, cashier: User, original: Bill) -> Basket:
    """The basket that takes this bill's returns: the current one, or a new one if that already takes another bill's."""
    found = current(register, cashier)
    return found if found.original_id in (None, original.pk) else start(register, cashier)


def unpaid() -> QuerySet[Basket]:
    """Open and parked baskets with lines in the whole shop, those unchanged longest first; not those for practice."""
    waiting = Basket.objects.filter(is_practice=False, state__in=[BasketState.OPEN, BasketState.PARKED])
    return waiting.not_empty().select_related("cashier", "register", "member").order_by("updated_at", "pk")


def waiting(register: Register) -> QuerySet[Basket]:
    """The register's unpaid baskets with lines; shown before a shift is closed."""
    return unpaid().filter(register=register)


@transaction.atomic
def add(
    basket_id: int,
    product: int,
    quantity: Decimal | None = None,
    *,
    by: User | None = None,
    tokens: Sequence[str] = (),
) -> BasketLine:
    """Adds a product. Without a quantity it adds one piece, or a line that waits for its weight. `by` is the person who
    typed the quantity, if any: a typed weight may need approval."""
    return add_held(hold(basket_id), product, quantity, by=by, tokens=tokens)


def add_held(
    basket: Basket, product: int, quantity: Decimal | None, *, by: User | None, tokens: Sequence[str] = ()
) -> BasketLine:
    """Same as `add`, for a basket already locked."""
    good = stock.look([product], location=basket.location).get(product)
    if good is None:
        raise stock.UnknownProduct()
    return add_good(basket, good, quantity, by=by, tokens=tokens)


def add_good(
    basket: Basket, good: Goods, quantity: Decimal | None, *, by: User | None, tokens: Sequence[str] = ()
) -> BasketLine:
    if not good.is_active:
        raise stock.NotForSale(_("%(name)s is not on sale.") % {"name": good.name}, products=[good.id])
    if quantity is None and good.sold_by == SoldBy.WEIGHT:
        return ask_weight(basket, good)
    more = Decimal(1) if quantity is None else quantity
    line = plain_line(contents.kept(basket), good.id) or new_line(basket, good, quantity=ZERO)
    line.quantity = countable(good, (line.quantity or ZERO) + more)
    price_approvals.weigh(good, more, by=by, tokens=tokens)
    return put_in(basket, line)


def ask_weight(basket: Basket, good: Goods) -> BasketLine:
    """The line that waits for this product's weight. There is only one, however often the code is scanned; each scan
    makes the screen ask again."""
    lines = contents.kept(basket).lines
    waiting = (line for line in lines if line.product_id == good.id and line.quantity is None)
    line = next(waiting, None) or new_line(basket, good, quantity=None)
    line.added_at = now()
    return put_in(basket, line)


def new_line(basket: Basket, good: Goods, **facts: Any) -> BasketLine:
    inside = contents.kept(basket)
    if len(inside.lines) >= MOST_LINES:
        raise BasketIsFull(_("A sale has at most %(most)s lines.") % {"most": MOST_LINES})
    line = BasketLine(basket=basket, product_id=good.id, added_by_id=basket.cashier_id, **facts)
    inside.lines.append(line)
    inside.goods[good.id] = good
    return line


NEW = [field for field in BasketLine._meta.concrete_fields if field.name not in ("id", "added_at")]
NEWER = "WITH newer AS (UPDATE billing_basket SET version = %s, updated_at = shop_now() WHERE id = %s)"
INSERT = f"""
    {NEWER} INSERT INTO billing_basketline ({", ".join(str(field.column) for field in NEW)})
    VALUES ({", ".join(["%s"] * len(NEW))}) RETURNING id, added_at
"""
UPDATE = f"{NEWER} UPDATE billing_basketline SET quantity = %s, added_at = %s WHERE id = %s RETURNING id, added_at"


def put_in(basket: Basket, line: BasketLine) -> BasketLine:
    """Saves a line added to the basket, or one there is more of now, and the basket's next version: every scan does."""
    basket.version += 1
    if line.pk:
        rows(UPDATE, [basket.version, basket.pk, line.quantity, line.added_at, line.pk])
        return line
    values = [getattr(line, field.attname) for field in NEW]
    ((line.pk, line.added_at),) = rows(INSERT, [basket.version, basket.pk, *values])
    line._state.adding = False
    return line


def plain_line(inside: Contents, product: int) -> BasketLine | None:
    """The line that more of this product is added to."""
    return next((line for line in inside.lines if line.product_id == product and is_plain(line)), None)


def is_plain(line: BasketLine) -> bool:
    """A line without discount, changed price, label or note."""
    is_special = line.discount_percent or line.discount_amount or line.note
    return not is_special and line.quantity is not None and line.unit_price is None and line.label_price is None


def countable(goods: Goods, quantity: Decimal) -> Decimal:
    check_some("quantity", quantity)
    if not in_thousandths(quantity) or not stock.in_whole_pieces(goods, quantity):
        raise Invalid("quantity", _("%(name)s cannot be sold in such a part.") % {"name": goods.name}, "whole_pieces")
    return quantity


@transaction.atomic
def park(basket_id: int, label: str, *, version: int) -> None:
    refuse_card_number("label", label)
    basket = hold(basket_id, version)
    basket.state, basket.label = BasketState.PARKED, label.strip()[:50]
    basket.presented.all().delete()  # the customer keeps the card
    listed = Product.objects.filter(pk=OuterRef("product")).values("price")
    basket.lines.not_removed().update(parked_price=Subquery(listed))
    changed(basket)


@transaction.atomic
def drop(basket_id: int, *, version: int, by: User, tokens: Sequence[str] = ()) -> None:
    """Gives the basket up and keeps its lines as removed. A large one needs approval."""
    basket = hold(basket_id, version)
    shown = priced.show(basket)
    worth = shown.worth
    where = {"basket": basket.pk, "version": basket.version, "worth": worth, **price_approvals.goods_told(shown.names)}
    approvals.clear_by_any(Action.DROP_BASKET, worth, where, by=by, tokens=tokens)
    empty(basket, by)
    basket.state = BasketState.DROPPED
    changed(basket)


def empty(basket: Basket, by: User | None) -> None:
    for parts in (basket.lines, basket.gift_cards):
        parts.not_removed().update(removed_at=Now(), removed_by=by)


@transaction.atomic
def drop_untouched(days: int | None = None) -> int:
    """Gives up baskets unchanged for `days` (by default as in the settings), records each, and returns their number."""
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


# no join: PostgreSQL drops a row that waited for its lock if a joined row has changed meanwhile
LOOK = f"""
    SELECT {columns_of(Basket, "b")},
           (SELECT ARRAY[code, location_id::text] FROM billing_register WHERE id = b.register_id) AS register
      FROM billing_basket b WHERE b.id = %s
"""
HOLD = f"{LOOK} FOR UPDATE"
REGISTER = len(Basket._meta.concrete_fields)


def look(basket_id: int) -> Basket | None:
    """The basket in any state, without locking."""
    found = rows(LOOK, [basket_id])
    return with_code(found[0]) if found else None


def hold(basket_id: int, version: int | None = None) -> Basket:
    """The basket, locked until the transaction ends. Raises Stale if `version` is given and no longer current."""
    basket = held(rows(HOLD, [basket_id]))
    if version is not None and basket.version != version:
        raise Stale()
    return basket


def held(found: Sequence[Sequence[Any]]) -> Basket:
    """The basket of the row that `HOLD` has locked, if there is one."""
    basket = with_code(found[0]) if found else None
    if basket is None or basket.state != BasketState.OPEN:
        raise BasketIsClosed()
    return basket


def with_code(row: Sequence[Any]) -> Basket:
    basket = made(Basket, row)
    basket.register_code, location = row[REGISTER]
    basket.register_location = int(location) if location else None
    return basket


def changed(basket: Basket) -> None:
    """Saves the basket as a new version."""
    basket.version += 1
    basket.updated_at = Now()
    basket.save()
