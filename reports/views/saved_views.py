"""Views of sales kept under a name: saved from the page of sales, opened, renamed, shared and removed."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import managers_only, person
from accounts.models import User
from pos import calendar
from pos.errors import Invalid, Refused
from pos.web.page_key import once_of
from reports.figures import saved
from reports.models import SavedView

SHARED = _("Every manager sees it")


class NameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=saved.LONGEST_NAME)
    is_shared = forms.BooleanField(label=SHARED, required=False)


class SaveForm(NameForm):
    query = forms.CharField(max_length=saved.LONGEST_QUERY, widget=forms.HiddenInput(), strip=False)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def views(request: HttpRequest) -> HttpResponse:
    """All views that the person may open; a POST saves one."""
    by = person(request)
    form, status = SaveForm(request.POST or None), 200
    if form.is_valid():
        try:
            once = once_of(request, "view of sales", form.cleaned_data)
            view = once.make(SavedView.objects.all(), partial(saved.save, by=by, **form.cleaned_data))
            messages.success(request, _("Saved."))
            return redirect(address(view))
        except Refused as refused:
            field = refused.field if isinstance(refused, Invalid) else refused.facts.get("field")
            form.add_error(field if field in form.fields else None, refused.message)
            status = refused.status
    elif form.is_bound:
        status = 400
    return show(request, by, status, form=form if form.is_bound else None)


@require_POST
@managers_only
def change(request: HttpRequest, view_id: int) -> HttpResponse:
    by, form = person(request), NameForm(request.POST)
    view = get_object_or_404(saved.of(by), pk=view_id)
    if not form.is_valid():
        return show(request, by, 400, wrong=view.pk, refusal=next(iter(form.errors.values()))[0])
    try:
        saved.change(view, by=by, **form.cleaned_data)
    except Refused as refused:
        return show(request, by, refused.status, wrong=view.pk, refusal=refused.message)
    messages.success(request, _("Saved."))
    return redirect("report_views")


@require_POST
@managers_only
def remove(request: HttpRequest, view_id: int) -> HttpResponse:
    by = person(request)
    if view := saved.of(by).filter(pk=view_id).first():  # none: removed by a first press
        saved.remove(view, by=by)
        messages.success(request, _("Removed."))
    return redirect("report_views")


def show(request: HttpRequest, by: User, status: int, **more: Any) -> HttpResponse:
    return render(request, "reports/sales/views.html", {"rows": rows(by), **more}, status=status)


def rows(by: User) -> list[dict[str, Any]]:
    today = calendar.today()
    return [
        {
            "view": view,
            "href": address(view),
            "period": saved.period_of(view, today),
            "is_own": view.owner_id == by.pk,
        }
        for view in saved.shown_to(by)
    ]


def address(view: SavedView) -> str:
    return f"{reverse('report_sales')}?{saved.search(view, calendar.today())}"
