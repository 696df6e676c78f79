from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.bills import Bill
from billing.models.shifts import Shift
from pos.clock import Now
from pos.money import MoneyField

USER = settings.AUTH_USER_MODEL


class CashKind(models.TextChoices):
    FLOAT = "float", _("Float")
    SALE = "sale", _("Sale")
    REFUND = "refund", _("Refund")
    PAY_IN = "pay_in", _("pay-in")
    PAY_OUT = "pay_out", _("pay-out")
    DROP = "drop", _("safe drop")
    VOUCHER = "voucher", _("gift card sold")
    NO_SALE = "no_sale", _("no sale")


class CashMovement(models.Model):
    """Cash moved, or the drawer only opened; append-only. The sum of a shift's movements is the cash that should be in
    the drawer."""

    shift = models.ForeignKey(Shift, verbose_name=_("shift"), on_delete=models.PROTECT, related_name="cash_movements")
    kind = models.CharField(_("kind"), max_length=7, choices=CashKind)
    amount = MoneyField(_("amount"), help_text=_("signed: into the drawer is positive; a sale's is cash less change"))
    bill = models.OneToOneField(
        Bill, verbose_name=_("bill"), on_delete=models.PROTECT, null=True, related_name="cash_movement"
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(USER, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("cash movement")
        verbose_name_plural = _("cash movements")
        ordering = ["pk"]
        indexes = [models.Index(fields=["shift"], name="drawer_opened", condition=Q(kind="no_sale"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["float", "pay_in"], amount__gte=0, bill=None)
                | Q(kind__in=["pay_out", "drop"], amount__lt=0, bill=None)
                | Q(kind="voucher", amount__gt=0, bill=None)
                | Q(kind="no_sale", amount=0, bill=None)
                | Q(kind__in=["sale", "refund"], bill__isnull=False),
                name="cash_signs_follow_the_kind",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["pay_in", "pay_out", "drop", "no_sale"], reason=""),
                name="cash_moved_by_hand_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount:+}"
