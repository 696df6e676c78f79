"""Jobs to print and mail after the transaction: kept until done, retried after growing pauses, at last marked as
failed."""

import json
import logging
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import User
from billing.models import JobKind, JobState, OutboundJob, ReceiptPrint, Register
from billing.receipts import printer
from pos.clock import Now
from pos.errors import Refused
from pos.postgres.rows import rows

log = logging.getLogger(__name__)
MOST_TRIES = 6
LATE = timedelta(minutes=3)
KEPT = timedelta(days=1)

TAKE = """
    UPDATE billing_outboundjob SET tries = tries + 1, next_try_at = shop_now() + interval '1 minute'
     WHERE id = (SELECT j.id FROM billing_outboundjob j
                  WHERE j.state = 'waiting' AND j.next_try_at <= shop_now()
                    AND NOT EXISTS (SELECT FROM billing_outboundjob e
                                     WHERE e.register_id = j.register_id AND e.state = 'waiting' AND e.id < j.id)
                  ORDER BY j.id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, created_at > shop_now() - interval '30 seconds'
"""


class NoSuchJob(Refused):
    code = "not_found"
    status = 404
    message = _("There is no such job any more.")


def to_print(
    register: Register,
    subject: str,
    payload: bytes,
    *,
    by: User,
    opens_drawer: bool,
    entry: ReceiptPrint | None = None,
) -> OutboundJob:
    return OutboundJob.objects.create(
        kind=JobKind.PRINT,
        register=register,
        subject=subject,
        payload=payload,
        entry=entry,
        opens_drawer=opens_drawer and register.drawer_kick,
        by=by,
    )


def open_drawer(register: Register, *, by: User) -> None:
    """Opens the drawer for cash moved without a receipt. A drawer not opened by a printer is opened with its key."""
    if register.printer_host and register.drawer_kick:
        to_print(register, "drawer", b"", by=by, opens_drawer=True)


@dataclass(frozen=True, slots=True)
class Attached:
    name: str
    kind: str
    content: bytes


def to_mail(
    subject: str, *, to: str, text: str, by: User, html: str = "", attached: Sequence[Attached] = ()
) -> OutboundJob:
    papers = [[paper.name, paper.kind, b64encode(paper.content).decode()] for paper in attached]
    message = json.dumps({"to": to, "subject": subject, "text": text, "html": html, "attached": papers})
    return OutboundJob.objects.create(kind=JobKind.MAIL, subject=subject[:100], payload=message.encode(), by=by)


def take() -> OutboundJob | None:
    """Takes the oldest job that is due and reserves it for a minute. Each printer gets its jobs one by one, in
    order."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE)
        row = cursor.fetchone()
    if row is None:
        return None
    job = OutboundJob.objects.select_related("register").get(pk=row[0])
    job.opens_drawer = job.opens_drawer and row[1]  # not for an old job: nobody may be standing at the drawer
    return job


def work_one() -> bool:
    """Does the next job that is due; returns whether there was one."""
    job = take()
    if job is None:
        return False
    try:
        deliver(job)
    except (OSError, Refused, ValueError) as error:
        log.warning(
            "job %s, %s, try %s: %s", job.pk, job.kind, job.tries, type(error).__name__
        )  # its subject and the error may name a person
        put_off(job, str(error)[:200])
    else:
        # the payload may contain an address or a gift card's code: do not keep it
        OutboundJob.objects.filter(pk=job.pk).update(state=JobState.DONE, done_at=Now(), error="", payload=b"")
    return True


def deliver(job: OutboundJob) -> None:
    if job.register:
        printer.send(job.register, (printer.pulse() if job.opens_drawer else b"") + bytes(job.payload))
        return
    message = json.loads(bytes(job.payload))
    letter = EmailMultiAlternatives(message["subject"], message["text"], to=[message["to"]])
    if message["html"]:
        letter.attach_alternative(message["html"], "text/html")
    for name, kind, content in message.get("attached", []):  # a job of an earlier version has none
        letter.attach(name, b64decode(content), kind)
    letter.send()


def put_off(job: OutboundJob, error: str) -> None:
    if job.tries >= MOST_TRIES:
        OutboundJob.objects.filter(pk=job.pk).update(state=JobState.FAILED, error=error)
        return
    later = Now() + timedelta(seconds=2**job.tries)
    OutboundJob.objects.filter(pk=job.pk).update(next_try_at=later, error=error)


def is_late() -> bool:
    """Whether a job is overdue that a worker should have done long ago."""
    waited = OutboundJob.objects.filter(state=JobState.WAITING, next_try_at__lt=Now() - LATE)
    first_of_its_printer = ~Exists(
        OutboundJob.objects.filter(state=JobState.WAITING, register=OuterRef("register"), pk__lt=OuterRef("pk"))
    )
    return waited.filter(first_of_its_printer).exists()


def not_done() -> QuerySet[OutboundJob]:
    return OutboundJob.objects.exclude(state=JobState.DONE).select_related("register", "by").order_by("pk")


def jobs_counted() -> dict[tuple[str, str], int]:
    """Jobs not done, by kind and state."""
    states = (JobState.WAITING, JobState.FAILED)
    none = {(str(kind), str(state)): 0 for kind in JobKind for state in states}
    left = OutboundJob.objects.exclude(state=JobState.DONE).order_by()
    counted = left.values_list("kind", "state").annotate(Count("pk"))
    return none | {(kind, state): count for kind, state, count in counted}


class Failure(NamedTuple):
    subject: str
    error: str


FAILED = "SELECT subject, error FROM billing_outboundjob WHERE register_id = %s AND state = 'failed' ORDER BY id"


def failed(register: Register) -> list[Failure]:
    """What this till's printer did not print. In plain SQL, because every receipt on the screen asks."""
    return [Failure(*row) for row in rows(FAILED, [register.pk])]


def again(job_id: int) -> None:
    """Retries a failed job from the beginning. The drawer stays closed, because it may open only at the moment of the
    request."""
    tried = OutboundJob.objects.filter(pk=job_id, state=JobState.FAILED)
    if tried.filter(payload=b"").exists():
        raise NoSuchJob(_("This is too old to be tried again: print or send it anew from its bill."))
    if not tried.update(state=JobState.WAITING, tries=0, next_try_at=Now(), opens_drawer=False):
        raise NoSuchJob()


def forget_old() -> int:
    """Empties jobs that failed more than a day ago: they may contain an address or a gift card's code."""
    old = OutboundJob.objects.filter(state=JobState.FAILED, next_try_at__lt=Now() - KEPT).exclude(payload=b"")
    return old.update(payload=b"")


@transaction.atomic
def give_up(job_id: int, *, by: User) -> None:
    """Deletes a failed job that nobody needs any more."""
    job = OutboundJob.objects.select_for_update().filter(pk=job_id, state=JobState.FAILED).first()
    if job is None:
        raise NoSuchJob()
    job.delete()
    trail.record(by, "job.given_up", job.subject, kind=job.kind, error=job.error)
