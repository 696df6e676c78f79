"""A manager's approval: who needs it, what it is valid for, and how often."""

from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from accounts.access.attempts import TooManyAttempts
from accounts.approvals import approvals, denials, sentences
from accounts.approvals.approvals import AlreadyAnswered, Denied, NeedsApproval, OwnApproval
from accounts.approvals.approvers import NotApproved
from accounts.models import Action, Approval, ApprovalRequest, ApprovalRule, AuditEntry, User
from accounts.people import badges, staff
from pos.errors import Invalid, ManagersOnly
from tests.cast import PASSWORD, TILL_PIN, person

FACTS = {"bill": "R1-000007", "lines": [[1, D("2.000")]], "reason": "torn"}


@pytest.fixture
def mia(db: None) -> User:
    """Another manager."""
    return person("mia", role="manager")


def clear(by: User, size: str = "60", facts: Any = None, **more: Any) -> None:
    with transaction.atomic():
        approvals.clear(Action.REFUND, by=by, size=D(size), facts=facts or FACTS, **more)


def granted(asker: User, approver: str = "may", pin: str = TILL_PIN, size: str = "60", **more: Any) -> str:
    return approvals.grant(
        Action.REFUND, **{"asker": asker, "approver": approver, "pin": pin, "facts": FACTS, "size": D(size), **more}
    )


def asked(asker: User, size: str = "60") -> tuple[ApprovalRequest, str]:
    return approvals.ask(Action.REFUND, asker=asker, facts=FACTS, size=D(size))


def deeds() -> list[tuple[str, str, str | None]]:
    rows = Approval.objects.order_by("pk").values_list("deed", "asker__username", "approver__username")
    return [tuple(row) for row in rows]


def test_small_actions_pass_and_leave_no_row(ana: User) -> None:
    clear(ana, "50")
    assert Approval.objects.count() == 0


def test_managers_need_no_approval(may: User) -> None:
    clear(may, "1000000")


def test_refusal_of_a_larger_action_says_what_must_be_approved(ana: User) -> None:
    with pytest.raises(NeedsApproval) as refused:
        clear(ana, "50.01")
    assert (refused.value.status, refused.value.code) == (409, "needs_approval")
    assert refused.value.facts == {
        "action": "refund",
        "size": "50.01",
        "facts": {"bill": "R1-000007", "lines": [[1, "2"]], "reason": "torn"},
    }


def test_approval_on_the_spot_is_good_once(ana: User, may: User) -> None:
    token = granted(ana)
    clear(ana, approval=token, reference="bill R1-R000001")
    used = Approval.objects.get(deed="used")
    assert (used.asker, used.approver, used.reference, used.size) == (ana, may, "bill R1-R000001", D(60))
    with pytest.raises(NeedsApproval, match="used"):
        clear(ana, approval=token)
    assert deeds() == [("granted", "ana", "may"), ("used", "ana", "may")]


def test_rolled_back_action_leaves_the_approval_unspent(ana: User, may: User) -> None:
    token = granted(ana)
    with transaction.atomic():
        clear(ana, approval=token)
        transaction.set_rollback(True)
    clear(ana, approval=token)


@pytest.mark.parametrize(
    "otherwise",
    [
        {"size": "61"},
        {"facts": {**FACTS, "reason": "another"}},
        {"facts": {**FACTS, "lines": [[1, D(3)]]}},
    ],
)
def test_approval_is_bound_to_the_exact_values(ana: User, may: User, otherwise: dict[str, Any]) -> None:
    token = granted(ana)
    with pytest.raises(NeedsApproval):
        clear(ana, **otherwise, approval=token)
    clear(ana, size="60.00", facts={**FACTS, "lines": ((1, D(2)),)}, approval=token)


def test_approval_is_bound_to_action_and_asker(ana: User, ben: User, may: User) -> None:
    token = granted(ana)
    with pytest.raises(NeedsApproval), transaction.atomic():
        approvals.clear(Action.PAY_OUT, by=ana, size=D(60), facts=FACTS, approval=token)
    with pytest.raises(NeedsApproval):
        clear(ben, approval=token)


@pytest.mark.parametrize("token", ["", "x", "\0", "ü" * 500])
def test_forged_approval_is_refused(ana: User, token: str) -> None:
    with pytest.raises(NeedsApproval):
        clear(ana, approval=token)


def test_approval_expires(ana: User, may: User) -> None:
    on_the_spot, (request, remote) = granted(ana), asked(ana)
    approvals.answer(request.pk, by=may, granted=True)
    for token, seconds in ((on_the_spot, 60), (remote, 600)):
        row = ApprovalRequest.objects.filter(digest=approvals.digest(token))
        left = row.get().expires_at - timezone.now()
        assert timedelta(seconds=seconds - 30) < left <= timedelta(seconds=seconds)
        row.update(expires_at=timezone.now())
        with pytest.raises(NeedsApproval):
            clear(ana, approval=token)


def test_approval_of_a_former_manager_is_void(ana: User, may: User, mia: User) -> None:
    token = granted(ana)
    staff.change(may, by=mia, role="cashier")
    with pytest.raises(NeedsApproval):
        clear(ana, approval=token)


def test_nobody_approves_for_themselves(ana: User, may: User, mia: User) -> None:
    token = granted(ana)
    staff.change(ana, by=may, role="manager")
    ana.refresh_from_db()
    with pytest.raises(OwnApproval):
        granted(ana, approver="ana")
    request, _ = asked(ana)
    with pytest.raises(OwnApproval):
        approvals.answer(request.pk, by=ana, granted=True)
    row = ApprovalRequest.objects.filter(digest=approvals.digest(token))
    with pytest.raises(IntegrityError, match="request_is_not_answered_by_its_asker"), transaction.atomic():
        row.update(approver=ana)
    with pytest.raises(IntegrityError, match="approver_is_not_the_asker"), transaction.atomic():
        Approval.objects.create(deed="denied", action="refund", size=1, asker=ana, approver=ana)


@pytest.mark.parametrize(
    ("approver", "pin"),
    [("may", "729517"), ("may", ""), ("may", "wrong password"), ("ben", TILL_PIN), ("nobody", TILL_PIN), ("\0", "1")],
)
def test_only_a_managers_pin_or_password_approves(ana: User, ben: User, may: User, approver: str, pin: str) -> None:
    with pytest.raises(NotApproved):
        granted(ana, approver, pin)
    assert ApprovalRequest.objects.count() == 0
    assert AuditEntry.objects.filter(action="approval.failed", actor=ana).exists()


def test_manager_switched_off_or_without_pin_approves_nothing(ana: User, may: User, mia: User) -> None:
    User.objects.filter(pk=mia.pk).update(pin="")
    with pytest.raises(NotApproved):
        granted(ana, "mia")
    staff.switch_off(mia, by=may)
    with pytest.raises(NotApproved):
        granted(ana, "mia", PASSWORD)


def test_password_and_badge_approve_too(ana: User, may: User) -> None:
    clear(ana, approval=granted(ana, "MAY", PASSWORD))
    User.objects.filter(pk=may.pk).update(badge=badges.digest("900100200"))
    clear(ana, approval=granted(ana, "900100200"))


def test_guessing_closes_the_pin_and_a_password_still_approves(ana: User, may: User) -> None:
    for _ in range(3):
        with pytest.raises(NotApproved):
            granted(ana, pin="999817")
    with pytest.raises(TooManyAttempts) as closed:
        granted(ana)
    assert closed.value.facts["retry_after"] <= 300
    clear(ana, approval=granted(ana, pin=PASSWORD))
    request, token = asked(ana)
    approvals.answer(request.pk, by=may, granted=True)
    clear(ana, approval=token)


def test_guessing_closes_the_till_it_comes_from_and_no_other(ana: User, may: User) -> None:
    for number in range(10):
        with pytest.raises(NotApproved):
            granted(ana, approver=f"nobody{number}", till="R1")
    with pytest.raises(TooManyAttempts):
        granted(ana, till="R1")
    granted(ana, till="R2")


def test_action_beyond_the_approvable_limit_is_denied_and_recorded(ana: User) -> None:
    def discount(size: int) -> None:
        with transaction.atomic():
            approvals.clear(Action.LINE_DISCOUNT, by=ana, size=D(size), facts={}, reference="basket 1")

    discount(10)
    with pytest.raises(NeedsApproval):
        discount(30)
    with denials.written_down(), pytest.raises(Denied) as refused:
        discount(31)
    assert (refused.value.status, refused.value.code) == (403, "denied")
    assert deeds() == [("denied", "ana", None)]


def test_remote_approval_comes_from_another_manager(ana: User, may: User) -> None:
    request, token = asked(ana)
    with pytest.raises(NeedsApproval):
        clear(ana, approval=token)
    approvals.answer(request.pk, by=may, granted=True)
    clear(ana, approval=token)
    assert deeds() == [("asked", "ana", None), ("granted", "ana", "may"), ("used", "ana", "may")]


def test_remote_denial_cannot_be_reversed(ana: User, may: User, mia: User) -> None:
    request, token = asked(ana)
    approvals.answer(request.pk, by=may, granted=False)
    with pytest.raises(AlreadyAnswered):
        approvals.answer(request.pk, by=mia, granted=True)
    with pytest.raises(NeedsApproval):
        clear(ana, approval=token)
    assert deeds() == [("asked", "ana", None), ("denied", "ana", "may")]


def test_asking_twice_is_one_question(ana: User, may: User) -> None:
    (first, old), (second, new) = asked(ana), asked(ana)
    assert first.pk == second.pk
    approvals.answer(first.pk, by=may, granted=True)
    assert approvals.asked(old, by=ana) is None
    clear(ana, approval=new)


def test_expired_request_cannot_be_answered(ana: User, may: User) -> None:
    request, _ = asked(ana)
    ApprovalRequest.objects.update(expires_at=timezone.now())
    with pytest.raises(AlreadyAnswered):
        approvals.answer(request.pk, by=may, granted=True)


def test_cashiers_cannot_answer_requests(ana: User, ben: User) -> None:
    request, _ = asked(ana)
    with pytest.raises(ManagersOnly):
        approvals.answer(request.pk, by=ben, granted=True)


def test_manager_approves_no_more_than_a_manager_may_do(ana: User, may: User) -> None:
    ApprovalRule.objects.create(role="manager", action="refund", allow_up_to=59)
    request, _ = asked(ana)
    for deed in (lambda: granted(ana), lambda: approvals.answer(request.pk, by=may, granted=True)):
        with pytest.raises(Denied):
            deed()
    approvals.answer(request.pk, by=may, granted=False)


@pytest.mark.parametrize("size", ["NaN", "Infinity", "-1", "1e30", "0.0001"])
def test_invalid_size_is_refused(ana: User, size: str) -> None:
    with pytest.raises(Invalid):
        asked(ana, size)


@pytest.mark.parametrize("facts", [{"a": "\0"}, {"a": "x" * 9000}])
def test_facts_too_large_or_with_nul_are_refused(ana: User, facts: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        approvals.ask(Action.REFUND, asker=ana, facts=facts, size=D(60))


def test_approvals_are_never_rewritten(ana: User, may: User) -> None:
    granted(ana)
    for rewrite in (Approval.objects.update, ApprovalRule.objects.update):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rewrite(action="vip")


def test_sizes_are_written_as_the_reader_writes_numbers(ana: User) -> None:
    for language, written in (("en", "1,234.5"), ("de", "1.234,5")):
        with translation.override(language):
            assert sentences.of("weight_by_hand", D("1234.500"), {}).endswith(f": {written}")
