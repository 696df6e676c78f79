from decimal import Decimal as D

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.approvals import approvals, limits
from accounts.models import Action, ApprovalRule, AuditEntry, Role, User
from pos.errors import Invalid, ManagersOnly

PAGE = "/admin/accounts/approvalrule/"


def in_force() -> ApprovalRule:
    rule = ApprovalRule.objects.in_force(Role.CASHIER, Action.PAY_OUT)
    assert rule is not None
    return rule


def pay_out(by: User, amount: str) -> None:
    approvals.clear(Action.PAY_OUT, by=by, size=D(amount), facts={})


def test_new_limit_holds_at_once_and_the_old_row_stays(may: User, ana: User) -> None:
    old = in_force()
    limits.change(Role.CASHIER, Action.PAY_OUT, allow_up_to=D(7), ask_up_to=D(20), by=may)
    pay_out(ana, "7.00")
    with pytest.raises(approvals.NeedsApproval):
        pay_out(ana, "7.01")
    with pytest.raises(approvals.Denied):
        pay_out(ana, "20.01")
    assert ApprovalRule.objects.filter(pk=old.pk).exists()
    assert AuditEntry.objects.filter(action="limits.changed", actor=may).count() == 1


def test_cashier_sets_no_limits(ana: User) -> None:
    with pytest.raises(ManagersOnly):
        limits.change(Role.CASHIER, Action.PAY_OUT, allow_up_to=None, ask_up_to=None, by=ana)


@pytest.mark.parametrize(("allow", "ask"), [("-1", "5"), ("6", "5"), ("NaN", "5"), ("Infinity", None)])
def test_invalid_limits_change_nothing(may: User, allow: str, ask: str | None) -> None:
    old = in_force()
    with pytest.raises((ValidationError, Invalid)):
        limits.change(Role.CASHIER, Action.PAY_OUT, allow_up_to=D(allow), ask_up_to=D(ask) if ask else None, by=may)
    assert in_force() == old


def test_manager_changes_a_limit_in_the_back_office(may_web: Client) -> None:
    answer = may_web.post(f"{PAGE}{in_force().pk}/change/", {"allow_up_to": "30", "ask_up_to": ""}, follow=True)
    assert b"In force at once." in answer.content
    assert (in_force().allow_up_to, in_force().ask_up_to) == (D(30), None)


def test_cashier_cannot_see_the_limits(ana_web: Client, db: None) -> None:
    assert ana_web.get(PAGE).status_code == 403
