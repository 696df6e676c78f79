"""Offline sales, for managers: those posted, and the problems to settle."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import managers_only, person
from billing.models import OutageProblem, OutageSale
from billing.outage import problems
from pos.errors import Refused

SHOWN = 50


@require_safe
@managers_only
def outages(request: HttpRequest) -> HttpResponse:
    return page(request)


def page(request: HttpRequest, refusal: Refused | None = None) -> HttpResponse:
    waiting = problems.waiting().select_related("register", "posted_by")
    closed = OutageProblem.objects.exclude(reason="").select_related("settled_by").order_by("-settled_at")
    posted = OutageSale.objects.select_related("bill")
    facts = {
        "waiting": problems.to_look_at(waiting[:SHOWN]),
        "number_waiting": waiting.count(),
        "posted": posted[:SHOWN],
        "closed": closed[:SHOWN],
        "shown": SHOWN,
        "refusal": refusal,
    }
    return render(request, "reports/outage.html", facts, status=refusal.status if refusal else 200)


@require_POST
@managers_only
def settle(request: HttpRequest, problem_id: int) -> HttpResponseBase:
    """Posts a waiting sale; with `correct`, the missing goods are counted in first."""
    check_there(problem_id)
    try:
        bill = problems.settle(problem_id, by=person(request), correct_stock="correct" in request.POST)
    except Refused as refusal:
        return page(request, refusal)
    messages.success(request, _("It is in the books as bill %(number)s.") % {"number": bill.number})
    return redirect("report_outage")


@require_POST
@managers_only
def close(request: HttpRequest, problem_id: int) -> HttpResponseBase:
    check_there(problem_id)
    try:
        problems.close(problem_id, reason=request.POST.get("reason", ""), by=person(request))
    except Refused as refusal:
        return page(request, refusal)
    messages.success(request, _("It is closed without a bill."))
    return redirect("report_outage")


def check_there(problem_id: int) -> None:
    if not OutageProblem.objects.filter(pk=problem_id).exists():
        raise Http404
