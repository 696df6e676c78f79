"""Purchase orders: drawn up by hand or as suggested, sent, closed."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import permitted
from accounts.http import StaffRequest
from accounts.models import Permission
from inventory.buying import order_pdf, scanned, suggestions, suppliers
from inventory.buying import orders as verbs
from inventory.buying.orders import Ordered
from inventory.models import OPEN_ORDERS, OrderState, PurchaseOrder, Supplier
from inventory.shelf import locations
from inventory.shelf.locations import EVERYWHERE, Where
from inventory.views.buying_forms import AddLineForm, NewOrderForm, OrderLineForm
from pos.errors import Refused
from pos.web.key_pages import page_of
from pos.web.page_key import once_of

PAGE = 50


@permitted(Permission.BUYING)
@require_http_methods(["GET", "POST"])
def orders(request: StaffRequest) -> HttpResponse:
    """All orders, newest first; a POST begins one."""
    refusal = None
    if request.method == "POST":
        try:
            asked = NewOrderForm(request.POST).values()
            once = once_of(request, "purchase order", asked)
            made = once.make(PurchaseOrder.objects.all(), partial(begin, request, asked))
            return redirect("order", made.number)
        except Refused as error:
            refusal = error
    listed = PurchaseOrder.objects.select_related("supplier", "location").prefetch_related("lines")
    page = page_of(listed, request.GET, PAGE)
    context = {
        "page": page,
        "listed": [(order, verbs.total(order.lines.all())) for order in page.rows],
        "suppliers": Supplier.objects.filter(is_active=True),
        "usual_days": suggestions.USUAL_DAYS,
        "locations": locations.choices(),
        "refusal": refusal,
    }
    return render(request, "inventory/buying/orders.html", context, status=refusal.status if refusal else 200)


def begin(request: StaffRequest, asked: dict[str, Any]) -> PurchaseOrder:
    supplier = suppliers.known(asked["supplier"])
    locations.known(asked["location"])
    days = asked["days"] or suggestions.USUAL_DAYS
    where = Where(asked["location"]) if asked["is_here"] else EVERYWHERE
    lines = suggestions.suggest(supplier, days, where) if asked["suggest"] else []
    return verbs.create(supplier.pk, lines, by=request.user, location=asked["location"])


@permitted(Permission.BUYING)
@require_http_methods(["GET", "POST"])
def order(request: StaffRequest, number: str) -> HttpResponse:
    """An order; a POST changes a draft's lines."""
    found = known(number)
    if request.method == "GET":
        return show(request, found)
    try:
        verbs.change(found.number, **typed(request, found))
    except Refused as refusal:
        return show(request, found, refusal)
    return redirect("order", found.number)


def typed(request: StaffRequest, found: PurchaseOrder) -> dict[str, Any]:
    """The lines as typed: one without packs is taken away, a code adds one."""
    columns = [request.POST.getlist(name) for name in ("product", "packs", "pack_size", "cost")]
    rows = [
        dict(zip(("product", "packs", "pack_size", "cost"), row, strict=False)) for row in zip(*columns, strict=False)
    ]
    lines = [values for row in rows if (values := OrderLineForm(row).values())["packs"]]
    ordered = [Ordered(one["product"], one["packs"], one["pack_size"], one["cost"]) for one in lines]
    added = AddLineForm(request.POST).values()
    if added["code"]:
        product = scanned.read(added["code"], found.supplier).product
        ordered.append(Ordered(product.pk, added["add_packs"] or scanned.ONE))
    return {"lines": ordered, "note": added["note"]}


@permitted(Permission.BUYING)
@require_POST
def send_order(request: StaffRequest, number: str) -> HttpResponse:
    return turned(request, number, verbs.send)


@permitted(Permission.BUYING)
@require_POST
def close_order(request: StaffRequest, number: str) -> HttpResponse:
    return turned(request, number, verbs.close)


def turned(request: StaffRequest, number: str, verb: Any) -> HttpResponse:
    found = known(number)
    try:
        verb(found.number, by=request.user)
    except Refused as refusal:
        return show(request, found, refusal)
    return redirect("order", found.number)


@permitted(Permission.BUYING)
@require_safe
def order_paper(request: StaffRequest, number: str) -> HttpResponse:
    """The order as PDF."""
    found = known(number)
    headers = {"Content-Disposition": f'inline; filename="{found.number}.pdf"'}
    return HttpResponse(order_pdf.written(found), content_type="application/pdf", headers=headers)


def known(number: str) -> PurchaseOrder:
    found = PurchaseOrder.objects.select_related("supplier", "location")
    return get_object_or_404(found, number=number.replace("\0", ""))


def show(request: StaffRequest, found: PurchaseOrder, refusal: Refused | None = None) -> HttpResponse:
    lines = list(found.lines.select_related("product"))
    context = {
        "order": found,
        "lines": lines,
        "total": verbs.total(lines),
        "is_below_minimum": lines and verbs.below_minimum(found, lines),
        "is_open": found.state in OPEN_ORDERS,
        "receipts": found.receipts.select_related("by"),
        "can_be_mailed": settings.SENDS_MAIL and (found.state in OPEN_ORDERS or found.state == OrderState.DRAFT),
        "refusal": refusal,
    }
    return render(request, "inventory/buying/order.html", context, status=refusal.status if refusal else 200)
