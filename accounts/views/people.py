"""The staff: who works here, hiring, and one page a person."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import fact_words, trail
from accounts.access import second_factor
from accounts.confirming import confirmed
from accounts.doors import managers_only, person
from accounts.models import User
from accounts.people import staff
from accounts.views.people_forms import HireForm, NewPasswordForm, PersonForm, PinForm
from pos.errors import Invalid, Refused
from pos.web.page_key import once_of

LATEST = 8


@never_cache
@require_safe
@managers_only
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who works here, or found by name; those switched off come last."""
    asked = request.GET.get("q", "").strip().replace("\0", "")[:100]
    found = User.objects.matching(name=asked).order_by("-is_active", "name", "pk")
    return render(request, "accounts/people.html", {"people": found, "asked": asked})


@never_cache
@sensitive_post_parameters("pin", "password")
@require_http_methods(["GET", "POST"])
@managers_only
@confirmed
def hire(request: HttpRequest) -> HttpResponse:
    form, status = HireForm(request.POST or None), 200
    if form.is_bound and not form.is_valid():
        status = 400
    elif form.is_bound:
        try:
            once = once_of(request, "user", form.cleaned_data)
            made = once.make(User.objects.all(), partial(staff.hire, by=person(request), **form.cleaned_data))
            messages.success(request, _("%(name)s works here now.") % {"name": made.name})
            return redirect("person", made.username)
        except Refused as refused:
            status = explain(form, refused)
    return render(request, "accounts/hire.html", {"form": form}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@managers_only
@confirmed
def one(request: HttpRequest, username: str) -> HttpResponse:
    """One person's page; POST changes the details."""
    them = known(username)
    if request.method != "POST":
        return show(request, them)
    form = PersonForm(request.POST)
    if not form.is_valid():
        return show(request, them, 400, person_form=form)
    try:
        changed = staff.change(them, by=person(request), **form.cleaned_data)
    except Refused as refused:
        return show(request, them, explain(form, refused), person_form=form)
    return back_to(request, changed, _("Saved."))


def known(username: str) -> User:
    return get_object_or_404(User.objects.people(), username__iexact=username.replace("\0", ""))


def explain(form: forms.Form, refused: Refused, field: str | None = None) -> int:
    """Adds the refusal to the field it is about; returns the HTTP status of the page."""
    told = refused.field if isinstance(refused, Invalid) else refused.facts.get("field", field)
    form.add_error(told if told in form.fields else field, refused.message)
    return refused.status


def show(request: HttpRequest, them: User, status: int = 200, **more: Any) -> HttpResponse:
    details = {name: getattr(them, name) for name in ("name", "username", "email", "role", "custom_role")}
    about = trail.search(about=them.username).filter(subject__iexact=them.username)[:LATEST]
    page: dict[str, Any] = {
        "them": them,
        "is_me": them.pk == person(request).pk,
        "has_second_factor": second_factor.is_set_up(them),
        "person_form": PersonForm(initial=details),
        "pin_form": PinForm(auto_id="pin_%s"),
        "password_form": NewPasswordForm(auto_id="password_%s"),
        "latest": [{"entry": entry, "facts": fact_words.told(entry)} for entry in about],
        **more,
    }
    return render(request, "accounts/person.html", page, status=status)


def back_to(request: HttpRequest, them: User, outcome: Any) -> HttpResponse:
    messages.success(request, outcome)
    return redirect("person", them.username)
