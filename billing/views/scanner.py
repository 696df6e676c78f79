"""The page to test a scanner: shows what it typed and how the till read it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.http import StaffRequest
from billing.codes import reading
from billing.views.frame import register_of
from inventory.models import Product
from pos.errors import Refused


@login_required
@require_GET
def scanner(request: StaffRequest) -> HttpResponse:
    register = register_of(request)
    if register is None:
        return redirect("open_shift")
    return render(request, "billing/codes/scanner.html", {"register": register})


@login_required
@require_GET
def read(request: StaffRequest) -> HttpResponse:
    code = request.GET.get("code", "").strip()[:200]
    try:
        owner = reading.product_of(reading.understand(code)) if code else None
    except Refused as refused:
        return render(request, "_refusal.html", {"refusal": refused})
    product = Product.objects.filter(pk=owner).first() if owner else None
    return render(request, "billing/codes/_scanner_read.html", {"code": code, "product": product})
