"""Taking goods back at the till."""

from contextlib import suppress
from functools import partial
from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.approving import with_approval
from accounts.http import StaffRequest
from billing import paper, receipts, refunds, rests
from billing.forms import RefundForm
from billing.models import Bill, BillKind, Tender, TenderKind
from billing.views.frame import register_of
from pos.errors import Refused
from pos.money import ZERO

REASONS = [_("Did not fit"), _("Faulty"), _("Wrong item"), _("Changed their mind"), _("Rung up by mistake")]


@login_required
@require_http_methods(["GET", "POST"])
def refund(request: StaffRequest, number: str) -> HttpResponse:
    """What is left of a bill, and the form that takes it back."""
    register = register_of(request)
    if register is None:
        return redirect("open_shift")
    original = receipts.find(number)
    if original.kind == BillKind.REFUND:
        return redirect("bill_detail", original.number)
    form = RefundForm(request.POST or request.GET)
    if request.method == "GET":
        return page(request, original, form)
    try:
        give_back = partial(refunds.refund, form.wish(original.number, register.code), cashier=request.user)
        sold = with_approval(request, lambda approval: give_back(approval=approval))
    except Refused as refusal:
        return page(request, original, form, refusal)
    with suppress(Refused):
        paper.hand_over(sold.bill, by=request.user)
    return redirect("receipt", sold.bill.number)


@login_required
@require_GET
def preview(request: StaffRequest, number: str) -> HttpResponse:
    """The sums of a refund while the cashier counts what came back."""
    return render(request, "billing/_refund_sums.html", sums(receipts.find(number), RefundForm(request.GET)))


def page(request: StaffRequest, original: Bill, form: RefundForm, refusal: Refused | None = None) -> HttpResponse:
    context = {
        "bill": original,
        "member": original.member,
        "lines": [
            {"rest": rest, "asked": form.data.get(f"line_{n}", "0"), "damaged": f"damaged_{n}" in form.data}
            for n, rest in rests.rests(original).items()
        ],
        "key": form.data.get("key") or uuid4(),
        "reasons": REASONS,
        "reason": form.data.get("reason", ""),
        "refusal": refusal,
        **sums(original, form),
    }
    return render(request, "billing/refund.html", context, status=refusal.status if refusal else 200)


def sums(original: Bill, form: RefundForm) -> dict[str, Any]:
    """Nothing while nothing is chosen; the reason where what is chosen cannot come back."""
    try:
        lines = form.lines()
        shown = refunds.preview(original, lines) if lines else None
    except Refused as mistake:
        return {"mistake": mistake, "bill": original, "member": original.member}
    return {"shown": shown, "tenders": tenders(shown) if shown else [], "bill": original, "member": original.member}


def tenders(shown: refunds.Preview) -> list[dict[str, Any]]:
    """Each tender with money left in it, and store credit without a limit, filled in the way the money came."""
    proposed = {payment.method: payment.amount for payment in shown.payments}
    rows = []
    for tender in Tender.objects.filter(is_active=True):
        left = None if tender.kind == TenderKind.STORE_CREDIT else shown.left.by_tender.get(tender.code, ZERO)
        if left is None or left > 0:
            rows.append({"tender": tender, "left": left, "proposed": proposed.get(tender.code)})
    return rows
