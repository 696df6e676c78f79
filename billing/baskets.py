"""A sale in the making: a row any till can show, change and pay. Nothing of the shop moves until it is paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from accounts.models import User
from billing import pricing, sales
from billing.drawer import terms_in_force
from billing.models import Basket, BasketLine, BasketState, Bill, Register
from billing.order import Order, Tendered, Wanted
from inventory import stock
from inventory.models import Product
from inventory.stock import Goods
from members import consents
from members import points as points_ledger
from members.models import Member
from pos.cards import refuse_card_number
from pos.clock import Now
from pos.errors import Invalid, Refused, Stale
from pos.models import StoreSettings
from pos.money import MOST_QUANTITY, ZERO


class UnknownCode(Refused):
    code = "unknown_product"
    message = "No product has this code."


class BasketIsClosed(Refused):
    code = "basket_closed"
    message = "This basket is no longer open."


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line as the screen shows it. `short_of_stock` is what is left where the basket wants more."""

    id: int
    name: str
    sku: str
    sold_by: str
    image_url: str
    quantity: Decimal
    unit_price: Decimal
    line_discount: Decimal
    bill_discount: Decimal
    net: Decimal
    short_of_stock: Decimal | None
    is_off_sale: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A basket as the screen shows it."""

    lines: list[ShownLine]
    quote: pricing.Quote

    @property
    def most_points(self) -> Decimal:
        """What points could still pay."""
        return self.quote.due


def current(register: Register, cashier: User) -> Basket:
    """The cashier's open basket at this register, or a fresh one."""
    found = Basket.objects.filter(register=register, cashier=cashier, state=BasketState.OPEN).order_by("-pk").first()
    return found or start(register, cashier)


def start(register: Register, cashier: User) -> Basket:
    return Basket.objects.create(register=register, cashier=cashier)


def parked() -> QuerySet[Basket]:
    return (
        Basket.objects.filter(state=BasketState.PARKED)
        .select_related("cashier", "register", "member")
        .annotate(line_count=Count("lines", filter=Q(lines__removed_at=None)))
        .order_by("updated_at")
    )


def waiting(register: Register) -> QuerySet[Basket]:
    """Baskets with goods in them that nobody has paid: shown before a shift is closed."""
    open_or_parked = Q(state__in=[BasketState.OPEN, BasketState.PARKED])
    counted = Basket.objects.filter(open_or_parked, register=register).select_related("cashier", "member")
    return counted.annotate(line_count=Count("lines", filter=Q(lines__removed_at=None))).filter(line_count__gt=0)


def show(basket: Basket) -> Shown:
    lines = list(basket.lines.filter(removed_at=None))
    goods = stock.look(line.product_id for line in lines)
    wanted = [_wanted(line) for line in lines]
    terms = terms_in_force(points_ledger.look(basket.member_id) if basket.member_id else None)
    quote = sales.priced(wanted, goods, terms, ZERO)
    if spent := min(basket.points, quote.total):
        quote = sales.priced(wanted, goods, terms, spent)
    counts = sales.counted(wanted)
    pictures = Product.objects.filter(pk__in=goods).only("image").in_bulk()
    shown = [
        _shown(line, goods[line.product_id], priced, counts[line.product_id], pictures[line.product_id])
        for line, priced in zip(lines, quote.lines, strict=True)
    ]
    return Shown(shown, quote)


def _shown(line: BasketLine, good: Goods, priced: pricing.PricedLine, wanted: Decimal, picture: Product) -> ShownLine:
    return ShownLine(
        id=line.pk,
        name=good.name,
        sku=good.sku,
        sold_by=good.sold_by,
        image_url=picture.image.url if picture.image else "",
        quantity=line.quantity,
        unit_price=good.price,
        line_discount=priced.line_discount,
        bill_discount=priced.bill_discount,
        net=priced.net,
        short_of_stock=good.quantity if good.quantity < wanted and not good.allow_negative else None,
        is_off_sale=not good.is_active,
    )


def _wanted(line: BasketLine) -> Wanted:
    return Wanted(
        line.quantity,
        line.product_id,
        discount_percent=line.discount_percent,
        discount_amount=line.discount_amount,
    )


@transaction.atomic
def scan(basket_id: int, code: str, quantity: Decimal = Decimal(1)) -> BasketLine:
    """Add what has this barcode or SKU; the same code again makes the quantity one more."""
    basket = hold(basket_id)
    product = product_of(code)
    if product is None:
        raise UnknownCode(f"No product has the code {code[:64]}.", code=code[:64])
    return _add(basket, product, quantity)


def product_of(code: str) -> int | None:
    code = code.strip().replace("\0", "")
    if found := stock.find([code]):
        return found[code]
    return Product.objects.with_sku(code).values_list("pk", flat=True).first()


@transaction.atomic
def add(basket_id: int, product: int, quantity: Decimal = Decimal(1)) -> BasketLine:
    return _add(hold(basket_id), product, quantity)


def _add(basket: Basket, product: int, quantity: Decimal) -> BasketLine:
    goods = stock.look([product]).get(product)
    if goods is None:
        raise stock.UnknownProduct()
    if not goods.is_active:
        raise stock.NotForSale(f"{goods.name} is not on sale.", products=[product])
    plain = basket.lines.filter(product=product, removed_at=None, discount_percent=0, discount_amount=0).first()
    line = plain or BasketLine(basket=basket, product_id=product, quantity=ZERO)
    line.quantity = countable(goods, line.quantity + quantity)
    line.save()
    changed(basket)
    return line


def countable(goods: Goods, quantity: Decimal) -> Decimal:
    if not quantity.is_finite() or not 0 < quantity <= MOST_QUANTITY:
        raise Invalid("quantity", "A quantity must be more than zero.")
    if quantity != quantity.quantize(Decimal("0.001")) or not stock.in_whole_pieces(goods, quantity):
        raise Invalid("quantity", f"{goods.name} cannot be sold in such a part.", "whole_pieces")
    return quantity


@transaction.atomic
def set_quantity(basket_id: int, line_id: int, quantity: Decimal, *, version: int, by: User) -> None:
    """Zero removes the line."""
    basket = hold(basket_id, version)
    line = _line(basket, line_id)
    if quantity == 0:
        _remove(line, by)
    else:
        line.quantity = countable(stock.look([line.product_id])[line.product_id], quantity)
        line.save()
    changed(basket)


@transaction.atomic
def remove(basket_id: int, line_id: int, *, version: int, by: User) -> None:
    basket = hold(basket_id, version)
    _remove(_line(basket, line_id), by)
    changed(basket)


def _line(basket: Basket, line_id: int) -> BasketLine:
    line = basket.lines.filter(pk=line_id, removed_at=None).first()
    if line is None:
        raise Stale()
    return line


def _remove(line: BasketLine, by: User) -> None:
    BasketLine.objects.filter(pk=line.pk).update(removed_at=Now(), removed_by=by)


@transaction.atomic
def attach_member(basket_id: int, member: Member, *, version: int) -> None:
    basket = hold(basket_id, version)
    if basket.member_id != member.pk:
        basket.member, basket.points = member, ZERO
    changed(basket)


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
        raise Invalid("points", "Points need the member they belong to.", "member_required")
    if not points or not sales.payable(points):
        raise Invalid("points", "Points are an amount of the shop's currency, more than zero.")
    if points > basket.member.points:
        raise points_ledger.NotEnoughPoints(points=basket.member.points)
    if points > (total := show(basket).quote.total):
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
    changed(basket)


@transaction.atomic
def resume(basket_id: int, *, register: Register, by: User) -> Basket:
    """Take a parked basket over at this register."""
    basket = hold(basket_id, state=BasketState.PARKED)
    basket.state, basket.register, basket.cashier = BasketState.OPEN, register, by
    changed(basket)
    return basket


@transaction.atomic
def drop(basket_id: int, *, version: int, by: User) -> None:
    """Give the basket up; its lines are remembered as removed."""
    basket = hold(basket_id, version)
    basket.lines.filter(removed_at=None).update(removed_at=Now(), removed_by=by)
    basket.state = BasketState.DROPPED
    changed(basket)


def pay(
    basket_id: int, payments: Sequence[Tendered], *, version: int, shown_total: Decimal | None, register: str, by: User
) -> Bill:
    """Sell the basket, once: paying it again answers with its bill."""
    basket = Basket.objects.select_related("member", "bill").filter(pk=basket_id).first()
    if basket is None:
        raise BasketIsClosed("There is no such basket.")
    if basket.bill:
        return basket.bill
    if basket.version != version:
        raise Stale()
    order = Order(
        key=basket.key,
        register=register,
        lines=[_wanted(line) for line in basket.lines.filter(removed_at=None)],
        payments=payments,
        member=basket.member_id,
        points=show(basket).quote.points_spent,
        shown_total=shown_total,
    )
    try:
        return sales.sell(order, cashier=by, closing=lambda bill: _close(basket, version, bill)).bill
    except (sales.KeyReused, Stale):
        if paid := Bill.objects.filter(key=basket.key).first():
            return paid
        raise


def _close(basket: Basket, version: int, bill: Bill) -> None:
    """Inside the sale: a basket changed since it was shown undoes the whole sale."""
    closed = Basket.objects.filter(pk=basket.pk, version=version, state=BasketState.OPEN).update(
        state=BasketState.PAID, bill=bill, version=F("version") + 1, updated_at=Now()
    )
    if not closed:
        raise Stale()


def hold(basket_id: int, version: int | None = None, state: str = BasketState.OPEN) -> Basket:
    """The basket, held until the transaction ends. A version refuses what was meant for an older one."""
    basket = Basket.objects.select_for_update().filter(pk=basket_id).first()
    if basket is None or basket.state != state:
        raise BasketIsClosed()
    if version is not None and basket.version != version:
        raise Stale()
    return basket


def changed(basket: Basket) -> None:
    basket.version += 1
    basket.updated_at = Now()
    basket.save()
