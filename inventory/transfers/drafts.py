"""A transfer while it is being scanned: kept in the database, one a person, sent once under its key."""

import uuid
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventory.buying import scanned
from inventory.models import Product, Transfer, TransferDraft, TransferDraftLine
from inventory.shelf import deliveries, locations, stock
from inventory.shelf.deliveries import Delivered
from inventory.transfers import transfers
from pos.checks import check_text
from pos.errors import Invalid
from pos.exactly_once import Once
from pos.money import ZERO, is_quantity

REMEMBERED = 100


def mine(by: User) -> TransferDraft | None:
    return TransferDraft.objects.select_related("origin", "target").filter(by=by).first()


def held(by: User) -> TransferDraft:
    """The person's draft, begun if there is none, and held until the transaction ends: one writer at a time. A new one
    goes from the first location to the one entered first."""
    first = locations.active().order_by("pk").first()
    TransferDraft.objects.bulk_create([TransferDraft(by=by, target=first)], ignore_conflicts=True)
    return TransferDraft.objects.select_for_update(no_key=True).get(by=by)


@transaction.atomic
def set_head(by: User, *, origin: int | None, target: int | None, note: str) -> None:
    check_text("note", note, transfers.LONGEST_NOTE)
    draft = held(by)
    draft.origin, draft.target = locations.known(origin), locations.known(target)
    draft.note = note.strip()
    draft.save(update_fields=["origin", "target", "note"])


@transaction.atomic
def scan(by: User, code: str, *, times: Decimal = Decimal(1), once: str = "") -> Product:
    """Adds a piece, or a pack if the barcode is a pack's, as many times as was typed before. A scan sent again under
    its name is not counted again."""
    draft = held(by)
    meant = scanned.read(code, None)
    if once and once in draft.seen:
        return meant.product
    so_far = draft.lines.filter(product=meant.product).values_list("quantity", flat=True).first() or ZERO
    _put(draft, meant.product, so_far + meant.pieces * times)
    if once:
        draft.seen = [*draft.seen, once[:50]][-REMEMBERED:]
        draft.save(update_fields=["seen"])
    return meant.product


@transaction.atomic
def set_line(by: User, product_id: int, quantity: Decimal) -> None:
    """How many are sent, typed over; nothing takes the line away."""
    draft = held(by)
    product = Product.objects.filter(pk=product_id, stock__isnull=False).first()
    if product is None:
        raise stock.UnknownProduct(products=[product_id])
    if not quantity:
        draft.lines.filter(product=product).delete()
        return
    _put(draft, product, quantity)


@transaction.atomic
def drop(by: User) -> None:
    held(by).delete()


def send(by: User, key: str) -> Transfer:
    """Sends the draft once: pressed twice, the second press finds the transfer of the first."""
    try:
        once = Once(uuid.UUID(key), "transfer of a draft", {}, by=by.pk)
    except ValueError:
        raise Invalid("key", _("This form is damaged. Open it anew.")) from None

    def deed() -> Transfer:
        draft = held(by)
        wanted = dict(draft.lines.values_list("product", "quantity"))
        if str(draft.key) != str(once.key):
            raise Invalid("lines", _("Say what is sent."), "required")
        sent = transfers.send(wanted, by=by, origin=draft.origin_id, target=draft.target_id, note=draft.note)
        draft.delete()
        return sent

    return once.make(Transfer.objects.all(), deed)


def _put(draft: TransferDraft, product: Product, quantity: Decimal) -> None:
    """Whether so many are there is asked when it is sent: others sell meanwhile."""
    if not is_quantity(quantity):
        raise Invalid("quantity", _("This is more than the books can hold."), "max_value")
    deliveries.check(stock.look([product.pk], location=draft.origin_id)[product.pk], Delivered(quantity))
    last = draft.lines.aggregate(last=Max("touched"))["last"] or 0
    TransferDraftLine.objects.update_or_create(
        draft=draft, product=product, defaults={"quantity": quantity, "touched": last + 1}
    )
