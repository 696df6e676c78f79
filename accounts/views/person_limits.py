"""The limits of one person, beside those of the role."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.approvals import limits as verbs
from accounts.confirming import confirmed
from accounts.doors import managers_only, person
from accounts.models import Action, ApprovalRule, User
from accounts.views.limits import LimitsForm, Pair, Row, named, of_role
from accounts.views.people import known
from pos.amounts import typed
from pos.errors import Refused


class PersonLimitsForm(LimitsForm):
    """Only what was typed anew counts: a role's limit that changed while the page stood open is not written back."""

    def __init__(self, them: User, data: Any = None) -> None:
        super().__init__(ApprovalRule.objects.all_of(them), data)
        self.role_rules = of_role(them.role)
        for field in self.fields.values():
            field.show_hidden_initial = True

    def rows(self) -> list[Row]:
        return [
            replace(row, of_role=in_words(self.role_rules.get(action)), is_own=self.is_own(action))
            for action, row in zip(Action.values, super().rows(), strict=True)
        ]

    def is_own(self, action: str) -> bool:
        rule = self.rules.get(action)
        return bool(rule and rule.person_id)

    def changed(self) -> dict[str, Pair]:
        typed_anew = {name.partition("_")[2] for name in self.changed_data}
        return {action: pair for action, pair in super().changed().items() if action in typed_anew}

    def is_of_role(self, action: str, pair: Pair) -> bool:
        rule = self.role_rules.get(action)
        return rule is not None and rule.pair == pair


def in_words(rule: ApprovalRule | None) -> str:
    if rule is None:
        return gettext("denied")
    if rule.allow_up_to is None:
        return gettext("alone, without end")
    if rule.ask_up_to is None:
        return gettext("alone up to %(allow)s, asked for without end") % {"allow": typed(rule.allow_up_to)}
    figures = {"allow": typed(rule.allow_up_to), "ask": typed(rule.ask_up_to)}
    return gettext("alone up to %(allow)s, asked for up to %(ask)s") % figures


@never_cache
@require_http_methods(["GET", "POST"])
@managers_only
@confirmed
def limits_of(request: HttpRequest, username: str) -> HttpResponse:
    them, me = known(username), person(request)
    form, page = PersonLimitsForm(them, request.POST or None), {}

    def put(action: str, pair: Pair) -> None:
        if form.is_of_role(action, pair):
            verbs.lift_for(them, action, by=me)
        else:
            verbs.change_for(them, action, **named(pair), by=me)

    status = 200
    if form.is_bound and not form.is_valid():
        status = 400
    elif form.is_bound:
        try:
            form.save(put)
            messages.success(request, _("In force at once."))
            return redirect("limits_of", them.username)
        except Refused as refused:
            status, page = refused.status, {"refusal": refused}
    return render(request, "accounts/person_limits.html", {"them": them, "form": form, **page}, status=status)
