"""What the tills depend on: the worker, the mail, the printers, and outages that wait."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.drawer import registers
from billing.models import JobKind, JobState, OutboundJob
from billing.outage import problems
from billing.receipts import outbox
from billing.receipts.signing import signing
from pos import clock, upkeep
from pos.models import UpkeepKind
from reports.doctor.finding import Finding, bad, good, look

LATE = timedelta(hours=1)


def findings() -> Iterator[Finding]:
    yield worker()
    yield mail()
    yield printers()
    yield outages()
    yield training()
    yield signing_device()


def worker() -> Finding:
    title, do = _("Worker"), _("Start manage.py work: it prints, mails, imports, backs up and audits.")
    if outbox.is_late():
        return bad("worker", title, _("Prints and mails that are due wait for minutes."), do)
    due, last = upkeep.tonight(), upkeep.last(UpkeepKind.AUDIT)
    if due and due < clock.now() - LATE and (last is None or last.due < due):
        return bad("worker", title, _("It did not audit the books last night."), do)
    return good("worker", title, _("Nothing that is due waits."))


def failed(kind: JobKind) -> int:
    return OutboundJob.objects.exclude(state=JobState.DONE).filter(state=JobState.FAILED, kind=kind).count()


def mail() -> Finding:
    title = _("Mail")
    if not settings.SENDS_MAIL:
        says = _("No mail server is set: receipts cannot be sent.")
        return look("mail", title, says, _("Set EMAIL_URL and MAIL_FROM if the shop is to send receipts."))
    if count := failed(JobKind.MAIL):
        says = ngettext("%(count)s mail was not sent.", "%(count)s mails were not sent.", count) % {"count": count}
        return look("mail", title, says, _("See why, and send them again."), "job_list")
    return good("mail", title, _("Nothing is left unsent."))


def printers() -> Finding:
    title = _("Printers")
    if count := failed(JobKind.PRINT):
        says = ngettext("%(count)s paper was not printed.", "%(count)s papers were not printed.", count)
        return look(
            "printers", title, says % {"count": count}, _("See which printer it is, and print again."), "job_list"
        )
    return good("printers", title, _("Nothing is left unprinted."))


def outages() -> Finding:
    title = _("Outage sales")
    if count := problems.waiting().count():
        says = ngettext("%(count)s sale waits for you.", "%(count)s sales wait for you.", count) % {"count": count}
        return look("outages", title, says, _("Settle them: their money lies in the drawer."), "report_outage")
    return good("outages", title, _("None waits."))


def training() -> Finding:
    title = _("Practising")
    if tills := ", ".join(registers.in_training().values_list("code", flat=True)):
        says = _("In training: %(tills)s. Nothing sold there is booked.") % {"tills": tills}
        do = _("Once nobody practises there, open the register and untick In training.")
        return look("training", title, says, do, "admin:billing_register_changelist")
    return good("training", title, _("No till is in training."))


def signing_device() -> Finding:
    title = _("Signing device")
    if not signing.is_used():
        return good("signing", title, _("None: no device signs what is sold."))
    if count := signing.unsigned().count():
        says = ngettext(
            "%(count)s business case of the last week has no signature.",
            "%(count)s business cases of the last week have none.",
            count,
        )
        return bad("signing", title, says % {"count": count}, _("See to the device. The worker asks it again."))
    if settings.SIGNING_DEVICE == signing.SIMULATED:
        says = _("It is a simulated one: its signatures prove nothing.")
        return look("signing", title, says, _("Use it for trying out alone: SIGNING_DEVICE=none turns it off."))
    return good("signing", title, _("Every business case of the last week has a signature."))
