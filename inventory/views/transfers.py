"""Transfers between locations: scanned and sent on one page, received on another."""

from decimal import Decimal
from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import managers_only
from accounts.http import StaffRequest
from inventory.models import Transfer, TransferArrival, TransferDraft
from inventory.shelf import locations, stock, transit
from inventory.transfers import drafts, transfers
from inventory.views.buying_forms import ReasonForm, quantity_field
from inventory.views.location_forms import SendForm, TransferHeadForm, TransferLineForm, TransferScanForm
from inventory.views.scanned_drafts import changes, go
from pos.errors import Invalid, Refused
from pos.money import ZERO
from pos.web.key_pages import page_of
from pos.web.page_key import once_of

PAGE, UNPROCESSABLE = 50, 422
ENDS = {"back": transfers.call_back, "missing": transfers.give_up}


@managers_only
@require_safe
def transfer_list(request: StaffRequest) -> HttpResponse:
    listed = Transfer.objects.select_related("origin", "target", "by", "reverses", "reversal")
    page = page_of(listed, request.GET, PAGE)
    left: dict[int, Decimal] = {}
    for line in transit.lines(page.rows).filter(left__gt=0):
        left[line.transfer_id] = left.get(line.transfer_id, ZERO) + line.left
    context = {
        "page": page,
        "rows": [(one, left.get(one.pk)) for one in page.rows],
        "first": locations.first_name(),
        "are_several": locations.are_several(),
    }
    return render(request, "inventory/transfers/transfers.html", context)


@never_cache
@managers_only
@require_safe
def new_transfer(request: StaffRequest) -> HttpResponse:
    return show_draft(request)


def show_draft(request: StaffRequest, refusal: Refused | None = None) -> HttpResponse:
    draft = drafts.mine(request.user) or TransferDraft(by=request.user, target=locations.active().first())
    lines = list(draft.lines.select_related("product")) if draft.pk else []
    there = stock.look((line.product_id for line in lines), location=draft.origin_id)
    context = {
        "draft": draft,
        "lines": [(line, there[line.product_id].quantity) for line in lines],
        "last": lines[0] if lines else None,
        "refusal": refusal,
        "locations": locations.choices(),
    }
    if request.htmx:
        page, status = "inventory/transfers/_sending.html", UNPROCESSABLE if refusal else 200
        return render(request, page, context, status=status)
    return render(request, "inventory/transfers/new.html", context, status=refusal.status if refusal else 200)


on_draft = changes(managers_only, show_draft, "new_transfer")


@on_draft
def set_transfer_head(request: StaffRequest) -> None:
    drafts.set_head(request.user, **TransferHeadForm(request.POST).values())


@on_draft
def scan_transfer(request: StaffRequest) -> None:
    asked = TransferScanForm(request.POST).values()
    times = asked["times"]
    drafts.scan(request.user, asked["code"], once=asked["once"], **({"times": times} if times else {}))


@on_draft
def set_transfer_line(request: StaffRequest, product_id: int) -> None:
    drafts.set_line(request.user, product_id, TransferLineForm(request.POST).values()["quantity"] or ZERO)


@on_draft
def drop_transfer(request: StaffRequest) -> HttpResponse:
    drafts.drop(request.user)
    return go(request, "new_transfer")


@on_draft
def send_transfer(request: StaffRequest) -> HttpResponse:
    sent = drafts.send(request.user, **SendForm(request.POST).values())
    return go(request, "transfer", sent.number)


@never_cache
@managers_only
@require_safe
def transfer(request: StaffRequest, number: str) -> HttpResponse:
    return show(request, known(number))


@managers_only
@require_POST
def receive_transfer(request: StaffRequest, number: str) -> HttpResponse:
    sent = known(number)
    try:
        found = {line.product_id: typed(request, line.product_id) for line in sent.lines.all()}
        once = once_of(request, f"receipt of transfer {sent.number}", {"found": found})
        once.make(TransferArrival.objects.all(), partial(transfers.receive, sent.number, found, by=request.user))
    except Refused as refusal:
        return show(request, sent, refusal)
    messages.success(request, _("Received."))
    return redirect("transfer", sent.number)


@managers_only
@require_POST
def end_transfer(request: StaffRequest, number: str, how: str) -> HttpResponse:
    """What is still on its way comes back, or is given up as missing."""
    sent = known(number)
    try:
        asked = ReasonForm(request.POST).values()
        once = once_of(request, f"{how} of transfer {sent.number}", asked)
        once.make(TransferArrival.objects.all(), partial(ENDS[how], sent.number, by=request.user, **asked))
    except Refused as refusal:
        return show(request, sent, refusal)
    return redirect("transfer", sent.number)


@managers_only
@require_POST
def undo_transfer(request: StaffRequest, number: str) -> HttpResponse:
    sent = known(number)
    try:
        asked = ReasonForm(request.POST).values()
        once = once_of(request, f"undoing of transfer {sent.number}", asked)
        undo = partial(transfers.undo, sent.number, by=request.user, **asked)
        counter = once.make(Transfer.objects.all(), undo)
    except Refused as refusal:
        return show(request, sent, refusal)
    return redirect("transfer", counter.number)


def typed(request: StaffRequest, product_id: int) -> Decimal:
    try:
        return quantity_field(required=False).clean(request.POST.get(f"found_{product_id}", "")) or ZERO
    except ValidationError as fault:
        raise Invalid("quantity", fault.messages[0]) from None


def known(number: str) -> Transfer:
    found = Transfer.objects.select_related("origin", "target", "by", "reverses", "reversal")
    return get_object_or_404(found, number=number.replace("\0", ""))


def show(request: StaffRequest, sent: Transfer, refusal: Refused | None = None) -> HttpResponse:
    lines = list(transit.lines([sent]).select_related("product").order_by("pk"))
    is_on_the_way = any(line.left for line in lines)
    reversal = getattr(sent, "reversal", None)
    context = {
        "transfer": sent,
        "lines": [(line, request.POST.get(f"found_{line.product_id}")) for line in lines],
        "is_on_the_way": is_on_the_way,
        "can_be_undone": not is_on_the_way and not reversal and not sent.reverses_id and transfers.received(sent),
        "reversal": reversal,
        "arrivals": sent.arrivals.select_related("by").prefetch_related("lines__line"),
        "first": locations.first_name(),
        "refusal": refusal,
        "typed": request.POST,
    }
    return render(request, "inventory/transfers/transfer.html", context, status=refusal.status if refusal else 200)
