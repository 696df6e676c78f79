"""Web hooks: a manager makes, changes, rotates and removes them, and has them begin again from an earlier place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import User
from pos.errors import Invalid, ManagersOnly, Refused
from pos.events import feed
from pos.webhooks import signing
from reports.models import OffReason, Webhook, WebhookDelivery, WebhookSecret
from reports.webhooks import hook_facts

MOST_HOOKS, LONGEST_OVERLAP = 20, 24 * 14
AS_NEW = {"until": "", "tries": 0, "failing_since": None, "next_try_at": None, "is_slow": False}


class TooManyHooks(Refused):
    code = "too_many_webhooks"
    message = _("A shop has 20 web hooks at most. Remove one first.")


class HookGone(Refused):
    code = "webhook_gone"
    message = _("This web hook was removed.")


@dataclass(frozen=True, slots=True)
class Made:
    """A hook and its new secret, told only now."""

    hook: Webhook
    secret: str


@transaction.atomic
def make(*, by: User, url: str, types: Sequence[str] = ()) -> Made:
    """A hook that tells what changes from now on."""
    only_managers(by)
    facts = {"url": hook_facts.url(url), "types": hook_facts.types(types)}
    if Webhook.objects.count() >= MOST_HOOKS:
        raise TooManyHooks
    hook = Webhook.objects.create(made_by=by, cursor=feed.now(), **facts)
    trail.record(by, "webhook.made", subject(hook), **some(told(hook)))
    return Made(hook, new_secret(hook))


@transaction.atomic
def change(
    hook: Webhook,
    *,
    by: User,
    url: str | None = None,
    types: Sequence[str] | None = None,
    is_on: bool | None = None,
) -> Webhook:
    """Another receiver, other types, off or on. Turned on it goes on where it stopped, and tries at once."""
    held = hold(hook, by)
    before, was = told(held), [held.url, held.types, held.off_at]
    if url is not None:
        held.url = hook_facts.url(url)
    if types is not None:
        held.types = hook_facts.types(types)
    if is_on is False and held.is_on:
        held.off_at, held.off_reason = timezone.now(), OffReason.MANAGER
    if is_on and not held.is_on:
        turn_on(held)
    after = told(held)
    changed = {fact: [before[fact], after[fact]] for fact in after if before[fact] != after[fact]}
    if was != [held.url, held.types, held.off_at]:
        begin(held)
        held.save()
        trail.record(by, "webhook.changed", subject(held), **changed)
    return held


def turn_on(held: Webhook) -> None:
    held.off_at, held.off_reason = None, ""
    try:
        place_of(held.cursor)
    except feed.CursorGone:
        held.cursor, held.mark = feed.now(), uuid4()


def begin(held: Webhook) -> None:
    """Forgets the message on its way and that it failed."""
    for fact, value in AS_NEW.items():
        setattr(held, fact, value)


@transaction.atomic
def remove(hook: Webhook, *, by: User) -> None:
    """Removes a hook with its log. Removing twice is no fault."""
    only_managers(by)
    if (held := locked(hook)) is None:
        return
    trail.record(by, "webhook.removed", subject(held), **some(told(held)))
    held.delete()


@transaction.atomic
def rotate(hook: Webhook, *, by: User, overlap_hours: int = 24) -> Made:
    """A new secret. For some hours every message carries two signatures, so that the receiver never refuses one."""
    held = hold(hook, by)
    now = timezone.now()
    until = now + timedelta(hours=min(max(overlap_hours, 0), LONGEST_OVERLAP))
    newest, *older = list(valid(held))
    WebhookSecret.objects.filter(pk=newest.pk).update(ends_at=until)
    WebhookSecret.objects.filter(pk__in=[secret.pk for secret in older]).update(ends_at=now)
    trail.record(by, "webhook.rotated", subject(held), overlap_hours=overlap_hours)
    return Made(held, new_secret(held))


@transaction.atomic
def deliver_again(hook: Webhook, *, by: User, after: str) -> Webhook:
    """Everything after a cursor once more, in order, under new message ids; a single message out of its turn would
    overwrite what came later."""
    held = hold(hook, by)
    place = place_of(after)
    if is_beyond(held.cursor, place):
        raise Invalid("after", _("The web hook has not come to this cursor yet."), "not_yet")
    begin(held)
    held.cursor = after
    held.save()
    trail.record(by, "webhook.redelivered", subject(held), after=after)
    return held


@transaction.atomic
def test(hook: Webhook, *, by: User) -> WebhookDelivery:
    """A page of the feed without entries, sent by the worker, also while the hook is off."""
    held = hold(hook, by)
    return WebhookDelivery.objects.create(hook=held, is_test=True, after=held.cursor, until=held.cursor)


def turn_off(held: Webhook, reason: OffReason) -> None:
    """By the worker, which holds the row."""
    held.off_at, held.off_reason = timezone.now(), reason
    held.save(update_fields=["off_at", "off_reason"])
    trail.record(None, "webhook.turned_off", subject(held), off_reason=reason)


def is_beyond(cursor: str, place: feed.Place) -> bool:
    try:
        return place > place_of(cursor)
    except feed.CursorGone:
        return False


def place_of(cursor: str) -> feed.Place:
    return feed.placed(cursor, *feed.mark())


def valid(hook: Webhook) -> list[WebhookSecret]:
    """The newest first."""
    return list(hook.secrets.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now())).order_by("-pk"))


def new_secret(hook: Webhook) -> str:
    secret = signing.new_secret()
    WebhookSecret.objects.create(hook=hook, sealed=signing.sealed(secret))
    return secret


def hold(hook: Webhook, by: User) -> Webhook:
    only_managers(by)
    if (held := locked(hook)) is None:
        raise HookGone
    return held


def locked(hook: Webhook) -> Webhook | None:
    return Webhook.objects.select_for_update().filter(pk=hook.pk).first()


def only_managers(by: User) -> None:
    if not by.is_manager:
        raise ManagersOnly


def subject(hook: Webhook) -> str:
    return f"web hook {hook.pk}"


def told(hook: Webhook) -> dict[str, str]:
    """What the trail keeps of a hook: not what follows a question mark, which may be a password of the receiver."""
    return {"url": hook.url.partition("?")[0], "types": ", ".join(hook.types), "off_reason": hook.off_reason}


def some(facts: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in facts.items() if value}
