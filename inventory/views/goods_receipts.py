"""Booked deliveries: looked at, undone, sent back to the supplier."""

from decimal import Decimal
from functools import partial

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import permitted
from accounts.http import StaffRequest
from accounts.models import Permission
from inventory.buying import receiving, returns
from inventory.models import GoodsReceipt, SupplierReturn
from inventory.views.buying_forms import ReasonForm, SendBackForm, quantity_field
from pos.errors import Invalid, Refused
from pos.money import ZERO, quantity_text
from pos.web.key_pages import page_of
from pos.web.page_key import once_of

PAGE = 50
LABELS = "/goods/labels"


@permitted(Permission.BUYING)
@require_safe
def goods_receipts(request: StaffRequest) -> HttpResponse:
    listed = GoodsReceipt.objects.select_related("supplier", "order", "by", "reverses", "reversal")
    page = page_of(listed, request.GET, PAGE)
    returned = SupplierReturn.objects.select_related("supplier", "receipt", "by")[:PAGE]
    return render(request, "inventory/buying/goods_receipts.html", {"page": page, "returns": returned})


@permitted(Permission.BUYING)
@require_safe
def goods_receipt(request: StaffRequest, number: str) -> HttpResponse:
    return show(request, known(number))


@permitted(Permission.BUYING)
@require_POST
def reverse_receipt(request: StaffRequest, number: str) -> HttpResponse:
    receipt = known(number)
    try:
        asked = ReasonForm(request.POST).values()
        once = once_of(request, f"reversal of {receipt.number}", asked)
        undo = partial(receiving.reverse, receipt.number, by=request.user, **asked)
        counter = once.make(GoodsReceipt.objects.all(), undo)
    except Refused as refusal:
        return show(request, receipt, refusal)
    return redirect("goods_receipt", counter.number)


@permitted(Permission.BUYING)
@require_POST
def send_goods_back(request: StaffRequest, number: str) -> HttpResponse:
    receipt = known(number)
    try:
        asked = SendBackForm(request.POST).values()
        gone = {line.product_id: typed(request, line.product_id) for line in receipt.lines.all()}
        once = once_of(request, f"return of {receipt.number}", {**asked, "gone": gone})
        back = partial(returns.send_back, gone, by=request.user, receipt=receipt.number, **asked)
        once.make(SupplierReturn.objects.all(), back)
    except Refused as refusal:
        return show(request, receipt, refusal)
    return redirect("goods_receipt", receipt.number)


def typed(request: StaffRequest, product_id: int) -> Decimal:
    try:
        return quantity_field(required=False).clean(request.POST.get(f"back_{product_id}", "")) or ZERO
    except ValidationError as fault:
        raise Invalid("quantity", fault.messages[0]) from None


def known(number: str) -> GoodsReceipt:
    found = GoodsReceipt.objects.select_related("supplier", "order", "location", "by", "reverses", "reversal")
    return get_object_or_404(found, number=number.replace("\0", ""))


def labels_of(receipt: GoodsReceipt) -> str:
    """Where labels for what came are printed; nothing while the shop has no such page."""
    try:
        resolve(LABELS)
    except Resolver404:
        return ""
    good = [(line.product_id, line.quantity - line.damaged) for line in receipt.lines.all()]
    wanted = ",".join(f"{product}x{quantity_text(left)}" for product, left in good if left > 0)
    return f"{LABELS}?products={wanted}" if wanted else ""


def show(request: StaffRequest, receipt: GoodsReceipt, refusal: Refused | None = None) -> HttpResponse:
    left = returns.returnable(receipt) if receipt.supplier_id else {}
    lines = list(receipt.lines.all())
    context = {
        "receipt": receipt,
        "lines": [(line, left.get(line.product_id)) for line in lines],
        "can_go_back": any(left.values()),
        "reversal": getattr(receipt, "reversal", None),
        "differences": receiving.differences(receipt),
        "returns": receipt.returns.all(),
        "labels": labels_of(receipt),
        "refusal": refusal,
        "typed": request.POST,
    }
    return render(request, "inventory/buying/goods_receipt.html", context, status=refusal.status if refusal else 200)
