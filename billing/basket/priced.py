"""A basket as the screen shows it: priced as it would be sold now, with everything that still prevents the sale."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.core.files.storage import default_storage

from billing import pricing
from billing.basket import contents
from billing.basket.beside import Beside
from billing.counter import terms_in_force
from billing.models import Basket, BasketGiftCard, BasketLine
from billing.order import WantedProduct
from billing.price_steps import Step, explained
from billing.sale import age_check, quotes
from inventory.shelf.stock import Goods
from members import points as points_ledger
from pos.calendar import on_the_clock
from pos.clock import now
from pos.errors import Invalid
from pos.money import MOST_MONEY, ZERO


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line to show; two that are equal look the same.

    `quantity` is zero while the line waits for its weight, and `asks` identifies this request for it: it changes each
    time the product is scanned. `own_price` is one typed by hand. `short_of_stock` is the quantity left if the basket
    wants more; `parked_price` is the list price at parking, if it has changed since.
    """

    id: int
    product: int
    name: str
    sku: str
    sold_by: str
    image_url: str
    quantity: Decimal
    list_price: Decimal
    unit_price: Decimal
    own_price: Decimal | None
    price_reason: str
    label_price: Decimal | None
    parked_price: Decimal | None
    discount_percent: Decimal
    discount_amount: Decimal
    note: str
    gross: Decimal
    line_discount: Decimal
    bill_discount: Decimal
    net: Decimal
    short_of_stock: Decimal | None
    is_off_sale: bool
    is_open_price: bool
    needs_price: bool
    needs_weight: bool
    asks: str
    minimum_age: int
    _priced: pricing.PricedLine = field(compare=False, repr=False)

    @property
    def explanation(self) -> list[Step]:
        from_label = self.label_price is not None
        return explained(self._priced, quantity=self.quantity, list_price=self.list_price, from_label=from_label)


@dataclass(frozen=True, slots=True)
class Shown:
    """A basket to show. If it cannot be priced, `fault` says why and all figures are zero."""

    lines: list[ShownLine]
    wanted: list[WantedProduct]
    quote: pricing.Quote
    gift_cards: list[BasketGiftCard]
    fault: Invalid | None = None
    age_checked: int = 0

    @property
    def count(self) -> int:
        return len(self.lines) + len(self.gift_cards)

    @property
    def names(self) -> list[str]:
        return [line.name for line in self.lines]

    @property
    def needs_price(self) -> bool:
        return any(line.needs_price for line in self.lines)

    @property
    def needs_weight(self) -> bool:
        return any(line.needs_weight for line in self.lines)

    @property
    def worth(self) -> Decimal:
        """The value before discounts. If unknown it is the largest possible, so that approval limits still apply."""
        return MOST_MONEY if self.fault else self.quote.subtotal

    @property
    def minimum_age(self) -> int:
        return age_check.needed(self.lines)

    @property
    def asked_age(self) -> int:
        """The age the cashier still has to ask for; zero if none."""
        return age_check.still_asked(self.lines, self.age_checked)

    @property
    def latest_birthday(self) -> date | None:
        """Of a customer who is just old enough today."""
        return age_check.latest_birthday(self.asked_age, on_the_clock(now()).date()) if self.asked_age else None


def show(basket: Basket, beside: Beside | None = None) -> Shown:
    """Prices the basket; `beside` spares a page from reading the settings again."""
    inside = basket.contents or contents.read(basket)
    lines, goods = inside.lines, inside.goods
    asked = [wanted(line) for line in lines]
    member = points_ledger.account(basket.member) if basket.member else None
    terms = beside.terms(member) if beside else terms_in_force(member)
    off = pricing.BillDiscount(basket.discount_percent, basket.discount_amount)
    gift_cards = list(basket.gift_cards.not_removed()) if not beside or beside.has_gift_cards else []
    worth = sum((card.amount for card in gift_cards), ZERO)
    quote, fault = pricing.Quote(), None
    try:
        quote = quotes.priced(asked, goods, terms, ZERO, off, worth)
        if spent := min(basket.points, quote.total):
            quote = quotes.priced(asked, goods, terms, spent, off, worth)
    except Invalid as refused:  # a changed quantity or product prevents the sale; the cashier can correct it
        fault, quote.lines = refused, [without_figures(line, goods[line.product]) for line in asked]
    counts = quotes.counted(asked)
    shown = [
        _shown(line, goods[line.product_id], priced, counts[line.product_id])
        for line, priced in zip(lines, quote.lines, strict=True)
    ]
    return Shown(shown, asked, quote, gift_cards, fault, basket.age_checked)


def without_figures(line: WantedProduct, good: Goods) -> pricing.PricedLine:
    price = good.price if line.unit_price is None else line.unit_price
    return pricing.PricedLine(pricing.Item(price, line.quantity, good.tax_rate), ZERO, ZERO)


def _shown(line: BasketLine, good: Goods, priced: pricing.PricedLine, wanted: Decimal) -> ShownLine:
    from_label = line.label_price is not None
    on_list = line.unit_price is None and not from_label
    return ShownLine(
        id=line.pk,
        product=good.id,
        name=good.name,
        sku=good.sku,
        sold_by=good.sold_by,
        image_url=default_storage.url(good.image) if good.image else "",
        quantity=line.quantity or ZERO,
        list_price=good.price,
        unit_price=priced.item.unit_price,
        own_price=line.unit_price,
        price_reason=line.price_reason,
        label_price=line.label_price,
        parked_price=line.parked_price if on_list and line.parked_price != good.price else None,
        discount_percent=line.discount_percent,
        discount_amount=line.discount_amount,
        note=line.note,
        gross=priced.gross,
        line_discount=priced.line_discount,
        bill_discount=priced.bill_discount,
        net=priced.net,
        short_of_stock=good.quantity if good.quantity < wanted and not good.allow_negative else None,
        is_off_sale=not good.is_active,
        is_open_price=good.open_price,
        needs_price=good.open_price and line.unit_price is None and not from_label,
        needs_weight=line.quantity is None,
        asks=f"{line.pk} {line.added_at.timestamp()}" if line.quantity is None else "",
        minimum_age=good.minimum_age,
        _priced=priced,
    )


def wanted(line: BasketLine) -> WantedProduct:
    """The line for the order. Its price was checked against the approval limits when it was set."""
    return WantedProduct(
        line.quantity or ZERO,
        line.product_id,
        discount_percent=line.discount_percent,
        discount_amount=line.discount_amount,
        unit_price=line.unit_price,
        price_reason=line.price_reason,
        priced_by=line.priced_by_id,
        label_price=line.label_price,
        note=line.note,
        is_answered_for=True,
    )
