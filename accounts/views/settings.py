"""The shop's settings in groups: what each does, since when and by whom, and the changes before."""

from itertools import islice
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import settings_history, shop
from accounts.confirming import confirmed
from accounts.doors import permitted, person
from accounts.fact_words import fact
from accounts.models import Permission
from accounts.views.settings_form import GROUPS, SettingsPageForm
from pos.errors import Invalid, Refused, Stale
from pos.models import StoreSettings

SHOWN = 30


@never_cache
@require_http_methods(["GET", "POST"])
@permitted(Permission.SETTINGS)
@confirmed
def settings(request: HttpRequest) -> HttpResponse:
    form = SettingsPageForm(request.POST or None, request.FILES or None, by=person(request))
    if not form.is_bound:
        return show(request, form)
    if not form.is_valid():
        return show(request, form, 400)
    try:
        save(request, form)
    except Refused as refused:
        explain(form, refused)
        return show(request, form, refused.status)
    messages.success(request, _("In force from the next sale on."))
    return redirect("settings")


def save(request: HttpRequest, form: SettingsPageForm) -> None:
    me = person(request)
    shop.change_settings(me, seen=form.seen, **form.changes())
    if form.cleaned_data["new_logo"]:
        shop.put_logo(form.cleaned_data["new_logo"], by=me)


def explain(form: SettingsPageForm, refused: Refused) -> None:
    """Adds the refusal to the field it is about. A stale form is told what the other manager set."""
    if isinstance(refused, Stale):
        row = StoreSettings.in_force()
        form.take_up(row)
        for name in refused.facts["fields"]:
            words = _("%(name)s set this to “%(value)s” meanwhile.")
            form.add_error(name, words % {"name": row.changed_by, "value": now(row, name)})
    at_fault = refused.field if isinstance(refused, Invalid) and refused.field in form.fields else None
    form.add_error("new_logo" if at_fault == "image" else at_fault, refused.message)


def now(row: StoreSettings, name: str) -> str:
    return fact("settings", name, getattr(row, name)).after


def show(request: HttpRequest, form: SettingsPageForm, status: int = 200) -> HttpResponse:
    changes = list(settings_history.changes())
    since = settings_history.latest(changes)
    groups = [(title, [(form[name], since.get(name)) for name in names]) for title, names in GROUPS]
    page: dict[str, Any] = {
        "form": form,
        "groups": groups,
        "row": StoreSettings.in_force(),
        "changes": list(islice(changes, SHOWN)),
        "more": len(changes) > SHOWN,
    }
    return render(request, "accounts/settings.html", page, status=status)
