"""The member's consent, given at the counter by typing a six-digit PIN; each consent is good once."""

import hashlib
import math
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from members import pins, points
from members.models import Consent, Member
from pos.errors import Refused

GOOD_FOR = timedelta(minutes=5)
HOLDS_FOR = timedelta(hours=12)
FREE_MISSES = 5
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)


class WrongPin(Refused):
    code = "wrong_pin"
    status = 403
    message = _("This PIN is not right.")


class PinLocked(Refused):
    code = "pin_locked"
    status = 429
    message = _("Too many wrong PINs. Try again later.")


class ConsentRequired(Refused):
    code = "consent_required"
    message = _("The member has to agree with the PIN.")


class ConsentUsed(Refused):
    code = "consent_used"
    message = _("This consent was already used for something else.")


def give(member: int, pin: str, *, by: User) -> str:
    """Checks the PIN and returns the token of a consent, good once and for five minutes. A wrong PIN is refused and
    counted, even if the caller's work is rolled back."""
    with transaction.atomic(durable=True):
        points.lock(member)
        row = Member.objects.get(pk=member)
        now = timezone.now()
        if row.pin_locked_until and row.pin_locked_until > now:
            raise PinLocked(retry_after=math.ceil((row.pin_locked_until - now).total_seconds()))
        if right := pins.is_right(pin, row.pin):
            _forget_misses(row)
            token = secrets.token_urlsafe(32)
            Consent.objects.create(member=row, digest=_digest(token), expires_at=now + GOOD_FOR, by=by)
        else:
            _count_miss(row, now)
    if not right:
        raise WrongPin
    return token


def use(token: str, *, member: int, purpose: str) -> None:
    """Uses up a consent within the caller's transaction; using it again for the same purpose changes nothing."""
    now = timezone.now()
    ours = Consent.objects.filter(digest=_digest(token), member=member)
    if ours.filter(used_at=None, expires_at__gt=now).update(used_at=now, used_for=purpose):
        return
    consent = ours.first()
    if consent is None or consent.used_at is None:
        raise ConsentRequired
    if consent.used_for != purpose:
        raise ConsentUsed


def require(member: int, purpose: str) -> None:
    """Refuses unless the member agreed to exactly this purpose within HOLDS_FOR."""
    since = timezone.now() - HOLDS_FOR
    if not Consent.objects.filter(member=member, used_for=purpose, used_at__gt=since).exists():
        raise ConsentRequired


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()


def _forget_misses(member: Member) -> None:
    if member.pin_misses:
        Member.objects.filter(pk=member.pk).update(pin_misses=0, pin_locked_until=None)


def _count_miss(member: Member, now: datetime) -> None:
    misses = member.pin_misses + 1
    locked_until = None
    if misses >= FREE_MISSES:
        locked_until = now + min(LONGEST_LOCK, FIRST_LOCK * 2 ** min(misses - FREE_MISSES, 10))
    Member.objects.filter(pk=member.pk).update(pin_misses=min(misses, 32_767), pin_locked_until=locked_until)
