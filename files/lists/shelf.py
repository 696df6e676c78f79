"""Lists of the stock room: goods, stock, counts, orders, deliveries, suppliers."""

from collections.abc import Iterator
from itertools import chain
from operator import attrgetter
from typing import Any

from django.db.models import Exists, F, OuterRef, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from files.lists.listed import AT_ONCE, Found, Listed
from inventory.buying import orders
from inventory.counting import sheets
from inventory.goods import listing
from inventory.models import CountSheet, GoodsReceipt, LocationStock, Product, PurchaseOrder, Supplier, Transfer
from inventory.shelf import locations, low, transit
from inventory.views.goods_forms import ListForm

COUNT_STATES = {"open": _("Counting"), "booked": _("Booked"), "dropped": _("Given up"), "undone": _("Undone")}


def goods(asked: QueryDict) -> Found:
    form = ListForm(asked)
    wanted = form.asked()
    rows = listing.listed(wanted).select_related("category", "tax_rate", "stock").order_by(listing.FOLDED, "pk")
    chosen: list[Any] = [(form.fields["on_sale"], wanted.on_sale), (form.fields["lacks"], wanted.lacks)]
    said = [dict(field.choices)[value] for field, value in chosen if value]
    return Found(rows.iterator(AT_ONCE), [wanted.search, wanted.category, *said])


def codes(product: Product) -> str:
    return " ".join(barcode.code for barcode in product.barcodes.all())


GOODS = Listed(
    "goods",
    _("Goods"),
    (
        (_("SKU"), attrgetter("sku")),
        (_("Name"), attrgetter("name")),
        (_("Barcodes"), codes),
        (_("Category"), lambda product: product.category and product.category.name),
        (_("Tax"), lambda product: product.tax_rate and product.tax_rate.name),
        (_("Price"), attrgetter("price")),
        (_("Cost"), attrgetter("cost")),
        (_("Stock"), attrgetter("stock.quantity")),
        (_("Reorder point"), attrgetter("reorder_point")),
        (_("On sale"), attrgetter("is_active")),
    ),
    goods,
)


def stock(_asked: QueryDict) -> Found:
    """The first location's, then what further ones have."""
    first = low.first().annotate(place=Value(locations.first_name())).order_by("product__name", "pk")
    further = LocationStock.objects.filter(location__is_active=True).annotate(
        point=low.POINT, place=F("location__name")
    )
    further = further.order_by("location__name", "product__name", "pk")
    return Found(chain.from_iterable(rows.select_related("product").iterator(AT_ONCE) for rows in (first, further)))


def transfers(_asked: QueryDict) -> Found:
    first = Value(locations.first_name())
    sent = Transfer.objects.select_related("reverses", "by").annotate(
        origin_name=Coalesce("origin__name", first),
        target_name=Coalesce("target__name", first),
        is_under_way=Exists(transit.lines(Transfer.objects.all()).filter(left__gt=0, transfer=OuterRef("pk"))),
    )
    return Found(sent.order_by("-pk").iterator(AT_ONCE))


STOCK = Listed(
    "stock",
    _("Stock"),
    (
        (_("SKU"), attrgetter("product.sku")),
        (_("Name"), attrgetter("product.name")),
        (_("Stock"), attrgetter("quantity")),
        (_("Reorder point"), attrgetter("point")),
        (_("Cost"), attrgetter("product.cost")),
    ),
    stock,
    of_locations=((_("Location"), attrgetter("place")),),
)
TRANSFERS = Listed(
    "transfers",
    _("Transfers"),
    (
        (_("Number"), attrgetter("number")),
        (_("From"), attrgetter("origin_name")),
        (_("To"), attrgetter("target_name")),
        (_("On the way"), attrgetter("is_under_way")),
        (_("Undoes"), lambda sent: sent.reverses and sent.reverses.number),
        (_("Note"), attrgetter("note")),
        (_("When"), attrgetter("at")),
        (_("Who"), attrgetter("by.username")),
    ),
    transfers,
    is_of_locations=True,
)


def counted() -> Iterator[tuple[CountSheet, Any]]:
    all_sheets = list(CountSheet.objects.select_related("by").order_by("-pk"))
    done = sheets.deeds(all_sheets)
    yield from ((sheet, COUNT_STATES[sheets.state(done[sheet.pk])]) for sheet in all_sheets)


COUNTS = Listed(
    "counts",
    _("Stocktaking"),
    (
        (_("Number"), lambda row: row[0].number),
        (_("Title"), lambda row: row[0].title),
        (_("Products"), lambda row: row[0].get_scope_display()),
        (_("By"), lambda row: row[0].by.username),
        (_("When"), lambda row: row[0].at),
        (_("State"), lambda row: row[1]),
    ),
    lambda _asked: Found(counted()),
)
ORDERS = Listed(
    "orders",
    _("Orders"),
    (
        (_("Number"), attrgetter("number")),
        (_("Supplier"), attrgetter("supplier.name")),
        (_("State"), lambda order: order.get_state_display()),
        (_("Made"), attrgetter("created_at")),
        (_("Sent"), attrgetter("sent_at")),
        (_("Due"), attrgetter("due_on")),
        (_("Total"), lambda order: orders.total(order.lines.all())),
    ),
    lambda _asked: Found(
        PurchaseOrder.objects.select_related("supplier").prefetch_related("lines").order_by("-pk").iterator(AT_ONCE)
    ),
)
RECEIPTS = Listed(
    "goods-receipts",
    _("Goods receipts"),
    (
        (_("Number"), attrgetter("number")),
        (_("When"), attrgetter("at")),
        (_("Supplier"), lambda receipt: receipt.supplier and receipt.supplier.name),
        (_("Order"), lambda receipt: receipt.order and receipt.order.number),
        (_("Delivery note"), attrgetter("note_number")),
        (_("Undoes"), lambda receipt: receipt.reverses and receipt.reverses.number),
        (_("Who"), attrgetter("by.username")),
    ),
    lambda _asked: Found(
        GoodsReceipt.objects.select_related("supplier", "order", "by", "reverses").order_by("-pk").iterator(AT_ONCE)
    ),
)
SUPPLIERS = Listed(
    "suppliers",
    _("Suppliers"),
    (
        (_("Name"), attrgetter("name")),
        (_("Contact"), attrgetter("contact")),
        (_("E-mail"), attrgetter("email")),
        (_("Phone"), attrgetter("phone")),
        (_("Lead time"), attrgetter("lead_days")),
        (_("Minimum order"), attrgetter("minimum_order")),
        (_("Used"), attrgetter("is_active")),
    ),
    lambda _asked: Found(Supplier.objects.order_by("-is_active", "name").iterator(AT_ONCE)),
)
SHELF = (GOODS, STOCK, TRANSFERS, COUNTS, ORDERS, RECEIPTS, SUPPLIERS)
