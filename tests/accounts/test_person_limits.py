"""Limits of one person, tighter or wider than the role's: set on pages and by program, held to by every verb."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.approvals import approvals, limits
from accounts.approvals.limits import OwnLimits
from accounts.models import Action, ApprovalRule, AuditEntry, Role, User
from accounts.people import staff
from billing.drawer import cash_by_hand
from billing.models import CashMovement, Shift
from pos.errors import Invalid, ManagersOnly
from tests.at_once import at_once
from tests.cast import TILL_PIN, person, signed_in, with_token
from tests.ledgers import plant
from tests.proof import broken

pytestmark = pytest.mark.django_db
PAGE = "/person/ana/limits"
V1 = "/api/v1/users"


def pay_out(by: User, amount: str, **more: Any) -> None:
    with transaction.atomic():
        approvals.clear(Action.PAY_OUT, by=by, size=D(amount), facts={}, **more)


def give(to: User, by: User, allow: str | None, ask: str | None, action: str = Action.PAY_OUT) -> ApprovalRule:
    pair = {"allow_up_to": D(allow) if allow else None, "ask_up_to": D(ask) if ask else None}
    return limits.change_for(to, action, **pair, by=by)


def own_rows() -> int:
    return ApprovalRule.objects.exclude(person=None).count()


def outcome(by: User, amount: str) -> str:
    try:
        pay_out(by, amount)
    except (approvals.NeedsApproval, approvals.Denied) as refused:
        return refused.code
    return "done"


@pytest.fixture
def of_cashiers(may: User) -> None:
    limits.change(Role.CASHIER, Action.PAY_OUT, allow_up_to=D(50), ask_up_to=D(100), by=may)


@pytest.mark.parametrize(
    ("allow", "ask", "outcomes"),
    [
        ("5", "20", ["done", "needs_approval", "denied", "denied"]),
        ("80", "500", ["done", "done", "done", "needs_approval"]),
        (None, None, ["done", "done", "done", "done"]),
        ("0", None, ["needs_approval"] * 4),
    ],
)
def test_limits_of_a_person_replace_those_of_the_role(
    allow: str | None, ask: str | None, outcomes: list[str], may: User, ana: User, ben: User, of_cashiers: None
) -> None:
    give(ana, may, allow, ask)
    assert [outcome(ana, size) for size in ("5", "20", "80", "101")] == outcomes
    assert [outcome(ben, size) for size in ("5", "20", "80", "101")] == ["done", "done", "needs_approval", "denied"]


def test_limits_of_a_person_end_when_lifted_and_no_row_is_rewritten(may: User, ana: User, of_cashiers: None) -> None:
    give(ana, may, "5", "20")
    assert limits.lift_for(ana, Action.PAY_OUT, by=may) == ApprovalRule.objects.in_force("cashier", "pay_out")
    assert (outcome(ana, "50"), own_rows()) == ("done", 2)
    assert limits.lift_for(ana, Action.PAY_OUT, by=may)
    assert own_rows() == 2
    told = AuditEntry.objects.filter(action__startswith="person_limits", subject="ana").order_by("pk")
    assert [(row.action, row.facts["allow_up_to"]) for row in told] == [
        ("person_limits.changed", ["50.000", "5"]),
        ("person_limits.lifted", ["5.000", "50.000"]),
    ]


def test_same_limits_set_twice_are_one_row(may: User, ana: User, of_cashiers: None) -> None:
    first, again = give(ana, may, "5", "20"), give(ana, may, "5", "20")
    assert (first.pk, own_rows()) == (again.pk, 1)
    assert AuditEntry.objects.filter(action="person_limits.changed").count() == 1


def test_other_role_has_other_limits(may: User, ana: User, of_cashiers: None) -> None:
    give(ana, may, None, None)
    promoted = staff.change(ana, by=may, role=Role.MANAGER)
    give(promoted, may, "5", None)
    assert outcome(promoted, "6") == "needs_approval"
    again = staff.change(promoted, by=may, role=Role.CASHIER)
    assert outcome(again, "1000") == "done"


def test_manager_approves_only_up_to_her_own_limit(may: User, ana: User, of_cashiers: None) -> None:
    mia = person("mia", role="manager")
    give(mia, may, "60", None)
    asked = {"asker": ana, "pin": TILL_PIN, "facts": {}}
    with pytest.raises(approvals.Denied):
        approvals.grant(Action.PAY_OUT, approver="mia", size=D(70), **asked)
    token = approvals.grant(Action.PAY_OUT, approver="mia", size=D(60), **asked)
    pay_out(ana, "60", approval=token)


def by_hand(shift: Shift, amount: str, by: User) -> CashMovement:
    return cash_by_hand.move_cash(shift.pk, kind="pay_out", amount=D(amount), reason="stamps", by=by)


def test_drawer_obeys_personal_limits_and_the_audit_checks_them(
    may: User, ana: User, shift: Shift, of_cashiers: None
) -> None:
    give(ana, may, "60", "70")
    moved = by_hand(shift, "60", ana)
    give(ana, may, "1", "2")
    for amount, refused in (("1.50", approvals.NeedsApproval), ("2.50", approvals.Denied)):
        with pytest.raises(refused):
            by_hand(shift, amount, ana)
    assert (CashMovement.objects.filter(kind="pay_out").get().pk, broken()) == (moved.pk, {})
    plant(["UPDATE accounts_approvalrule SET allow_up_to = 59 WHERE allow_up_to = 60"])
    assert broken() == {"I20.cash": [f"cash movement {moved.pk}"]}


def test_only_another_manager_sets_personal_limits(may: User, ana: User, ben: User) -> None:
    with pytest.raises(ManagersOnly):
        give(ben, ana, None, None)
    with pytest.raises(ManagersOnly):
        limits.lift_for(ben, Action.PAY_OUT, by=ana)
    for deed in (lambda: give(may, may, None, None), lambda: limits.lift_for(may, Action.PAY_OUT, by=may)):
        with pytest.raises(OwnLimits):
            deed()
    assert own_rows() == 0


@pytest.mark.parametrize(("allow", "ask"), [("-1", "5"), ("6", "5"), ("NaN", "5"), ("Infinity", None), ("1e20", None)])
def test_invalid_values_set_no_limits(allow: str, ask: str | None, may: User, ana: User) -> None:
    with pytest.raises((ValidationError, Invalid)):
        give(ana, may, allow, ask)
    with pytest.raises((ValidationError, Invalid)):
        give(ana, may, "1", "2", action="nothing")
    assert own_rows() == 0


def test_database_refuses_lifted_limits_of_a_role_and_deletions(may: User, ana: User) -> None:
    for facts in ({"person": None}, {"person": ana, "allow_up_to": 5}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ApprovalRule.objects.create(role="cashier", action="refund", holds=False, **facts)
    give(ana, may, "5", "20")
    with pytest.raises(IntegrityError), transaction.atomic():
        ApprovalRule.objects.filter(person=ana).delete()


def typed(client: Client, **changes: str) -> dict[str, str]:
    """The form of the page as a browser sends it back, and what was typed."""
    form = client.get(PAGE).context["form"]
    shown = {name: form[name].value() or "" for name in form.fields}
    asis = {name: str(form.fields[name].prepare_value(value) or "") for name, value in shown.items()}
    return {**asis, **{f"initial-{name}": value for name, value in asis.items()}, **changes}


def test_manager_sets_and_lifts_personal_limits_on_the_page(may: User, ana: User, of_cashiers: None) -> None:
    page = signed_in(may)
    answer = page.post(PAGE, typed(page, allow_pay_out="7,50", ask_pay_out="20", allow_refund=""), follow=True)
    assert b"In force at once." in answer.content
    assert (outcome(ana, "7.50"), outcome(ana, "8"), own_rows()) == ("done", "needs_approval", 2)
    told = answer.content.decode()
    assert (told.count("own limits"), "alone up to 50, asked for up to 100" in told) == (2, True)
    assert page.post(PAGE, typed(page)).status_code == 302
    assert own_rows() == 2
    page.post(PAGE, typed(page, allow_pay_out="50", ask_pay_out="100"))
    assert (outcome(ana, "50"), own_rows()) == ("done", 3)
    trail = page.get("/person/ana").content.decode()
    assert "Limits of a person taken back" in trail
    assert "pay-out, amount" in trail


def test_limit_of_the_role_changed_meanwhile_is_not_written_back(may: User, ana: User, of_cashiers: None) -> None:
    page = signed_in(may)
    form = typed(page, allow_refund="3")
    limits.change(Role.CASHIER, Action.PAY_OUT, allow_up_to=D(10), ask_up_to=D(10), by=may)
    assert page.post(PAGE, form).status_code == 302
    assert (outcome(ana, "11"), own_rows()) == ("denied", 1)


@pytest.mark.parametrize("wrong", ["NaN", "-1", "much", "9" * 30, "1\0"])
def test_page_refuses_an_invalid_limit(wrong: str, may: User, ana: User, of_cashiers: None) -> None:
    page = signed_in(may)
    answer = page.post(PAGE, typed(page, allow_pay_out=wrong))
    assert (answer.status_code, b"field__error" in answer.content) == (400, True)
    less = page.post(PAGE, typed(page, allow_refund="1", allow_pay_out="9", ask_pay_out="5"))
    assert (less.status_code, b"Less cannot be asked for" in less.content, own_rows()) == (400, True, 0)


def test_pages_and_api_refuse_people_without_the_right(may: User, ana: User) -> None:
    own = signed_in(may).post("/person/may/limits", {"allow_pay_out": "1"})
    assert (own.status_code, b"Nobody sets limits for themselves" in own.content) == (403, True)
    assert signed_in(ana).get(PAGE).status_code == 403
    program = with_token(ana)
    assert program.get(f"{V1}/{ana.pk}/limits").status_code == 403
    assert program.delete(f"{V1}/{ana.pk}/limits/pay_out").status_code == 403
    assert own_rows() == 0


def put(client: Client, path: str, body: Any) -> Any:
    return client.put(path, body, content_type="application/json")


def test_program_sets_and_lifts_personal_limits(may: User, may_api: Client, ana: User, of_cashiers: None) -> None:
    one = f"{V1}/{ana.pk}/limits/pay_out"
    made = put(may_api, one, {"allow_up_to": "5", "ask_up_to": None})
    assert (made.status_code, made.json()["is_own"], made.json()["set_by"]) == (200, True, "may")
    listed = may_api.get(f"{V1}/{ana.pk}/limits").json()
    assert [row["action"] for row in listed] == sorted(Action.values)
    assert [row["action"] for row in listed if row["is_own"]] == ["pay_out"]
    assert {row["is_own"] for row in listed} == {True, False}
    assert outcome(ana, "6") == "needs_approval"
    assert may_api.delete(one).status_code == 204
    assert may_api.delete(one).status_code == 204
    assert (outcome(ana, "6"), own_rows()) == ("done", 2)


def test_program_is_told_what_is_wrong(may: User, may_api: Client, ana: User) -> None:
    one = f"{V1}/{ana.pk}/limits/pay_out"
    wrong: list[Any] = [("-1", None), ("6", "5"), ("NaN", None), ([], None)]
    for pair in wrong:
        assert put(may_api, one, dict(zip(("allow_up_to", "ask_up_to"), pair, strict=True))).status_code == 400, pair
    assert put(may_api, one, {"allow_up_to": "5"}).status_code == 400
    right = {"allow_up_to": "5", "ask_up_to": "6"}
    for missing in (f"{V1}/{ana.pk}/limits/nothing", f"{V1}/999999/limits/pay_out"):
        assert put(may_api, missing, right).status_code == may_api.delete(missing).status_code == 404
    own = put(may_api, f"{V1}/{may.pk}/limits/pay_out", right)
    assert (own.status_code, own.json()["code"], own_rows()) == (403, "own_limits", 0)


@pytest.mark.django_db(transaction=True)
def test_changes_by_eight_managers_at_once_follow_one_another_in_the_trail(ana: User) -> None:
    managers = [person(f"boss{number}", role="manager") for number in range(8)]
    answers = at_once(
        [lambda boss=boss, size=size: give(ana, boss, str(size), None) for size, boss in enumerate(managers, 1)]
    )
    assert all(isinstance(answer, ApprovalRule) for answer in answers), answers
    told = AuditEntry.objects.filter(action="person_limits.changed").order_by("pk")
    steps = [entry.facts["allow_up_to"] for entry in told]
    assert [D(step[0]) for step in steps[1:]] == [D(step[1]) for step in steps[:-1]]
    in_force = ApprovalRule.objects.of(ana, Action.PAY_OUT)
    assert in_force is not None
    assert in_force.allow_up_to == D(steps[-1][1])
