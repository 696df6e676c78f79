"""The till's view for refunds without receipt."""

from contextlib import suppress
from functools import partial
from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.approvals.approval_flow import with_approval
from accounts.http import StaffRequest
from billing.codes import reading
from billing.receipts import copies
from billing.returns import without_receipt
from billing.views.forms import ClaimForm
from billing.views.frame import look, only_looks, register_of
from inventory.goods import search
from pos.errors import Refused

RESULTS = 8


@login_required
@require_http_methods(["GET", "POST"])
def refund(request: StaffRequest) -> HttpResponse:
    """Adds the returned goods code by code, then refunds them as store credit."""
    register = register_of(request)
    if register is None:
        return redirect("open_shift")
    if only_looks(request):
        return look(request)
    form = ClaimForm(request.POST or request.GET)
    if request.method == "GET":
        return page(request, form)
    try:
        claim_back = partial(without_receipt.refund, form.claim(register.code), cashier=request.user)
        done = with_approval(request, lambda approval: claim_back(approval=approval))
    except Refused as refusal:
        return page(request, form, refusal)
    with suppress(Refused):
        copies.hand_over(done.bill, by=request.user)
    return redirect("receipt", done.bill.number)


def page(request: StaffRequest, form: ClaimForm, refusal: Refused | None = None) -> HttpResponse:
    code, added, mistake = request.GET.get("code", "").strip()[:200], None, None
    try:
        added = reading.product_of(reading.understand(code)) if code else None
    except Refused as refused:
        mistake = refused
    context = {
        "key": form.data.get("key") or uuid4(),
        "reason": form.data.get("reason", ""),
        "credit": form.data.get("credit", ""),
        "code": "" if added else code,
        "results": search.products(code, limit=RESULTS) if code and not added else [],
        "refusal": refusal or mistake,
        **valued(form, added),
    }
    return render(request, "billing/returns/without_receipt.html", context, status=refusal.status if refusal else 200)


def valued(form: ClaimForm, added: int | None) -> dict[str, Any]:
    """What the chosen goods would bring; `mistake` if they cannot be returned."""
    try:
        lines = form.lines()
        if added and added not in {line.product for line in lines}:
            lines.append(without_receipt.Claimed(without_receipt.ONE, added))
        shown = without_receipt.preview(lines) if lines else None
    except Refused as mistake:
        return {"mistake": mistake}
    if shown is None:
        return {}
    rows = zip(lines, shown.rows, strict=True)
    return {"shown": shown, "rows": [{"line": line, "good": good, "priced": priced} for line, (good, priced) in rows]}
