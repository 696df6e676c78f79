"""The till's views for refunds and exchanges."""

from contextlib import suppress
from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import StaffRequest
from billing.basket import baskets, returned_goods
from billing.models import Bill, BillKind
from billing.receipts import copies, finding, practice
from billing.returns import refundable, refunds
from billing.views.forms import RefundForm
from billing.views.frame import given_back, look, only_looks, refuse_others, register_of, with_manager
from pos.calendar import today
from pos.errors import Refused


@login_required
@require_http_methods(["GET", "POST"])
def refund(request: StaffRequest, number: str) -> HttpResponse:
    """What is left to return of a bill, and the form to refund it."""
    register = register_of(request)
    if register is None:
        return redirect("open_shift")
    form = RefundForm(request.POST or request.GET)
    with practice.present(number):
        original = finding.find(number)
        if original.kind == BillKind.REFUND:
            return redirect("bill_detail", original.number)
        if request.method == "GET":
            return page(request, original, form)
    if only_looks(request):
        return look(request)
    try:
        wish = form.wish(original.number, register.code)
        sold = with_manager(request, lambda by, tokens: refunds.refund(wish, cashier=by, tokens=tokens))
    except Refused as refusal:
        with practice.present(number):
            return page(request, finding.find(number), form, refusal)
    with suppress(Refused):
        copies.hand_over(sold.bill, by=request.user)
    return redirect("receipt", sold.bill.number)


@login_required
@require_POST
def exchange(request: StaffRequest, number: str) -> HttpResponse:
    """Notes the returned goods in a basket and goes on to that basket, to add the new goods."""
    register = register_of(request)
    if register is None:
        return redirect("open_shift")
    original, form = finding.find(number), RefundForm(request.POST)
    try:
        asked = form.values()
        basket = asked["basket"] or baskets.free_of_returns(register, request.user, original).pk
        refuse_others(request, basket)
        returned_goods.bring_back(basket, original, form.lines(), reason=asked["reason"])
    except Refused as refusal:
        return page(request, original, form, refusal)
    return redirect("basket", basket)


@login_required
@require_GET
def preview(request: StaffRequest, number: str) -> HttpResponse:
    """The sums of a refund, updated while the cashier enters the goods."""
    with practice.present(number):
        context = sums(finding.find(number), RefundForm(request.GET))
        return render(request, "billing/returns/_refund_sums.html", context)


def page(request: StaffRequest, original: Bill, form: RefundForm, refusal: Refused | None = None) -> HttpResponse:
    context = {
        "bill": original,
        "member": original.member,
        "lines": [
            {"rest": rest, "asked": form.data.get(f"line_{n}", "0"), "damaged": f"damaged_{n}" in form.data}
            for n, rest in refundable.rests(original).items()
        ],
        "key": form.data.get("key") or uuid4(),
        "reason": form.data.get("reason", ""),
        "basket": form.data.get("basket", ""),
        "late": refunds.days_late(original, today()),
        "refusal": refusal,
        **sums(original, form),
    }
    return render(request, "billing/returns/refund.html", context, status=refusal.status if refusal else 200)


def sums(original: Bill, form: RefundForm) -> dict[str, Any]:
    """The sums of the chosen goods; empty if nothing is chosen, `mistake` if they cannot be returned."""
    try:
        lines = form.lines()
        shown = refunds.preview(original, lines) if lines else None
    except Refused as mistake:
        return {"mistake": mistake, "bill": original, "member": original.member}
    return {"shown": shown, "tenders": given_back(shown) if shown else [], "bill": original, "member": original.member}
