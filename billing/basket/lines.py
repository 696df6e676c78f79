"""Changes lines of a basket or the whole basket: quantity, discount, price, note, age check, removal."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.approvals import approvals
from accounts.models import Action, User
from billing.basket import contents, presented_cards
from billing.basket.baskets import changed, countable, hold, is_plain, plain_line
from billing.basket.paying import weight_needed
from billing.basket.priced import show, wanted
from billing.models import Basket, BasketLine
from billing.order import WantedProduct
from billing.pricing import BillDiscount
from billing.sale import checks, price_approvals, quotes
from inventory.shelf import stock
from inventory.shelf.stock import Goods
from pos.checks import check_text
from pos.clock import Now
from pos.errors import Invalid, Stale
from pos.models import StoreSettings
from pos.money import MOST_MONEY, ZERO, rounded

Tokens = Sequence[str]


@transaction.atomic
def set_quantity(
    basket_id: int, line_id: int, quantity: Decimal, *, version: int, by: User, tokens: Tokens = ()
) -> None:
    """Sets a line's quantity. Zero removes the line; a smaller quantity counts as removing a part."""
    basket = hold(basket_id, version)
    line, good = of(basket, line_id)
    if quantity == 0:
        remove_held(basket, line, good, by=by, tokens=tokens)
    else:
        set_held(basket, line, good, quantity, by=by, tokens=tokens)


@transaction.atomic
def step(basket_id: int, line_id: int, more: int, *, by: User, tokens: Tokens = ()) -> None:
    """Adds to or takes from the quantity. It is relative, so that quick presses add up whatever the screen showed."""
    basket = hold(basket_id)
    line, good = weighed(basket, line_id)
    quantity = wanted(line).quantity + more
    if quantity <= 0:
        raise Invalid("quantity", _("One is the least. Remove the line to sell none."))
    set_held(basket, line, good, quantity, by=by, tokens=tokens)


def set_held(basket: Basket, line: BasketLine, good: Goods, quantity: Decimal, *, by: User, tokens: Tokens) -> None:
    if line.label_price is not None:
        raise Invalid("quantity", _("A label is sold as it is: remove it, or scan another."))
    before, line.quantity = line.quantity or ZERO, countable(good, quantity)
    if line.quantity != before:
        price_approvals.weigh(good, line.quantity, by=by, tokens=tokens)
    if line.quantity < before:
        clear_void(basket, line, good, before - line.quantity, by=by, tokens=tokens)
        remember(line, before - line.quantity, by)
    if (line.discount_amount and line.quantity < before) or (good.open_price and line.quantity > before):
        answer(basket, line, good, by=by, tokens=tokens)
    keep(basket, line, good)


@transaction.atomic
def remove(basket_id: int, line_id: int, *, version: int, by: User, tokens: Tokens = ()) -> None:
    basket = hold(basket_id, version)
    remove_held(basket, *of(basket, line_id), by=by, tokens=tokens)


@transaction.atomic
def set_discount(
    basket_id: int, line_id: int, percent: Decimal, amount: Decimal, *, version: int, by: User, tokens: Tokens = ()
) -> None:
    """Sets the line's discount: percent first, then amount. Both zero remove it."""
    checks.check_discount(percent, amount, "discount")
    basket = hold(basket_id, version)
    line, good = weighed(basket, line_id)
    line.discount_percent, line.discount_amount = percent, amount
    settle(basket, line, good, by=by, tokens=tokens)


@transaction.atomic
def set_price(
    basket_id: int,
    line_id: int,
    unit_price: Decimal | None,
    reason: str = "",
    *,
    version: int,
    by: User,
    tokens: Tokens = (),
) -> None:
    """Sets a price other than the list price, with its reason; None restores the list price. Open-price goods need no
    reason."""
    basket = hold(basket_id, version)
    line, good = weighed(basket, line_id)
    if line.label_price is not None:
        raise Invalid("unit_price", _("A label's price cannot be changed."))
    line.unit_price, line.price_reason = unit_price, checked_words(reason) if unit_price is not None else ""
    line.priced_by = by if unit_price is not None else None
    checks.check_line(wanted(line))
    if unit_price is not None:
        quotes.check_prices([wanted(line)], {good.id: good})
    settle(basket, line, good, by=by, tokens=tokens)


@transaction.atomic
def write_note(basket_id: int, line_id: int, note: str, *, version: int, by: User) -> None:
    basket = hold(basket_id, version)
    line, good = weighed(basket, line_id)
    line.note = checked_words(note)
    keep(basket, line, good)


@transaction.atomic
def discount_bill(
    basket_id: int, percent: Decimal, amount: Decimal, *, version: int, by: User, tokens: Tokens = ()
) -> None:
    """Sets the discount on the whole basket, taken off after the VIP discount: percent first, then amount. Both zero
    remove it."""
    checks.check_discount(percent, amount, "discount")
    basket = hold(basket_id, version)
    basket.discount_percent, basket.discount_amount, basket.answered_discount = percent, amount, ZERO
    shown = show(basket)
    size = price_approvals.bill_size(BillDiscount(percent, amount), shown.quote)
    if size:
        where = {"basket": basket.pk, "version": basket.version, "percent": percent, "amount": amount}
        where |= {"worth": price_approvals.before(shown.quote), **price_approvals.goods_told(shown.names)}
        approvals.clear_by_any(Action.BILL_DISCOUNT, size, where, by=by, tokens=tokens)
    basket.answered_discount = size
    changed(basket)


@transaction.atomic
def confirm_age(basket_id: int, age: int, *, version: int, by: User) -> None:
    """Records that the customer is old enough for everything in the basket. Goods added later may need another
    check."""
    basket = hold(basket_id, version)
    if not age or age != show(basket).minimum_age:
        raise Stale()
    basket.age_checked = age
    trail.record(by, "age.confirmed", f"basket {basket.pk}", age=age)
    changed(basket)


def of(basket: Basket, line_id: int) -> tuple[BasketLine, Goods]:
    line = basket.lines.not_removed().filter(pk=line_id).first()
    if line is None:
        raise Stale()
    return line, stock.look([line.product_id], location=basket.location)[line.product_id]


def weighed(basket: Basket, line_id: int) -> tuple[BasketLine, Goods]:
    """The line and its product. Refuses a line that waits for its weight."""
    line, good = of(basket, line_id)
    if line.quantity is None:
        raise weight_needed(good.name, good.id)
    return line, good


def checked_words(text: str) -> str:
    text = " ".join(text.split())
    check_text("note", text, checks.LONGEST_WORDS, cards_pass=True)
    return text


def settle(basket: Basket, line: BasketLine, good: Goods, *, by: User, tokens: Tokens) -> None:
    answer(basket, line, good, by=by, tokens=tokens)
    keep(basket, line, good)


def keep(basket: Basket, line: BasketLine, good: Goods) -> None:
    """Saves a changed line. If nothing about it is special any more, merges it with the product's plain line."""
    twin = plain_line(contents.read(basket), line.product_id) if is_plain(line) else None
    if twin and twin.pk != line.pk:
        twin.quantity = countable(good, wanted(twin).quantity + wanted(line).quantity)
        twin.save()
        line.removed_at = Now()  # merged, so `removed_by` stays empty
    line.save()
    changed(basket)


def answer(basket: Basket, line: BasketLine, good: Goods, *, by: User, tokens: Tokens) -> None:
    asked = wanted(line)
    found = price_approvals.sizes(asked, good, quotes.priced_alone(asked, good), tax_included=tax_included())
    price_approvals.answer(found, where(basket, line, asked, good), by=by, tokens=tokens)


def tax_included() -> bool:
    return StoreSettings.in_force().prices_include_tax


def where(basket: Basket, line: BasketLine, asked: WantedProduct, good: Goods) -> dict[str, Any]:
    """The basket, the line and the values that an approval covers."""
    return {"basket": basket.pk, "version": basket.version, "line": line.pk, **price_approvals.facts(asked, good)}


def remove_held(basket: Basket, line: BasketLine, good: Goods, *, by: User, tokens: Tokens) -> None:
    clear_void(basket, line, good, wanted(line).quantity, by=by, tokens=tokens)
    BasketLine.objects.filter(pk=line.pk).update(removed_at=Now(), removed_by=by)
    presented_cards.forget_where_empty(basket)
    changed(basket)


def remember(line: BasketLine, quantity: Decimal, by: User) -> None:
    """Records the part taken out of a line as a removed line."""
    priced = {name: getattr(line, name) for name in ("unit_price", "price_reason", "priced_by", "discount_percent")}
    gone = BasketLine(basket_id=line.basket_id, product_id=line.product_id, quantity=quantity, **priced)
    gone.removed_at, gone.removed_by = Now(), by
    gone.save()


def clear_void(basket: Basket, line: BasketLine, good: Goods, quantity: Decimal, *, by: User, tokens: Tokens) -> None:
    """Removing scanned goods unpaid is a way to steal them, so a large sum needs approval. All removals from the basket
    are added up until a manager has approved."""
    asked = wanted(line)
    unit_price = good.price if line.unit_price is None else line.unit_price
    worth = line.label_price if line.label_price is not None else unit_price * quantity
    removed = min(MOST_MONEY, basket.removed_worth + rounded(worth))
    facts = {**where(basket, line, asked, good), "removed": quantity}
    answered = approvals.clear_by_any(Action.VOID_LINE, removed, facts, by=by, tokens=tokens)
    basket.removed_worth = ZERO if answered else removed
