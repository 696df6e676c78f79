"""The limits of each role: how far it may go without approval, and with one. Each change adds a row and is recorded in
the trail."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import ApprovalRule, User
from pos.errors import Invalid, ManagersOnly


@transaction.atomic
def change(role: str, action: str, *, allow_up_to: Decimal | None, ask_up_to: Decimal | None, by: User) -> ApprovalRule:
    """Puts new limits in force at once; None means unlimited. Refuses a limit for asking below the limit for doing."""
    if not by.is_manager:
        raise ManagersOnly
    before = ApprovalRule.objects.in_force(role, action)
    rule = ApprovalRule(role=role, action=action, allow_up_to=allow_up_to, ask_up_to=ask_up_to, set_by=by)
    rule.full_clean(exclude=["set_at"], validate_constraints=False)
    if allow_up_to is not None and ask_up_to is not None and allow_up_to > ask_up_to:
        raise Invalid("ask_up_to", _("Less cannot be asked for than is allowed without asking."))
    rule.save()
    limits = {"allow_up_to": [before and before.allow_up_to, allow_up_to]}
    limits["ask_up_to"] = [before and before.ask_up_to, ask_up_to]
    trail.record(by, "limits.changed", f"{role} {action}", **limits)
    return rule
