from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.bills import Bill
from billing.models.registers import Register
from billing.models.shifts import Shift
from pos.clock import Now

USER = settings.AUTH_USER_MODEL


class PaperKind(models.TextChoices):
    RECEIPT = "receipt", _("Receipt")
    GIFT = "gift", _("gift receipt")
    INVOICE = "invoice", _("Invoice")


class ReceiptPrint(models.Model):
    """One printing of a bill; append-only. The first of its kind is no copy, the next is copy 1."""

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="prints")
    kind = models.CharField(max_length=7, choices=PaperKind)
    copy = models.PositiveIntegerField()
    shift = models.ForeignKey(
        Shift, on_delete=models.PROTECT, null=True, related_name="prints", help_text="of the till it was printed at"
    )
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bill", "kind", "copy"], name="each_copy_once"),
            models.CheckConstraint(condition=Q(kind__in=PaperKind.values), name="paper_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.bill_id}, copy {self.copy}"


class JobKind(models.TextChoices):
    PRINT = "print", _("Print")
    MAIL = "mail", _("Mail")


class JobState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class OutboundJob(models.Model):
    """Something to print or to send, done after the sale and tried again until it works or was tried often enough."""

    kind = models.CharField(max_length=5, choices=JobKind)
    subject = models.CharField(max_length=100)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, null=True, related_name="jobs")
    payload = models.BinaryField(help_text="the printer's bytes, or the message as JSON")
    opens_drawer = models.BooleanField(default=False)
    state = models.CharField(max_length=7, choices=JobState, default=JobState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(db_default=Now())
    error = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="print", register__isnull=False) | Q(kind="mail", opens_drawer=False),
                name="print_job_has_its_register",
            ),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | ~Q(state="done") & Q(done_at=None),
                name="job_done_has_its_time",
            ),
        ]
        indexes = [models.Index(fields=["id"], name="jobs_not_done", condition=~Q(state="done"))]

    def __str__(self) -> str:
        return self.subject
