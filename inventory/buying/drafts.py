"""A delivery while it is being counted: kept in the database, one a person, booked once under its key."""

import uuid
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventory.buying import orders, receiving, scanned, suppliers
from inventory.buying.receiving import Came
from inventory.models import (
    GoodsReceipt,
    Product,
    PurchaseOrderLine,
    ReceiptDraft,
    ReceiptDraftLine,
)
from inventory.shelf import deliveries, locations, stock
from inventory.shelf.deliveries import Delivered
from pos.checks import check_text
from pos.errors import Invalid, Refused
from pos.exactly_once import Once
from pos.money import ZERO, is_quantity

REMEMBERED = 100


class OtherDraft(Refused):
    code = "unfinished_receipt"
    message = _("Another delivery is not booked yet: book it or drop it first.")


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as the page shows it: what was counted, beside what is still open in the order."""

    product: Product
    quantity: Decimal
    damaged: Decimal
    cost: Decimal | None
    expected: Decimal | None
    pack_name: str
    pack_size: Decimal

    @property
    def apart(self) -> Decimal:
        return self.quantity - (self.expected or ZERO)


def mine(by: User) -> ReceiptDraft | None:
    return ReceiptDraft.objects.select_related("supplier", "order__supplier").filter(by=by).first()


def held(by: User) -> ReceiptDraft:
    """The person's draft, begun if there is none, and held until the transaction ends: one writer at a time."""
    ReceiptDraft.objects.bulk_create([ReceiptDraft(by=by)], ignore_conflicts=True)
    locked = ReceiptDraft.objects.select_for_update(no_key=True, of=("self",))
    return locked.select_related("supplier", "order").get(by=by)


@transaction.atomic
def begin(by: User, order: str) -> None:
    """Begins a delivery against an order; one that was begun before must be booked or dropped first."""
    draft = held(by)
    wanted = orders.lock_open(order)
    if draft.order_id == wanted.pk:
        return
    if draft.order_id or draft.lines.exists():
        raise OtherDraft
    draft.order, draft.supplier, draft.location = wanted, wanted.supplier, wanted.location
    draft.save(update_fields=["order", "supplier", "location"])


@transaction.atomic
def set_head(by: User, *, supplier: int | None, note_number: str, location: int | None = None) -> None:
    check_text("note_number", note_number, receiving.LONGEST_NOTE)
    draft = held(by)
    draft.note_number = note_number.strip()
    if not draft.order_id:
        draft.supplier = suppliers.known(supplier) if supplier else None
    draft.location = locations.known(location)
    draft.save(update_fields=["note_number", "supplier", "location"])


@transaction.atomic
def scan(by: User, code: str, *, times: Decimal = Decimal(1), once: str = "") -> Product:
    """Adds a piece, or a pack if the barcode is a pack's, as many times as was typed before. A scan sent again under
    its name is not counted again."""
    draft = held(by)
    meant = scanned.read(code, draft.supplier)
    if once and once in draft.seen:
        return meant.product
    line = _line(draft, meant.product)
    _check(draft, meant.product, line.quantity + meant.pieces * times, line.damaged)
    line.quantity += meant.pieces * times
    line.touched = (draft.lines.aggregate(last=Max("touched"))["last"] or 0) + 1
    line.save()
    if once:
        draft.seen = [*draft.seen, once[:50]][-REMEMBERED:]
        draft.save(update_fields=["seen"])
    return meant.product


@transaction.atomic
def set_line(by: User, product_id: int, *, quantity: Decimal, damaged: Decimal, cost: Decimal | None) -> None:
    """What was counted, typed over; nothing takes the line away."""
    draft = held(by)
    product = Product.objects.filter(pk=product_id, stock__isnull=False).first()
    if product is None:
        raise stock.UnknownProduct(products=[product_id])
    deliveries.check_cost(cost)
    if not quantity:
        draft.lines.filter(product=product).delete()
        return
    _check(draft, product, quantity, damaged)
    line = _line(draft, product)
    line.quantity, line.damaged, line.cost = quantity, damaged, cost
    line.save()


@transaction.atomic
def fill(by: User) -> None:
    """All came as ordered: every line becomes what is still open."""
    draft = held(by)
    if draft.order:
        for ordered in draft.order.lines.filter(received__lt=F("quantity")).select_related("product"):
            line = _line(draft, ordered.product)
            line.quantity = receiving.still_open(ordered)
            line.damaged = min(line.damaged, line.quantity)
            line.save()


@transaction.atomic
def drop(by: User) -> None:
    held(by).delete()


def book(by: User, key: str, *, accept_more: bool = False) -> GoodsReceipt:
    """Books the draft once: pressed twice, the second press finds the receipt of the first."""
    try:
        once = Once(uuid.UUID(key), "receipt of a draft", {}, by=by.pk)
    except ValueError:
        raise Invalid("key", _("This form is damaged. Open it anew.")) from None

    def deed() -> GoodsReceipt:
        draft = held(by)
        if str(draft.key) != str(once.key):
            raise receiving.NothingCame
        lines = draft.lines.all()
        receipt = receiving.book(
            [Came(line.product_id, line.quantity, line.damaged, line.cost) for line in lines],
            by=by,
            supplier=draft.supplier_id,
            order=draft.order.number if draft.order else None,
            note_number=draft.note_number,
            accept_more=accept_more,
            location=draft.location_id,
        )
        draft.delete()
        return receipt

    return once.make(GoodsReceipt.objects.all(), deed)


def shown(draft: ReceiptDraft) -> list[Shown]:
    """The lines scanned last first, then what was ordered and has not been counted yet."""
    lines = list(draft.lines.select_related("product"))
    ordered = {line.product_id: line for line in draft.order.lines.select_related("product")} if draft.order else {}
    counted = [_shown(line.product, line, ordered.get(line.product_id), draft) for line in lines]
    there = {line.product_id for line in lines}
    waiting = [
        _shown(line.product, None, line, draft)
        for product, line in ordered.items()
        if product not in there and receiving.still_open(line)
    ]
    return counted + waiting


def _shown(
    product: Product, line: ReceiptDraftLine | None, ordered: PurchaseOrderLine | None, draft: ReceiptDraft
) -> Shown:
    return Shown(
        product=product,
        quantity=line.quantity if line else ZERO,
        damaged=line.damaged if line else ZERO,
        cost=line.cost if line else ordered.cost if ordered else None,
        expected=receiving.still_open(ordered) if draft.order_id else None,
        pack_name=ordered.pack_name if ordered else "",
        pack_size=ordered.pack_size if ordered else Decimal(1),
    )


def _line(draft: ReceiptDraft, product: Product) -> ReceiptDraftLine:
    """The product's line, or a new one with the cost of the order or the supplier's last one."""
    line = draft.lines.filter(product=product).first()
    if line:
        return line
    ordered = draft.order.lines.filter(product=product).first() if draft.order else None
    known = ordered.cost if ordered and ordered.cost is not None else None
    last = receiving.last_costs(draft.supplier, [product.pk]).get(product.pk)
    return ReceiptDraftLine(draft=draft, product=product, quantity=ZERO, cost=known if known is not None else last)


def _check(draft: ReceiptDraft, product: Product, quantity: Decimal, damaged: Decimal) -> None:
    if not is_quantity(quantity):
        raise Invalid("quantity", _("This is more than the books can hold."), "max_value")
    deliveries.check(stock.look([product.pk], location=draft.location_id)[product.pk], Delivered(quantity, damaged))
