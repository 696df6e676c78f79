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
    """One printing of a bill; append-only. The first of a kind is the original with `copy` 0, the next is copy 1."""

    bill = models.ForeignKey(
        Bill, verbose_name=_("bill"), on_delete=models.PROTECT, related_name="prints", db_index=False
    )
    kind = models.CharField(_("kind"), max_length=7, choices=PaperKind)
    copy = models.PositiveIntegerField(_("copy"))
    shift = models.ForeignKey(
        Shift,
        verbose_name=_("shift"),
        on_delete=models.PROTECT,
        null=True,
        related_name="prints",
        help_text=_("of the till it was printed at"),
    )
    by = models.ForeignKey(USER, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("receipt print")
        verbose_name_plural = _("receipt prints")
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
    """A job to print or mail, done after the transaction and retried until it works or has been tried often enough."""

    kind = models.CharField(_("kind"), max_length=5, choices=JobKind)
    subject = models.CharField(_("subject"), max_length=100)
    register = models.ForeignKey(
        Register, verbose_name=_("register"), on_delete=models.PROTECT, null=True, related_name="jobs"
    )
    payload = models.BinaryField(_("payload"), help_text=_("the printer's bytes, or the message as JSON"))
    entry = models.ForeignKey(
        ReceiptPrint,
        verbose_name=_("printing"),
        on_delete=models.PROTECT,
        null=True,
        related_name="jobs",
        db_index=False,
    )
    opens_drawer = models.BooleanField(_("opens drawer"), default=False)
    state = models.CharField(_("state"), max_length=7, choices=JobState, default=JobState.WAITING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try at"), db_default=Now())
    error = models.CharField(_("error"), max_length=200, blank=True)
    by = models.ForeignKey(USER, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    done_at = models.DateTimeField(_("done at"), null=True)

    class Meta:
        verbose_name = _("outbound job")
        verbose_name_plural = _("outbound jobs")
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
