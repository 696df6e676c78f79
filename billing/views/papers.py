"""Views to print and mail finished bills, and to look after failed jobs."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from accounts.approvals.approval_flow import with_approval
from accounts.approvals.approvals import NeedsApproval
from accounts.http import StaffRequest
from billing.models import OutboundJob, PaperKind, ReceiptPrint, Register
from billing.receipts import copies, finding, outbox, practice
from billing.views.bills import show_receipt
from billing.views.frame import register_of
from pos.exactly_once import Anew
from pos.web.page_key import once_of

TEMPLATES = {
    PaperKind.RECEIPT: "billing/receipts/_receipt.html",
    PaperKind.GIFT: "billing/receipts/_gift_receipt.html",
    PaperKind.INVOICE: "billing/receipts/_invoice.html",
}


@login_required
@require_POST
def print_bill(request: StaffRequest, number: str) -> HttpResponse:
    """Prints on the till's printer, or redirects to a page for the browser to print."""
    asked: dict[str, Any] = {"kind": request.POST.get("kind", ""), "register": register_of(request)}
    once = once_of(request, f"print of bill {number}", asked)
    if practice.is_number(number):
        return print_practised(request, number, once, **asked)

    def printed_once(approval: str | None) -> ReceiptPrint:
        wish = partial(copies.printed, number, **asked, by=request.user, approval=approval)
        return once.make(ReceiptPrint.objects.all(), lambda: wish().entry)

    try:
        entry = with_approval(request, printed_once)
    except NeedsApproval as refusal:
        return show_receipt(request, number, refusal)
    if not OutboundJob.objects.filter(entry=entry).exists():
        return redirect("printed", entry.pk)
    messages.success(request, _("Printing: %(kind)s.") % {"kind": entry.get_kind_display()})
    return redirect("receipt", number)


def print_practised(
    request: StaffRequest, number: str, once: Anew, *, kind: str, register: Register | None
) -> HttpResponse:
    send = partial(copies.practised, number, kind=kind, by=request.user, register=register)
    try:
        once.make(OutboundJob.objects.all(), send)
    except copies.NoPrinter:
        return redirect("printed_practice", number, kind)
    messages.success(request, _("Printing: %(kind)s.") % {"kind": PaperKind(kind).label})
    return redirect("receipt", number)


@login_required
@require_GET
def printed_practice(request: StaffRequest, number: str, kind: str) -> HttpResponse:
    """The paper of a practice bill, for the browser to print as often as anybody likes."""
    if kind not in PaperKind.values or not practice.is_number(number):
        raise Http404
    with practice.present(number):
        bill = finding.find(number)
        context = finding.facts(bill) | {
            "entry": ReceiptPrint(bill=bill, kind=kind),
            "paper": TEMPLATES[PaperKind(kind)],
        }
        return render(request, "billing/receipts/paper.html", context)


@login_required
@require_GET
def printed(request: StaffRequest, print_id: int) -> HttpResponse:
    """One counted printing, in the width of its paper."""
    entry = get_object_or_404(ReceiptPrint.objects.select_related("bill"), pk=print_id)
    reader = request.user if entry.kind == PaperKind.RECEIPT else None
    context = finding.facts(finding.find(entry.bill.number), reader)
    context |= {"entry": entry, "copy": entry.copy, "paper": TEMPLATES[PaperKind(entry.kind)]}
    return render(request, "billing/receipts/paper.html", context)


@login_required
@require_POST
def mail_bill(request: StaffRequest, number: str) -> HttpResponse:
    address = request.POST.get("address", "")[:254]
    once = once_of(request, f"mail of bill {number}", {"address": address})
    once.make(OutboundJob.objects.all(), partial(copies.mail, number, to=address, by=request.user))
    messages.success(request, _("The receipt is on its way."))
    return redirect("receipt", number)


@login_required
@require_GET
def job_list(request: StaffRequest) -> HttpResponse:
    """The jobs still to do and those that failed."""
    return render(request, "billing/receipts/job_list.html", {"jobs": outbox.not_done()[:200]})


@login_required
@require_POST
def retry_job(request: StaffRequest, job_id: int) -> HttpResponse:
    outbox.again(job_id)
    return redirect("job_list")


@login_required
@require_POST
def give_up_job(request: StaffRequest, job_id: int) -> HttpResponse:
    outbox.give_up(job_id, by=request.user)
    return redirect("job_list")
