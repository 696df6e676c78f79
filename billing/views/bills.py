"""Views of finished bills: receipt, details and list."""

from operator import attrgetter

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.http import StaffRequest
from accounts.models import Approval, Deed
from billing.models import Bill, BillKind
from billing.receipts import bill_search, card_codes, finding, outbox, practice
from billing.views.forms import DaysForm
from pos.errors import Refused
from pos.web.key_pages import page_within

PAGE, LINES = 50, 200


@login_required
@require_GET
def receipt(request: StaffRequest, number: str) -> HttpResponse:
    return show_receipt(request, number)


def show_receipt(request: StaffRequest, number: str, refusal: Refused | None = None) -> HttpResponse:
    with practice.present(number):
        return show_found(request, number, refusal)


def show_found(request: StaffRequest, number: str, refusal: Refused | None) -> HttpResponse:
    bill = finding.to_show(number)
    refund = bill.exchange or bill
    entry = card_codes.made_with(refund) if refund.kind == BillKind.REFUND else None
    context = finding.facts(bill, request.user) | {
        "here": address_of(bill),
        "credit": entry,
        "code": card_codes.code_to_show(entry, request.user) if entry else "",
        "troubles": outbox.failed(bill.register),
        "sends_mail": settings.SENDS_MAIL,
        "refusal": refusal,
    }
    return render(request, "billing/receipts/receipt.html", context, status=refusal.status if refusal else 200)


def address_of(bill: Bill) -> str:
    return reverse("receipt", args=[bill.number])


@login_required
@require_GET
def bill_detail(request: StaffRequest, number: str) -> HttpResponse:
    with practice.present(number):
        return show_detail(request, finding.find(number))


def show_detail(request: StaffRequest, bill: Bill) -> HttpResponse:
    used = Approval.objects.filter(reference=f"bill {bill.number}", deed=Deed.USED).select_related("approver")
    page = page_within(list(bill.lines.all()), request.GET, LINES, attrgetter("position"))
    context = finding.facts(bill) | {"approvals": used, "page": page}
    return render(request, "billing/receipts/bill_detail.html", context)


@login_required
@require_GET
def bill_list(request: StaffRequest) -> HttpResponse:
    asked = request.GET.get("q", "").strip()
    if bill := finding.on_paper(asked):
        return redirect("bill_detail", bill.number)
    days = DaysForm(request.GET).days()
    page = bill_search.Search(asked, **days).page(request.GET, PAGE)
    return render(request, "billing/receipts/bill_list.html", {"page": page, "q": asked, **days})
