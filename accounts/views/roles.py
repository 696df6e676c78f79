"""Roles of the shop's own: what each permits, and who has it."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.confirming import confirmed
from accounts.doors import managers_only, person
from accounts.models import CustomRole, Permission
from accounts.people import roles as verbs
from accounts.views.people import explain
from pos.errors import Refused
from pos.web.page_key import once_of


class RoleForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=verbs.LONGEST_NAME, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    permissions = forms.MultipleChoiceField(
        label=_("What it may do beside the till"), choices=Permission, widget=forms.CheckboxSelectMultiple
    )


@never_cache
@require_safe
@managers_only
def roles(request: HttpRequest) -> HttpResponse:
    listed = CustomRole.objects.annotate(holders=Count("people"))
    rows = [(role, [Permission(name).label for name in role.permissions]) for role in listed]
    return render(request, "accounts/roles.html", {"rows": rows})


@never_cache
@require_http_methods(["GET", "POST"])
@managers_only
@confirmed
def new(request: HttpRequest) -> HttpResponse:
    form, status = RoleForm(request.POST or None), 200
    if form.is_bound and not form.is_valid():
        status = 400
    elif form.is_bound:
        try:
            once = once_of(request, "role", form.cleaned_data)
            enter = partial(verbs.enter, CustomRole(), by=person(request), **form.cleaned_data)
            once.make(CustomRole.objects.all(), enter)
            return redirect("roles")
        except Refused as refused:
            status = explain(form, refused)
    return render(request, "accounts/role.html", {"form": form}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@managers_only
@confirmed
def one(request: HttpRequest, role_id: int) -> HttpResponse:
    role = get_object_or_404(CustomRole, pk=role_id)
    if request.method != "POST":
        return shown(request, role, RoleForm(initial={"name": role.name, "permissions": role.permissions}))
    form = RoleForm(request.POST)
    if not form.is_valid():
        return shown(request, role, form, 400)
    try:
        verbs.enter(role, by=person(request), **form.cleaned_data)
    except Refused as refused:
        return shown(request, role, form, explain(form, refused))
    messages.success(request, _("In force at once."))
    return redirect("roles")


@never_cache
@require_POST
@managers_only
@confirmed
def delete(request: HttpRequest, role_id: int) -> HttpResponse:
    role = get_object_or_404(CustomRole, pk=role_id)
    try:
        verbs.remove(role, by=person(request))
    except Refused as refused:
        form = RoleForm(initial={"name": role.name, "permissions": role.permissions})
        return shown(request, role, form, refused.status, refusal=refused)
    return redirect("roles")


def shown(request: HttpRequest, role: CustomRole, form: RoleForm, status: int = 200, **more: Any) -> HttpResponse:
    page = {"role": role, "form": form, "people": role.people.order_by("name"), **more}
    return render(request, "accounts/role.html", page, status=status)
