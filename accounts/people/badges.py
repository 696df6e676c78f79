"""Badges: a code to scan at a locked till or when approving. Only its digest is stored; a new one ends the old."""

import hashlib
import re
import secrets

from django.db import transaction

from accounts import trail
from accounts.models import User

# Letters and digits that a scanner's keyboard sends alike in every layout; no product code looks like this.
SIGNS = "ABCDEFGHJKLMNPQRSTUVWX23456789"
PREFIX, LENGTH = "BDG", 16
ISSUED = re.compile(rf"{PREFIX}[{SIGNS}]{{{LENGTH}}}")


def digest(code: str) -> str:
    return hashlib.sha256(code.encode(errors="replace")).hexdigest()


@transaction.atomic
def issue(user: User, *, by: User) -> str:
    """Makes a new badge for a person and returns its code, which is told only now."""
    code = PREFIX + "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    User.objects.filter(pk=user.pk).update(badge=digest(code))
    trail.record(by, "user.badge_made", user.username)
    return code


@transaction.atomic
def revoke(user: User, *, by: User) -> None:
    if User.objects.filter(pk=user.pk).exclude(badge="").update(badge=""):
        trail.record(by, "user.badge_revoked", user.username)


def holder(code: str) -> User | None:
    """The person whose badge this is."""
    tidy = code.strip()
    return User.objects.filter(badge=digest(tidy)).first() if tidy else None


def is_issued(code: str) -> bool:
    """Whether the code was drawn by the shop and cannot be guessed. Codes of older badges were chosen by people."""
    return ISSUED.fullmatch(code.strip()) is not None
