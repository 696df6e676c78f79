"""The limits of a role: what it does alone, what it asks a manager for, and what is denied."""

from collections.abc import Callable
from dataclasses import dataclass
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

from accounts.approvals import limits as verbs
from accounts.confirming import confirmed
from accounts.doors import managers_only, person
from accounts.models import Action, ApprovalRule, Role
from pos.amounts import AmountField
from pos.errors import Invalid, Refused
from pos.money import MOST_MONEY

Pair = tuple[Decimal | None, Decimal | None]


def size_field(label: Any) -> AmountField:
    return AmountField(label=label, required=False, min_value=0, max_value=MOST_MONEY, max_digits=15, decimal_places=3)


@dataclass(frozen=True, slots=True)
class Row:
    """What an action's limits are; of a person, also what those of the role are, in words."""

    label: str
    allow: forms.BoundField
    ask: forms.BoundField
    of_role: str = ""
    is_own: bool = False


class LimitsForm(forms.Form):
    """Two fields for each action; empty means without end."""

    def __init__(self, rules: dict[str, ApprovalRule], data: Any = None) -> None:
        self.rules = rules
        super().__init__(data)
        for action, label in Action.choices:
            for name, words in (("allow", _("%(action)s: alone up to")), ("ask", _("%(action)s: asked for up to"))):
                self.fields[f"{name}_{action}"] = size_field(words % {"action": label})
                self.initial[f"{name}_{action}"] = getattr(self.rules.get(action), f"{name}_up_to", None)

    def rows(self) -> list[Row]:
        return [Row(str(label), self[f"allow_{action}"], self[f"ask_{action}"]) for action, label in Action.choices]

    def changed(self) -> dict[str, Pair]:
        asked = {
            action: (self.cleaned_data[f"allow_{action}"], self.cleaned_data[f"ask_{action}"])
            for action in Action.values
        }
        return {action: pair for action, pair in asked.items() if pair != self.before(action)}

    def before(self, action: str) -> Pair | None:
        rule = self.rules.get(action)
        return rule.pair if rule else None

    @transaction.atomic
    def save(self, put: Callable[[str, Pair], Any]) -> None:
        for action, pair in self.changed().items():
            try:
                put(action, pair)
            except Invalid as refused:
                self.add_error(f"ask_{action}", refused.message)
                raise


def of_role(role: str) -> dict[str, ApprovalRule]:
    return {rule.action: rule for rule in ApprovalRule.objects.all_in_force().filter(role=role)}


@never_cache
@require_http_methods(["GET", "POST"])
@managers_only
@confirmed
def limits(request: HttpRequest, role: str = Role.CASHIER) -> HttpResponse:
    role = role if role in Role.values else Role.CASHIER.value
    form, status = LimitsForm(of_role(role), request.POST or None), 200
    me = person(request)
    if form.is_bound and not form.is_valid():
        status = 400
    elif form.is_bound:
        try:
            form.save(lambda action, pair: verbs.change(role, action, **named(pair), by=me))
            messages.success(request, _("In force at once."))
            return redirect("role_limits", role)
        except Refused as refused:
            status = refused.status
    page = {"form": form, "role": role, "roles": Role.choices}
    return render(request, "accounts/limits.html", page, status=status)


def named(pair: Pair) -> dict[str, Decimal | None]:
    return dict(zip(("allow_up_to", "ask_up_to"), pair, strict=True))
