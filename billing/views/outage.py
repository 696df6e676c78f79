"""The till while the server is away: what it takes with it, and what it brings back."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.http import require_GET, require_POST
from rest_framework.exceptions import ParseError

from accounts.http import StaffRequest
from accounts.models import User
from billing import outage, outage_catalogue, outage_problems, outage_series
from billing.models import Register
from billing.outage_forms import rung_up
from billing.sales import KeyReused
from billing.views.frame import register_of
from pos.api_json import StrictJson
from pos.errors import Invalid, Refused


def register_with_leave(request: StaffRequest) -> Register:
    register = register_of(request)
    if register is None or not register.outage_sales:
        raise Http404
    return register


@login_required
@require_GET
def catalogue(request: StaffRequest) -> HttpResponse:
    """A page of the goods after the id `after`; 304 where the till has this version."""
    register = register_with_leave(request)
    after = request.GET.get("after", "0")
    if not (after.isascii() and after.isdigit() and len(after) < 18):
        after = "0"
    tag = f'"{outage_catalogue.version(register)}-{after}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    return JsonResponse(outage_catalogue.page(register, int(after)), headers={"ETag": tag, "Cache-Control": "private"})


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


def take(sent: Any, by: User) -> outage.Posted:
    """What is no sale, or another than its key's, is kept for a manager too."""
    try:
        return outage.post(rung_up(sent), by=by)
    except (Invalid, KeyReused) as refusal:
        return outage_problems.keep_unread(sent, str(refusal.message), by=by)


@login_required
@require_POST
def series(request: StaffRequest) -> HttpResponse:
    """A number series for this browser."""
    try:
        return JsonResponse({"series": outage_series.hand_out(register_with_leave(request).code, by=request.user)})
    except Refused as refusal:
        return JsonResponse({"code": refusal.code, "detail": refusal.message}, status=refusal.status)


@login_required
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """What the service worker shows while the server is away."""
    return render(request, "billing/outage.html", {"register": register_with_leave(request)})


@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the root, so that it may answer for every page of the till; another text when a file changes."""
    scripts = [static(f"js/{name}.js") for name in ("outage-till", "outage-store", "kept")]
    return render(request, "billing/service-worker.js", {"scripts": scripts}, content_type="text/javascript")
