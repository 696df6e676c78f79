"""A delivery is counted by scanning and booked once, on one page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import permitted
from accounts.http import StaffRequest
from accounts.models import Permission
from inventory.buying import drafts, receiving
from inventory.goods import search
from inventory.models import OPEN_ORDERS, PurchaseOrder, ReceiptDraft, Supplier
from inventory.shelf import locations
from inventory.views.buying_forms import BookForm, CountedForm, HeadForm, ScanForm
from inventory.views.scanned_drafts import changes, go
from pos.errors import Refused
from pos.money import ZERO

UNPROCESSABLE, RESULTS = 422, 12


@permitted(Permission.BUYING)
@require_safe
def receive(request: StaffRequest) -> HttpResponse:
    return show(request)


@permitted(Permission.BUYING)
@require_safe
def find_goods(request: StaffRequest) -> HttpResponse:
    """Products by the words typed, to be chosen instead of scanned."""
    query = request.GET.get("q", "").strip()[: search.LONGEST]
    results = search.products(query, limit=RESULTS) if query else []
    return render(request, "inventory/buying/_found.html", {"results": results, "query": query})


def show(request: StaffRequest, refusal: Refused | None = None) -> HttpResponse:
    draft = drafts.mine(request.user) or ReceiptDraft(by=request.user)
    lines = drafts.shown(draft) if draft.pk else []
    counted = [line for line in lines if line.quantity]
    context = {
        "draft": draft,
        "lines": lines,
        "counted": counted,
        "pieces": sum((line.quantity for line in counted), ZERO),
        "last": counted[0] if counted else None,
        "is_over": isinstance(refusal, receiving.MoreThanOrdered),
        "refusal": refusal,
        "typed": request.POST,
    }
    if request.htmx:
        page, status = "inventory/buying/_delivery.html", UNPROCESSABLE if refusal else 200
        return render(request, page, context, status=status)
    context["suppliers"] = Supplier.objects.filter(is_active=True)
    context["locations"] = locations.choices()
    context["orders"] = PurchaseOrder.objects.filter(state__in=OPEN_ORDERS).select_related("supplier")
    return render(request, "inventory/buying/receive.html", context, status=refusal.status if refusal else 200)


on_draft = changes(permitted(Permission.BUYING), show, "receive")


@on_draft
def begin_receipt(request: StaffRequest, number: str) -> None:
    drafts.begin(request.user, number)


@on_draft
def set_head(request: StaffRequest) -> None:
    drafts.set_head(request.user, **HeadForm(request.POST).values())


@on_draft
def scan_goods(request: StaffRequest) -> None:
    asked = ScanForm(request.POST).values()
    times = asked["times"]
    drafts.scan(request.user, asked["code"], once=asked["once"], **({"times": times} if times else {}))


@on_draft
def count_goods(request: StaffRequest, product_id: int) -> None:
    asked = CountedForm(request.POST).values()
    quantity, damaged = asked["quantity"] or ZERO, asked["damaged"] or ZERO
    drafts.set_line(request.user, product_id, quantity=quantity, damaged=damaged, cost=asked["cost"])


@on_draft
def all_came(request: StaffRequest) -> None:
    drafts.fill(request.user)


@on_draft
def drop_receipt(request: StaffRequest) -> HttpResponse:
    drafts.drop(request.user)
    return go(request, "receive")


@on_draft
def book_receipt(request: StaffRequest) -> HttpResponse:
    receipt = drafts.book(request.user, **BookForm(request.POST).values())
    return go(request, "goods_receipt", receipt.number)
