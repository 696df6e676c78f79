"""Keys of machines: a manager makes, changes, rotates and revokes them. A secret is told once; its digest is stored.

A key acts as a user of its own, a machine: the books name who rang up every bill, and a machine never signs in.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.access import key_facts
from accounts.models import ApiKey, KeySecret, Role, User
from pos.errors import ManagersOnly, Refused

SIGNS = "abcdefghijkmnpqrstuvwxyz23456789"
PREFIX, SECRET = 8, 40  # 32 signs each: 200 bits to guess
LONGEST_OVERLAP = 24 * 14
EDITABLE = (
    *("scopes", "registers", "locations", "most_per_sale", "may_refund", "sandbox"),
    *("addresses", "origins", "per_minute", "days"),
)


class KeyRevoked(Refused):
    code = "key_revoked"
    message = _("This key was revoked. Make a new one.")


@dataclass(frozen=True, slots=True)
class Made:
    """A key and its new secret as it stands in the header, told only now."""

    key: ApiKey
    secret: str


@transaction.atomic
def make(*, by: User, name: str, **facts: Any) -> Made:
    only_managers(by)
    checked = key_facts.checked(facts)
    user = User.objects.create(
        username=f"machine-{drawn(PREFIX)}",
        name=key_facts.name(name),
        role=Role.CASHIER,
        password=make_password(None),
        is_machine=True,
    )
    key = ApiKey(user=user, made_by=by, **checked)
    key_facts.fit_together(key.scopes, sandbox=key.sandbox)
    key.save()
    trail.record(by, "key.made", user.username, name=user.name, **told(key))
    return Made(key, new_secret(key))


@transaction.atomic
def change(key: ApiKey, *, by: User, name: str | None = None, **facts: Any) -> ApiKey:
    """Changes what a key may do, from its next request on."""
    held = hold(key, by)
    before = {"name": held.user.name, **told(held)}
    for fact, value in key_facts.checked(facts).items():
        setattr(held, fact, value)
    key_facts.fit_together(held.scopes, sandbox=held.sandbox)
    if name is not None:
        held.user.name = key_facts.name(name)
        held.user.save(update_fields=["name"])
    held.save(update_fields=EDITABLE)
    after = {"name": held.user.name, **told(held)}
    if changed := {fact: [before[fact], after[fact]] for fact in after if before[fact] != after[fact]}:
        trail.record(by, "key.changed", held.user.username, **changed)
    return held


@transaction.atomic
def rotate(key: ApiKey, *, by: User, overlap_hours: int = 24) -> Made:
    """Gives the key a new secret. The one before is valid for some hours more, so that the machine never stands still;
    an older one ends at once."""
    held = hold(key, by)
    now = timezone.now()
    until = now + timedelta(hours=min(max(overlap_hours, 0), LONGEST_OVERLAP))
    valid = list(held.secrets.filter(ends_at__gt=now))
    for secret in valid:
        secret.ends_at = min(secret.ends_at, until) if secret is valid[-1] else now
        secret.save(update_fields=["ends_at"])
    trail.record(by, "key.rotated", held.user.username, overlap_hours=overlap_hours)
    return Made(held, new_secret(held))


@transaction.atomic
def revoke(key: ApiKey, *, by: User) -> None:
    """The key's next request is refused. Revoking twice is no fault."""
    only_managers(by)
    held = locked(key)
    if held.revoked_at is not None:
        return
    held.revoked_at = timezone.now()
    held.save(update_fields=["revoked_at"])
    User.objects.filter(pk=held.user_id).update(is_active=False)
    trail.record(by, "key.revoked", held.user.username, name=held.user.name)


def hold(key: ApiKey, by: User) -> ApiKey:
    only_managers(by)
    held = locked(key)
    if held.revoked_at is not None:
        raise KeyRevoked
    return held


def locked(key: ApiKey) -> ApiKey:
    return ApiKey.objects.select_related("user").select_for_update(of=("self",)).get(pk=key.pk)


def only_managers(by: User) -> None:
    if not by.is_manager:
        raise ManagersOnly


def new_secret(key: ApiKey) -> str:
    prefix, secret = drawn(PREFIX), drawn(SECRET)
    ends_at = timezone.now() + timedelta(days=key.days)
    KeySecret.objects.create(key=key, prefix=prefix, digest=digest(secret), ends_at=ends_at)
    return f"pos_{prefix}_{secret}"


def drawn(length: int) -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(length))


def digest(secret: str) -> str:
    """A plain digest is enough: nobody guesses 200 bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def told(key: ApiKey) -> dict[str, Any]:
    """What the trail keeps of a key."""
    facts = {fact: getattr(key, fact) for fact in EDITABLE}
    most = f"{key.most_per_sale.normalize():f}" if key.most_per_sale is not None else None
    return {**{fact: ", ".join(v) if isinstance(v, list) else v for fact, v in facts.items()}, "most_per_sale": most}
