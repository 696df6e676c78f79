"""The till while the server is away: what it takes with it, and what it brings back."""

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
    """How the shop reckons and what is new; 304 where the till has it. With `page`, the goods of that page."""
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
    """One sale of the outage: its bill, or 202 where a manager has to look at it."""
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
    """What is no sale, or another than its key's, is kept for a manager too."""
    try:
        return posting.post(rung_up(sent), by=by)
    except (Invalid, KeyReused) as refusal:
        return problems.keep_unread(sent, str(refusal.message), by=by)


@login_required
@require_POST
def series(request: StaffRequest) -> HttpResponse:
    """A number series for this browser."""
    try:
        return JsonResponse({"series": hand_out(register_with_leave(request).code, by=request.user)})
    except Refused as refusal:
        return JsonResponse({"code": refusal.code, "detail": refusal.message}, status=refusal.status)


@login_not_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """What the service worker shows while the server is away. It says nothing about anybody: who may sell stands in
    the browser, for as long as that person is signed in."""
    return render(request, "billing/outage/outage.html")


@login_not_required
@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the root, so that it may answer for every page; another text when a file or the page changes."""
    files = [static(name) for name in FILES]
    version = hashlib.sha256(render_to_string("billing/outage/outage.html", request=request).encode()).hexdigest()[:16]
    facts = {"files": files, "version": version}
    return render(request, "billing/outage/service-worker.js", facts, content_type="text/javascript")
