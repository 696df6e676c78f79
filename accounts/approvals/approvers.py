"""Identifies a manager who approves at somebody else's till: by PIN, or by password when the PIN is closed.

Each guess is counted before it is checked, against the manager and against the till, each with a growing lock-out. A
closed PIN leaves the password and the managers' page open, so guessing cannot stop a shop from getting approvals.
"""

from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.access import attempts
from accounts.access.attempts import Limit
from accounts.models import Approval, Deed, Role, User
from accounts.people import badges, pins
from pos.errors import Refused

PER_MANAGER, PER_TILL = Limit(free=3, first_minutes=5), Limit(free=10, first_minutes=1)


class NotApproved(Refused):
    code = "wrong_pin"
    status = 403
    message = _("This name and PIN approve nothing here.")


def recognise(who: str, secret: str, *, at: str, by: User) -> User:
    """The manager. Otherwise raises NotApproved, with the same message and after the same work whatever was wrong."""
    manager = staff_member(who)
    named = manager.username if manager else attempts.spelt(who)
    pins.refuse_short(secret)
    kind = "pin" if pins.is_one(secret) else "password"
    a_day = attempts.pins_a_day if kind == "pin" else attempts.passwords_a_day
    limits = {attempts.key(f"approver {kind}", named): PER_MANAGER, f"approvals at:{attempts.spelt(at)}": PER_TILL}
    charge = attempts.charge({**limits, **a_day(named, at)})
    stored = manager.pin if manager else ""
    right = pins.is_right(secret, stored) if kind == "pin" else has_password(manager, secret)
    if not right or manager is None or not manager.is_manager:
        trail.record(by, "approval.failed", named, till=at)
        raise NotApproved
    charge.take_back()
    return manager


def staff_member(who: str) -> User | None:
    """Finds a person by user name or by badge code."""
    who = who.strip().replace("\0", "")
    named = User.objects.filter(username__iexact=who).first()
    return named or badges.holder(who)


def likely(asker: User) -> str:
    """The user name to fill in: who last approved at a till, or the only manager there is."""
    others = User.objects.filter(role=Role.MANAGER, is_active=True).exclude(pk=asker.pk)
    given = Approval.objects.filter(deed=Deed.GRANTED, is_remote=False, approver__in=others).order_by("-pk")
    if last := given.values_list("approver__username", flat=True).first():
        return last
    names = list(others.values_list("username", flat=True)[:2])
    return names[0] if len(names) == 1 else ""


def has_password(user: User | None, password: str) -> bool:
    if user is None:
        User().set_password(password)
        return False
    return user.check_password(password)
