"""Views for sales during an outage: what the till stores in advance, and what it posts afterwards."""

import hashlib
from typing import Any

from django.contrib.auth.decorators import login_not_required, login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST
from rest_framework.exceptions import ParseError

from accounts.http import StaffRequest
from accounts.models import User
from billing.models import Register
from billing.outage import catalogue as kept_catalogue
from billing.outage import posting, problems
from billing.outage.forms import rung_up
from billing.outage.series import hand_out
from billing.views.frame import register_of
from pos.api.json import StrictJson
from pos.errors import Invalid, Refused
from pos.exactly_once import KeyReused

SCRIPTS = ("django_htmx/htmx-2.min.js", "js/staff.js", "js/outage/outage-till.js")
FILES = ("css/shop.css", "icons.svg", "mark.svg", *SCRIPTS)
LONGEST_PAGE = 9


def register_with_leave(request: StaffRequest) -> Register:
    register = register_of(request)
    if register is None or not register.outage_sales:
        raise Http404
    return register


@login_required
@gzip_page
@require_GET
def catalogue(request: StaffRequest) -> HttpResponse:
    """The pricing settings and the tags of the pages, or 304 if unchanged. With `page`, the products of that page."""
    register = register_with_leave(request)
    if asked := request.GET.get("page"):
        if not (asked.isascii() and asked.isdigit() and len(asked) < LONGEST_PAGE):
            raise Http404
        return JsonResponse(kept_catalogue.page(int(asked)), headers={"Cache-Control": "private, no-store"})
    terms = kept_catalogue.terms(register)
    tag = f'"{kept_catalogue.tag(terms)}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    return JsonResponse(terms, headers={"ETag": tag, "Cache-Control": "private"})


@login_required
@require_POST
def post_sale(request: StaffRequest) -> HttpResponse:
    """Posts one sale of the outage. Answers with its bill, or 202 if a manager has to look at it."""
    try:
        posted = take(StrictJson().parse(request), request.user)
    except ParseError as error:
        return JsonResponse({"code": "invalid", "detail": str(error.detail)}, status=400)
    except Refused as refusal:
        return JsonResponse({"code": refusal.code, "detail": refusal.message}, status=refusal.status)
    if posted.bill:
        return JsonResponse({"bill": posted.bill.number})
    assert posted.problem
    return JsonResponse({"differences": posted.problem.differences}, status=202)


def take(sent: Any, by: User) -> posting.Posted:
    """Posts the sale. If it cannot be read or its key was used for another, it is stored for a manager."""
    try:
        return posting.post(rung_up(sent), by=by)
    except (Invalid, KeyReused) as refusal:
        return problems.keep_unread(sent, str(refusal.message), by=by)


@login_required
@require_POST
def series(request: StaffRequest) -> HttpResponse:
    """Hands out a number series for this browser."""
    try:
        return JsonResponse({"series": hand_out(register_with_leave(request).code, by=request.user)})
    except Refused as refusal:
        return JsonResponse({"code": refusal.code, "detail": refusal.message}, status=refusal.status)


@login_not_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The page the service worker shows while the server is away. It contains no personal data: who may sell is stored
    in the browser while that person is signed in."""
    return render(request, "billing/outage/outage.html")


@login_not_required
@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """Served from the root so that it may handle every page. Its text changes when one of its files or the page
    changes, so that browsers update it."""
    files = [static(name) for name in FILES]
    version = hashlib.sha256(render_to_string("billing/outage/outage.html", request=request).encode()).hexdigest()[:16]
    facts = {"files": files, "version": version}
    return render(request, "billing/outage/service-worker.js", facts, content_type="text/javascript")
