"""The archive for the tax office, for managers: asked for, watched while it is made, fetched."""

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import managers_only, person
from pos import calendar
from pos.errors import Refused
from pos.web.key_pages import page_of
from pos.web.page_key import once_of
from reports.models import ExportState, TaxExport
from reports.tax_office import exports
from reports.views.forms import LastMonthForm

PAGE = 20


@never_cache
@require_http_methods(["GET", "POST"])
@managers_only
def tax_office(request: HttpRequest) -> HttpResponseBase:
    form = LastMonthForm(request.POST, today=calendar.today())
    if request.method != "POST":
        return show(request, LastMonthForm(request.GET, today=calendar.today()))
    if not form.is_valid():
        return show(request, form, status=400)
    asked = {"from": form.period.start, "to": form.period.last}
    try:
        row = exports.ask(form.period, by=person(request), once=once_of(request, "tax export", asked))
        if row.bills <= exports.AT_ONCE:
            exports.work_one(row.pk)
    except Refused as refusal:
        return show(request, form, refusal, status=refusal.status)
    return redirect("tax_office")


def show(
    request: HttpRequest, form: LastMonthForm, refusal: Refused | None = None, *, status: int = 200
) -> HttpResponse:
    page = page_of(TaxExport.objects.select_related("by"), request.GET, PAGE)
    is_part = request.headers.get("HX-Target") == "exports"
    facts = {
        "form": form,
        "page": page,
        "waits": any(row.state == ExportState.WAITING for row in page.rows),
        "refusal": refusal,
        "kept": exports.KEPT.days,
    }
    return render(request, "reports/_tax_exports.html" if is_part else "reports/tax_office.html", facts, status=status)


@never_cache
@require_safe
@managers_only
def file(request: HttpRequest, export_id: int) -> HttpResponseBase:
    try:
        path = exports.file_of(export_id)
    except Refused as refusal:
        form = LastMonthForm(request.GET, today=calendar.today())
        return show(request, form, refusal, status=refusal.status)
    return FileResponse(path.open("rb"), as_attachment=True, filename=str(exports.find(export_id)))
