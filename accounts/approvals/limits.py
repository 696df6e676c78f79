"""The limits of each role, and of one person: how far they may go without approval, and with one. Each change adds a
row and is recorded in the trail."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import ApprovalRule, User
from accounts.people import staff
from pos.errors import Invalid, ManagersOnly, Refused


class OwnLimits(Refused):
    code = "own_limits"
    status = 403
    message = _("Nobody sets limits for themselves. Ask another manager.")


@transaction.atomic
def change(role: str, action: str, *, allow_up_to: Decimal | None, ask_up_to: Decimal | None, by: User) -> ApprovalRule:
    """Puts new limits in force at once; None means unlimited. Refuses a limit for asking below the limit for doing."""
    refuse_others(by)
    before = ApprovalRule.objects.in_force(role, action)
    rule = ApprovalRule(role=role, action=action, allow_up_to=allow_up_to, ask_up_to=ask_up_to, set_by=by)
    write(rule)
    trail.record(by, "limits.changed", f"{role} {action}", **differences(before, rule))
    return rule


@transaction.atomic
def change_for(
    person: User, action: str, *, allow_up_to: Decimal | None, ask_up_to: Decimal | None, by: User
) -> ApprovalRule:
    """Gives one person limits tighter or wider than the role's. They hold for as long as the role is theirs. The same
    limits set again add nothing."""
    person = held(person, by)
    before = ApprovalRule.objects.of(person, action)
    asked = {"allow_up_to": allow_up_to, "ask_up_to": ask_up_to, "set_by": by}
    rule = ApprovalRule(role=person.role, person=person, action=action, **asked)
    if before and before.person_id and before.pair == rule.pair:
        return before
    write(rule)
    trail.record(by, "person_limits.changed", person.username, action=action, **differences(before, rule))
    return rule


@transaction.atomic
def lift_for(person: User, action: str, *, by: User) -> ApprovalRule | None:
    """Lets the role's limits hold for the person again; does nothing where they do. Returns the limits in force."""
    person = held(person, by)
    before = ApprovalRule.objects.of(person, action)
    if before and before.person_id:
        ApprovalRule.objects.create(role=person.role, person=person, action=action, holds=False, set_by=by)
        after = ApprovalRule.objects.of(person, action)
        trail.record(by, "person_limits.lifted", person.username, action=action, **differences(before, after))
        return after
    return before


def held(person: User, by: User) -> User:
    """The person with the role of this moment: the roll is locked, so that limits and roles change one at a time."""
    refuse_others(by)
    if by.pk == person.pk:
        raise OwnLimits
    return staff.lock_roll()[person.pk]


def write(rule: ApprovalRule) -> None:
    rule.full_clean(exclude=["set_at"], validate_constraints=False)
    if not rule.asks_no_less_than_it_allows:
        raise Invalid("ask_up_to", _("Less cannot be asked for than is allowed without asking."))
    rule.save()


def differences(before: ApprovalRule | None, after: ApprovalRule | None) -> dict[str, list[Decimal | None]]:
    return {name: [getattr(before, name, None), getattr(after, name, None)] for name in ("allow_up_to", "ask_up_to")}


def refuse_others(by: User) -> None:
    if not by.is_manager:
        raise ManagersOnly
