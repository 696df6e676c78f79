"""The daily journal for an accountant, and the table of its account numbers, for managers."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.confirming import confirmed
from accounts.doors import managers_only, person
from pos import calendar, exports
from pos.errors import Refused
from reports.figures import periods
from reports.figures.periods import Period
from reports.journal import accounts, days, files
from reports.journal.liabilities import Owed
from reports.views.figures import page
from reports.views.forms import DayForm, PeriodForm, RangeForm
from reports.views.journal_forms import AccountsForm

FILES = ("csv", "xlsx", "datev")


@page("reports/journal.html", DayForm)
def journal(form: PeriodForm) -> dict[str, Any]:
    day = form.period.start
    document = days.of(day)
    for entry in document["entries"]:
        for line in entry["lines"]:
            line["label"] = accounts.spoken(line["role"], line["detail"])
    return {
        "day": day,
        "day_before": periods.days_away(day, -1),
        "day_after": periods.days_away(day, 1) if day < form.today else None,
        "journal": document,
        "owed": [(Owed.LABELS[row["kind"]], row) for row in document["owed"]],
        "month": periods.month(day.year, day.month),
    }


@never_cache
@require_safe
@managers_only
def file(request: HttpRequest, ending: str) -> HttpResponseBase:
    """The journals of these days as a file; a day that may still change is refused."""
    if ending not in FILES:
        raise Http404
    form = RangeForm(request.GET, today=calendar.today())
    if not form.is_valid():
        return render(request, "reports/unclear.html", {"form": form}, status=400)
    if ending == "datev":
        return for_datev(form.period)
    return exports.answer(files.table(form.period), ending)


def for_datev(period: Period) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="EXTF_Buchungsstapel_{period.start}_{period.last}.csv"'}
    return HttpResponse(files.for_datev(period), content_type="text/csv; charset=windows-1252", headers=headers)


@never_cache
@require_http_methods(["GET", "POST"])
@managers_only
@confirmed
def account_numbers(request: HttpRequest) -> HttpResponse:
    chart = request.GET.get("chart", "")
    form = AccountsForm(request.POST or None, rows=accounts.edited(chart if chart in accounts.CHARTS else None))
    status = 400 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            accounts.enter(form.numbers(), by=person(request))
            messages.success(request, _("In force for every day not handed over yet."))
            return redirect("journal_accounts")
        except Refused as refused:
            form.add_error(None, refused.message)
            status = refused.status
    return render(
        request,
        "reports/journal_accounts.html",
        {"form": form, "charts": accounts.CHARTS, "chart": chart},
        status=status,
    )
