"""Approvals requested, given and spent at the same moment, on separate connections."""

from functools import partial

import pytest

from accounts.access.attempts import TooManyAttempts
from accounts.approvals import approvals
from accounts.approvals.approvals import AlreadyAnswered, NeedsApproval
from accounts.approvals.approvers import NotApproved
from accounts.models import Approval, User
from tests.accounts.test_approvals import asked, clear, granted
from tests.at_once import after_waiting, at_once
from tests.cast import person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mia() -> User:
    """Another manager."""
    return person("mia", role="manager")


def test_one_approval_for_two_at_once_is_used_once(ana: User, may: User) -> None:
    token = granted(ana)

    def use() -> str:
        try:
            clear(ana, approval=token)
        except NeedsApproval:
            return "refused"
        return "passed"

    assert sorted(at_once([use] * 8)) == ["passed", *["refused"] * 7]
    assert Approval.objects.filter(deed="used").count() == 1


def test_of_two_answers_at_once_only_the_first_counts(ana: User, may: User, mia: User) -> None:
    request, _ = asked(ana)

    def reply(number: int) -> str:
        try:
            approvals.answer(request.pk, by=(may, mia)[number], granted=bool(number))
        except AlreadyAnswered:
            return "late"
        return "heard"

    assert sorted(at_once([partial(reply, number) for number in range(2)])) == ["heard", "late"]
    assert Approval.objects.exclude(deed="asked").count() == 1


def test_guesses_at_once_are_limited_as_guesses_in_turn(ana: User, may: User) -> None:
    def guess(number: int) -> str:
        try:
            granted(ana, pin=f"{100000 + 3737 * number}")
        except (NotApproved, TooManyAttempts) as refused:
            return refused.code
        return "granted"

    assert at_once([partial(guess, number) for number in range(12)]).count("wrong_pin") == 3


def test_approval_given_while_its_use_waits_for_the_lock_counts(ana: User, may: User) -> None:
    request, token = asked(ana)
    answered = after_waiting(
        lambda: approvals.answer(request.pk, by=may, granted=True), lambda: clear(ana, approval=token)
    )
    assert answered is None
    assert Approval.objects.get(deed="used").approver == may
