"""What is printed and sent after the deed: kept until it worked, tried again ever later, given up at last."""

import json
import logging
from datetime import timedelta

from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import User
from billing.models import JobKind, JobState, OutboundJob, ReceiptPrint, Register
from billing.receipts import printer
from pos.clock import Now
from pos.errors import Refused

log = logging.getLogger(__name__)
MOST_TRIES = 6
LATE = timedelta(minutes=3)

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
    """For cash that moves without a receipt; where no printer opens the drawer, a key does."""
    if register.printer_host and register.drawer_kick:
        to_print(register, "drawer", b"", by=by, opens_drawer=True)


def to_mail(subject: str, *, to: str, text: str, html: str, by: User) -> OutboundJob:
    message = json.dumps({"to": to, "subject": subject, "text": text, "html": html})
    return OutboundJob.objects.create(kind=JobKind.MAIL, subject=subject[:100], payload=message.encode(), by=by)


def take() -> OutboundJob | None:
    """The oldest job that is due, for a minute ours alone. A printer gets its jobs one by one, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE)
        row = cursor.fetchone()
    if row is None:
        return None
    job = OutboundJob.objects.select_related("register").get(pk=row[0])
    job.opens_drawer = job.opens_drawer and row[1]  # later, nobody stands before it
    return job


def work_one() -> bool:
    """Do the next job. Was there one?"""
    job = take()
    if job is None:
        return False
    try:
        deliver(job)
    except (OSError, Refused, ValueError) as error:
        log.warning(
            "job %s, %s, try %s: %s", job.pk, job.subject, job.tries, type(error).__name__
        )  # it may name people
        put_off(job, str(error)[:200])
    else:
        # nobody's address, and no gift card's code, is kept longer than needed
        OutboundJob.objects.filter(pk=job.pk).update(state=JobState.DONE, done_at=Now(), error="", payload=b"")
    return True


def deliver(job: OutboundJob) -> None:
    if job.register:
        printer.send(job.register, (printer.pulse() if job.opens_drawer else b"") + bytes(job.payload))
        return
    message = json.loads(bytes(job.payload))
    letter = EmailMultiAlternatives(message["subject"], message["text"], to=[message["to"]])
    letter.attach_alternative(message["html"], "text/html")
    letter.send()


def put_off(job: OutboundJob, error: str) -> None:
    if job.tries >= MOST_TRIES:
        OutboundJob.objects.filter(pk=job.pk).update(state=JobState.FAILED, error=error)
        return
    later = Now() + timedelta(seconds=2**job.tries)
    OutboundJob.objects.filter(pk=job.pk).update(next_try_at=later, error=error)


def is_late() -> bool:
    """Does something wait that a worker should have taken long ago?"""
    waited = OutboundJob.objects.filter(state=JobState.WAITING, next_try_at__lt=Now() - LATE)
    first_of_its_printer = ~Exists(
        OutboundJob.objects.filter(state=JobState.WAITING, register=OuterRef("register"), pk__lt=OuterRef("pk"))
    )
    return waited.filter(first_of_its_printer).exists()


def not_done() -> QuerySet[OutboundJob]:
    return OutboundJob.objects.exclude(state=JobState.DONE).select_related("register", "by").order_by("pk")


def failed(register: Register) -> QuerySet[OutboundJob]:
    """What this till should hear about: its printer's troubles."""
    return not_done().filter(register=register, state=JobState.FAILED)


def again(job_id: int) -> None:
    """Try once more from the beginning; a drawer opens only at the moment it was asked to."""
    tried = OutboundJob.objects.filter(pk=job_id, state=JobState.FAILED)
    if not tried.update(state=JobState.WAITING, tries=0, next_try_at=Now(), opens_drawer=False):
        raise NoSuchJob()


def give_up(job_id: int, *, by: User) -> None:
    """Nobody needs it any more."""
    job = OutboundJob.objects.filter(pk=job_id, state=JobState.FAILED).first()
    if job is None:
        raise NoSuchJob()
    job.delete()
    trail.record(by, "job.given_up", job.subject, kind=job.kind, error=job.error)
