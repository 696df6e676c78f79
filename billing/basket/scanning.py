"""Turns a scanned or typed code into a line of a basket."""

from collections.abc import Sequence
from decimal import Decimal
from math import prod

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing.basket.baskets import add_good, countable, hold, new_line, put_in
from billing.codes.reading import Scanned, good_of, label_price, quantity_for, understand
from billing.models import Basket, BasketLine
from inventory.goods import search
from inventory.shelf import stock
from pos.errors import Refused


class UnknownCode(Refused):
    """No product has this code. It `is_typed` if the text may be a product's name; `amount` is the quantity typed with
    it."""

    code = "unknown_product"
    message = _("No product has this code.")

    def __init__(self, scanned: Scanned, amount: Decimal | None) -> None:
        code = scanned.code[:64]
        super().__init__(_("No product has the code %(code)s.") % {"code": code}, code=code)
        self.is_typed, self.text, self.amount = scanned.is_plain, scanned.code, amount


@transaction.atomic
def scan(
    basket_id: int,
    text: str,
    quantity: Decimal | None = None,
    *,
    by: User | None = None,
    tokens: Sequence[str] = (),
) -> BasketLine:
    """Adds the product with this code. The same code again adds one more, or asks again for a missing weight. `by` is
    the person who typed or scanned it."""
    return scan_into(hold(basket_id), text, quantity, by=by, tokens=tokens)


def scan_into(
    basket: Basket, text: str, quantity: Decimal | None, *, by: User | None, tokens: Sequence[str] = ()
) -> BasketLine:
    """Same as `scan`, for a basket already locked."""
    scanned = understand(text)
    good = good_of(scanned, location=basket.location)
    said = [part for part in (scanned.weight or quantity, scanned.times) if part is not None]
    amount = prod(said, start=Decimal(1)) if said else None
    if good is None:
        raise UnknownCode(scanned, amount)
    if not scanned.price:
        return add_good(basket, good, amount, by=None if scanned.weight else by, tokens=tokens)
    line = new_line(basket, good, label_price=label_price(scanned.price))
    line.quantity = countable(good, scanned.weight or quantity_for(good, scanned.price) * (scanned.times or 1))
    if not good.is_active:
        raise stock.NotForSale(_("%(name)s is not on sale.") % {"name": good.name}, products=[good.id])
    return put_in(basket, line)


def only_hit(text: str) -> int | None:
    """The only product found by these words, if there is exactly one. A single word with digits is treated as an
    unknown code, not as a name."""
    if any(sign.isdigit() for sign in text) and len(text.split()) == 1:
        return None
    found = search.products(text, limit=2)
    return found[0].pk if len(found) == 1 else None
