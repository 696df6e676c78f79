"""The limits of a role: what it does alone, what it asks a manager for, and what is denied."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.approvals import limits as limits_of
from accounts.confirming import confirmed
from accounts.doors import managers_only, person
from accounts.models import Action, ApprovalRule, Role, User
from pos.amounts import AmountField
from pos.errors import Invalid, Refused
from pos.money import MOST_MONEY


def size_field(label: Any) -> AmountField:
    return AmountField(label=label, required=False, min_value=0, max_value=MOST_MONEY, max_digits=15, decimal_places=3)


class LimitsForm(forms.Form):
    """Two fields for each action; empty means without end."""

    def __init__(self, role: str, data: Any = None) -> None:
        self.role = role
        self.rules = {rule.action: rule for rule in ApprovalRule.objects.all_in_force().filter(role=role)}
        super().__init__(data)
        for action, label in Action.choices:
            for name, words in (("allow", _("%(action)s: alone up to")), ("ask", _("%(action)s: asked for up to"))):
                self.fields[f"{name}_{action}"] = size_field(words % {"action": label})
                self.initial[f"{name}_{action}"] = getattr(self.rules.get(action), f"{name}_up_to", None)

    def rows(self) -> list[tuple[Any, ...]]:
        return [(label, self[f"allow_{action}"], self[f"ask_{action}"]) for action, label in Action.choices]

    def changed(self) -> dict[str, tuple[Decimal | None, Decimal | None]]:
        asked = {
            action: (self.cleaned_data[f"allow_{action}"], self.cleaned_data[f"ask_{action}"])
            for action in Action.values
        }
        return {action: pair for action, pair in asked.items() if pair != self.before(action)}

    def before(self, action: str) -> tuple[Decimal | None, Decimal | None] | None:
        rule = self.rules.get(action)
        return (rule.allow_up_to, rule.ask_up_to) if rule else None


@never_cache
@require_http_methods(["GET", "POST"])
@managers_only
@confirmed
def limits(request: HttpRequest, role: str = Role.CASHIER) -> HttpResponse:
    role = role if role in Role.values else Role.CASHIER.value
    form, status = LimitsForm(role, request.POST or None), 200
    if form.is_bound and not form.is_valid():
        status = 400
    elif form.is_bound:
        try:
            save(form, person(request))
            messages.success(request, _("In force at once."))
            return redirect("role_limits", role)
        except Refused as refused:
            status = refused.status
    page = {"form": form, "role": role, "roles": Role.choices}
    return render(request, "accounts/limits.html", page, status=status)


@transaction.atomic
def save(form: LimitsForm, me: User) -> None:
    for action, (allow, ask) in form.changed().items():
        try:
            limits_of.change(form.role, action, allow_up_to=allow, ask_up_to=ask, by=me)
        except Invalid as refused:
            form.add_error(f"ask_{action}", refused.message)
            raise
