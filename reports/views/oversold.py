"""Goods sold without recorded stock, for managers: what must be counted."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import permitted
from accounts.models import Permission
from inventory.shelf import oversold

PAGE = 50


@require_safe
@permitted(Permission.REPORTS)
def to_count(request: HttpRequest) -> HttpResponse:
    page = Paginator(oversold.to_count(), PAGE).get_page(request.GET.get("page"))
    return render(request, "reports/oversold.html", {"page": page})
