"""Records of scans sent twice and of sales made while the server was away."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pos.clock import Now
from pos.money import MoneyField


class ScanSeen(models.Model):
    """The id of a scan that was done, so that it is not done again if the browser sends it again."""

    basket = models.ForeignKey(
        "billing.Basket", verbose_name=_("basket"), on_delete=models.CASCADE, related_name="+", db_index=False
    )
    scan = models.UUIDField(_("scan"))
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("scan already done")
        verbose_name_plural = _("scans already done")
        constraints = [models.UniqueConstraint(fields=["basket", "scan"], name="each_scan_once")]

    def __str__(self) -> str:
        return str(self.scan)


class OutageSale(models.Model):
    """What is known of a bill sold away from the server, by a till or a machine; append-only. `differences` are
    sentences for the manager."""

    bill = models.OneToOneField("billing.Bill", verbose_name=_("bill"), on_delete=models.PROTECT, related_name="outage")
    provisional_number = models.CharField(
        _("provisional number"), max_length=40, help_text=_("begins with the register's code")
    )
    digest = models.BinaryField(_("digest"), max_length=32, help_text=_("SHA-256 of what the till sent under the key"))
    rung_up_by = models.CharField(
        _("rung up by"), max_length=150, blank=True, help_text=_("the name on the provisional receipt")
    )
    rung_up_at = models.DateTimeField(_("rung up at"), help_text=_("by the till's own clock"))
    booked_on = models.DateField(
        _("booked on"), null=True, help_text=_("the day whose journal has it; empty: its business date")
    )
    shown_total = MoneyField(_("shown total"), minimum=0)
    posted_at = models.DateTimeField(_("posted at"), db_default=Now())
    differences = models.JSONField(_("differences"), default=list, help_text=_("sentences"))

    class Meta:
        verbose_name = _("outage sale")
        verbose_name_plural = _("outage sales")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["provisional_number"], name="provisional_number_once")]
        indexes = [models.Index(fields=["booked_on"], name="booked_later", condition=Q(booked_on__isnull=False))]

    def __str__(self) -> str:
        return self.provisional_number


class OutageProblem(models.Model):
    """A sale of an outage that cannot be booked unchanged; it waits until a manager sells or closes it.

    If not `is_readable`, the text the till sent is kept, and the problem can only be closed.
    """

    key = models.UUIDField(_("key"), unique=True)
    register = models.ForeignKey(
        "billing.Register", verbose_name=_("register"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("posted by"), on_delete=models.PROTECT, related_name="+"
    )
    posted_at = models.DateTimeField(_("posted at"), db_default=Now())
    is_readable = models.BooleanField(_("readable"), default=True, db_default=True)
    content = models.JSONField(_("content"), help_text=_("what the till sent"))
    digest = models.BinaryField(_("digest"), max_length=32)
    differences = models.JSONField(_("differences"), default=list, help_text=_("sentences"))
    settled_at = models.DateTimeField(_("settled at"), null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("settled by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    bill = models.OneToOneField(
        "billing.Bill", verbose_name=_("bill"), on_delete=models.PROTECT, null=True, related_name="outage_problem"
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True, help_text=_("why it was closed without a bill"))

    class Meta:
        verbose_name = _("outage problem")
        verbose_name_plural = _("outage problems")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None, bill=None, reason="")
                | Q(settled_at__isnull=False, settled_by__isnull=False, bill__isnull=False, reason="")
                | Q(settled_at__isnull=False, settled_by__isnull=False, bill=None) & ~Q(reason=""),
                name="settled_problem_has_bill_or_reason",
            )
        ]

    def __str__(self) -> str:
        return str(self.content["number"])
