"""Delivers what web hooks have to tell, one message of a hook after the other, so that nothing overtakes.

`manage.py work` runs two threads of this: receivers that answer quickly have one, and those that fail or take long
share the other, so that a receiver that hangs holds up nobody but its like. No transaction is open while a message is
sent.

A message is sent at least once: a worker that is killed between sending and noting leaves it on its way, and the next
one sends the same entries again under the same id.
"""

import logging
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db import DatabaseError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from pos.events import feed
from pos.webhooks import addresses, posting, signing
from reports.models import OffReason, Trouble, Webhook, WebhookDelivery
from reports.webhooks import hooks, messages
from reports.webhooks.messages import Message, Nothing

log = logging.getLogger(__name__)
BACK_OFF = tuple(timedelta(seconds=wait) for wait in (5, 30, 120, 600, 1800, 3600, 3 * 3600, 6 * 3600))
GIVES_UP_AFTER, HOLD, KEPT = timedelta(days=3), timedelta(seconds=30), timedelta(days=30)
KEEPS_UP_EVERY, SLOW_MS, FORGETS_EVERY, GONE = timedelta(hours=1), 1000, 50, 410
LONGEST_ANSWER = 300
TROUBLES: tuple[tuple[type[OSError], Trouble], ...] = (
    (addresses.ReceiverForbidden, Trouble.FORBIDDEN),
    (addresses.NoSuchReceiver, Trouble.NOT_FOUND),
    (posting.NoAnswer, Trouble.NO_ANSWER),
    (TimeoutError, Trouble.TOO_SLOW),
    (ssl.SSLError, Trouble.NOT_TRUSTED),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    ms: int
    status: int | None = None
    trouble: str = ""
    answer: str = ""

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def deliver() -> bool:
    """One message of each receiver that answers quickly; returns whether more waits already. If not the worker pauses:
    what changes within a second makes one message, which costs the shop less than one for each sale."""
    sent = [turn(hook) for hook in due(timezone.now()).filter(tries=0, is_slow=False)]
    return any(message and not message.is_all for message in sent)


def try_again() -> bool:
    """A test that waits, or one message of a receiver that failed or takes long, the longest due first; returns
    whether there was one."""
    now = timezone.now()
    if waiting := WebhookDelivery.objects.filter(sent_at=None).select_related("hook").order_by("pk").first():
        send_test(waiting)
        return True
    late = due(now).filter(Q(tries__gt=0, next_try_at__lte=now) | Q(tries=0, is_slow=True))
    return any(turn(hook) is not None for hook in late.order_by("next_try_at", "looked_at", "pk"))


def due(now: datetime) -> QuerySet[Webhook]:
    return Webhook.objects.filter(off_at=None).filter(Q(held_until=None) | Q(held_until__lte=now)).order_by("pk")


def jobs_counted() -> dict[tuple[str, str], int]:
    """Receivers that took nothing of late, and those given up for it."""
    mine = Webhook.objects.exclude(off_reason=OffReason.MANAGER)
    return {
        ("webhook", "waiting"): mine.filter(off_at=None, tries__gt=0).count(),
        ("webhook", "failed"): mine.exclude(off_at=None).count(),
    }


def turn(hook: Webhook) -> Message | None:
    """Sends the next message of a hook and returns it, if there is one. A fault of ours in it must not stop the
    others: it counts as a try in vain."""
    try:
        return sent_next(hook)
    except DatabaseError:
        raise
    except Exception:
        log.exception("a message of web hook %s failed", hook.pk)
        stumble(hook)
        return None


@transaction.atomic
def stumble(hook: Webhook) -> None:
    if held := hooks.locked(hook):
        wait(held, timezone.now())
        held.save()


def sent_next(hook: Webhook) -> Message | None:
    try:
        message, secrets = messages.next_of(hook), opened(hook)
    except feed.CursorGone:
        given_up(hook, OffReason.CURSOR_GONE)
        return None
    except signing.SecretLost:
        given_up(hook, OffReason.SECRET_LOST)
        return None
    if isinstance(message, Nothing):
        keep_up(hook, message)
        return None
    if not claim(hook, message):
        return None
    note(hook, message, sent(hook, message.id, message.body, secrets))
    return message


def opened(hook: Webhook) -> list[str]:
    return [signing.opened(bytes(secret.sealed)) for secret in hooks.valid(hook)]


def claim(hook: Webhook, message: Message) -> bool:
    """Writes down what is on its way before it goes; false where another worker or a manager was quicker."""
    now = timezone.now()
    mine = due(now).filter(pk=hook.pk, cursor=hook.cursor, until=hook.until, number=hook.number)
    return bool(mine.update(number=message.number, until=message.until, held_until=now + HOLD))


def keep_up(hook: Webhook, nothing: Nothing) -> None:
    """Now and then, so that the cursor of a quiet hook does not grow too old."""
    now = timezone.now()
    if nothing.until != hook.cursor and (hook.until or not hook.looked_at or now - hook.looked_at > KEEPS_UP_EVERY):
        mine = due(now).filter(pk=hook.pk, cursor=hook.cursor, until=hook.until)
        mine.update(cursor=nothing.until, until="", looked_at=now)


def sent(hook: Webhook, message: str, body: bytes, secrets: list[str]) -> Outcome:
    if not connection.in_atomic_block:
        connection.close()  # back to the pool: this may take seconds
    begun = monotonic()
    signed = signing.headers(message, int(timezone.now().timestamp()), body, secrets)
    try:
        answer = posting.post(hook.url, {"Content-Type": "application/json", "User-Agent": "pos", **signed}, body)
    except OSError as error:
        return Outcome(round((monotonic() - begun) * 1000), trouble=named(error))
    said = answer.body[: 4 * LONGEST_ANSWER].decode("utf-8", "replace")
    shown = "".join(sign if sign.isprintable() else " " for sign in said)[:LONGEST_ANSWER]
    return Outcome(round((monotonic() - begun) * 1000), answer.status, answer=shown)


def named(error: OSError) -> Trouble:
    return next((trouble for kind, trouble in TROUBLES if isinstance(error, kind)), Trouble.UNREACHABLE)


@transaction.atomic
def note(hook: Webhook, message: Message, outcome: Outcome) -> None:
    """Logs it, and goes on or waits; unless the hook was changed meanwhile."""
    if (held := hooks.locked(hook)) is None:
        return
    now = timezone.now()
    facts = {"ms": outcome.ms, "status": outcome.status, "trouble": outcome.trouble, "answer": outcome.answer}
    places = {"after": hook.cursor, "until": message.until, "entries": message.entries}
    WebhookDelivery.objects.create(hook=held, message=message.id, sent_at=now, **places, **facts)
    if message.number % FORGETS_EVERY == 0:
        WebhookDelivery.objects.filter(hook=held, at__lt=now - KEPT).delete()
    if (held.number, held.until) != (message.number, message.until):
        return
    held.held_until, held.is_slow, held.looked_at = None, outcome.ms > SLOW_MS, now
    if outcome.is_taken:
        held.cursor, held.until = held.until, ""
        held.tries, held.failing_since, held.next_try_at = 0, None, None
    else:
        wait(held, now)
    held.save()
    if outcome.status == GONE:
        hooks.turn_off(held, OffReason.GONE)
    elif held.failing_since and now - held.failing_since >= GIVES_UP_AFTER:
        hooks.turn_off(held, OffReason.FAILING)


def wait(held: Webhook, now: datetime) -> None:
    """Longer each time; the last try is three days after the first."""
    held.failing_since = held.failing_since or now
    pause = BACK_OFF[min(held.tries, len(BACK_OFF) - 1)]
    held.next_try_at = max(now, min(now + pause, held.failing_since + GIVES_UP_AFTER))
    held.tries += 1


@transaction.atomic
def given_up(hook: Webhook, reason: OffReason) -> None:
    held = hooks.locked(hook)
    if held and held.is_on and (held.cursor, held.until) == (hook.cursor, hook.until):
        hooks.turn_off(held, reason)


def send_test(waiting: WebhookDelivery) -> None:
    hook, name = waiting.hook, f"{messages.beginning(waiting.hook)}_test_{waiting.pk}"
    try:
        outcome = sent(hook, name, messages.test(hook), opened(hook))
    except signing.SecretLost:
        outcome = Outcome(0, trouble=Trouble.NOT_SIGNED)
    facts = {"ms": outcome.ms, "status": outcome.status, "trouble": outcome.trouble, "answer": outcome.answer}
    WebhookDelivery.objects.filter(pk=waiting.pk).update(message=name, sent_at=timezone.now(), **facts)
