"""The till's views for shifts: open with a float, move cash, close with a count."""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.doors import managers_only
from accounts.http import StaffRequest
from billing.basket import baskets
from billing.drawer import cash_by_hand, coins, counting, shifts, zreport
from billing.models import Register, RegisterKind, Shift, ZReport
from billing.views.forms import CashForm, CloseShiftForm, OpenShiftForm
from billing.views.frame import register_of, with_manager
from pos.errors import Refused
from pos.models import StoreSettings
from pos.money import ZERO
from pos.web.key_pages import page_of
from pos.web.page_key import once_of

PAGE = 50


@login_required
@require_http_methods(["GET", "POST"])
def open_shift(request: StaffRequest) -> HttpResponse:
    """Chooses a register: joins its open shift, or opens one with a counted float."""
    refusal = None
    if request.method == "POST":
        try:
            asked = OpenShiftForm(request.POST).values()
            once = once_of(request, f"shift at register {asked['register']}", asked)
            begin = partial(shifts.open_shift, asked["register"], opening_float=asked["opening_float"], by=request.user)
            once.make(Shift.objects.all(), begin)
            return stand_at(request, Register.objects.get(code__iexact=asked["register"]))
        except Refused as error:
            refusal = error
    context = {"registers": tills(), "refusal": refusal}
    return render(request, "billing/drawer/open_shift.html", context, status=refusal.status if refusal else 200)


def tills() -> list[dict[str, Any]]:
    """All tills with their open shift and the suggested float: the last count, if the settings say so."""
    found = list(Register.objects.filter(is_active=True, kind=RegisterKind.TILL))
    running = {shift.register_id: shift for shift in shifts.open_shifts(found)}
    counted = shifts.last_counts(found) if StoreSettings.in_force().prefill_float else {}
    return [
        {"register": till, "shift": running.get(till.pk), "suggested_float": counted.get(till.pk)} for till in found
    ]


@login_required
@require_POST
def join_shift(request: StaffRequest) -> HttpResponse:
    """Joins the open shift of a register."""
    register = get_object_or_404(Register, code__iexact=request.POST.get("register", ""), is_active=True)
    if not register.is_training and not register.shifts.open().exists():
        raise shifts.NoOpenShift(register=register.code)
    return stand_at(request, register)


def stand_at(request: StaffRequest, register: Register) -> HttpResponse:
    request.session["register"], request.session["register_name"] = register.code, register.name
    return redirect("till")


@login_required
@require_GET
def shift(request: StaffRequest) -> HttpResponse:
    """The open shift's X report and cash movements. Only managers see its sums, because the count is blind."""
    return _shift_page(request)


def _shift_page(request: StaffRequest, refusal: Refused | None = None) -> HttpResponse:
    register = register_of(request)
    if register is None:
        return redirect("open_shift")
    if register.is_training:  # where no shift is
        return redirect("open_shift")
    running = register.shifts.open().select_related("register", "opened_by", "closed_by").get()
    context = {"shift": running, "report": zreport.told(running, reader=request.user), "refusal": refusal}
    return render(request, "billing/drawer/shift.html", context, status=refusal.status if refusal else 200)


@login_required
@require_POST
def move_cash(request: StaffRequest, shift_id: int) -> HttpResponse:
    try:
        asked = CashForm(request.POST).values()
        moves = {"kind": asked["kind"], "amount": asked["amount"] or ZERO, "reason": asked["reason"]}
        once = once_of(request, f"cash of shift {shift_id}", moves)
        with_manager(request, partial(cash_by_hand.move_cash, shift_id, **moves, once=once))
    except Refused as refused:
        return _shift_page(request, refused)
    return redirect("shift")


@login_required
@require_http_methods(["GET", "POST"])
def close_shift(request: StaffRequest, shift_id: int) -> HttpResponse:
    """The blind count. Afterwards the Z report shows the difference; if it needs a reason, this page asks for one."""
    running = get_object_or_404(Shift.objects.select_related("register"), pk=shift_id)
    if not running.is_open:
        return redirect("z_report", shift_id)
    refusal = None
    if request.method == "POST":
        form = CloseShiftForm(request.POST)
        try:
            counted, pieces, reason = form.total(), form.pieces(), form.values()["reason"]
            count = {"counted": counted, "pieces": pieces, "reason": reason}
            once = once_of(request, f"close of shift {shift_id}", count)
            with_manager(request, partial(counting.close_shift, shift_id, **count, once=once))
            return redirect("z_report", shift_id)
        except Refused as error:
            refusal = error
    context = {
        "shift": running,
        "told": counting.told_to(request.user, running),
        "denominations": [(face, request.POST.get(f"count_{face:f}", "")) for face in coins.denominations()],
        "counted": request.POST.get("counted", ""),
        "reason": request.POST.get("reason", ""),
        "open_baskets": baskets.waiting(running.register),
        "refusal": refusal,
    }
    return render(request, "billing/drawer/close_shift.html", context, status=refusal.status if refusal else 200)


@login_required
@require_GET
def z_report(request: StaffRequest, shift_id: int) -> HttpResponse:
    theirs = ZReport.objects.filter(shift__in=Shift.objects.shown_to(request.user))
    z = get_object_or_404(theirs.select_related("shift__register"), shift_id=shift_id)
    counts = counting.other_counts(z.shift) if request.user.is_manager else ()
    context = {"z": z, "shift": z.shift, "report": z.document, "counts": counts}
    return render(request, "billing/drawer/z_report.html", context)


@managers_only
@require_GET
def z_list(request: StaffRequest) -> HttpResponse:
    """All Z reports, newest first."""
    closed = ZReport.objects.select_related("register", "shift__closed_by")
    page = page_of(closed, request.GET, PAGE)
    return render(request, "billing/drawer/z_list.html", {"page": page})
