"""Looking back at bills."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.http import StaffRequest
from billing import giftcards, receipts
from billing.forms import DaysForm

PAGE = 50


@login_required
@require_GET
def receipt(request: StaffRequest, number: str) -> HttpResponse:
    bill = receipts.find(number)
    entry = giftcards.made_with(bill) if bill.original_id else None
    code = giftcards.code_to_show(entry, request.user) if entry else ""
    return render(request, "billing/receipt.html", receipts.facts(bill) | {"credit": entry, "code": code})


@login_required
@require_GET
def bill_detail(request: StaffRequest, number: str) -> HttpResponse:
    return render(request, "billing/bill_detail.html", receipts.facts(receipts.find(number)))


@login_required
@require_GET
def bill_list(request: StaffRequest) -> HttpResponse:
    asked = request.GET.get("q", "").strip()
    days = DaysForm(request.GET).days()
    page = Paginator(receipts.matching(asked, **days), PAGE).get_page(request.GET.get("page"))
    return render(request, "billing/bill_list.html", {"page": page, "q": asked, **days})
