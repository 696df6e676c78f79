"""Goods sold without recorded stock, for managers: what must be counted."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import permitted
from accounts.models import Permission
from inventory.shelf import oversold
from pos.web.key_pages import page_of

PAGE, BY_NAME = 50, ("name", "pk")


@require_safe
@permitted(Permission.REPORTS)
def to_count(request: HttpRequest) -> HttpResponse:
    page = page_of(oversold.to_count(), request.GET, PAGE, BY_NAME)
    return render(request, "reports/oversold.html", {"page": page})
