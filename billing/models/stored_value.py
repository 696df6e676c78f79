from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.bills import Bill
from billing.models.registers import STORED_VALUE, Tender
from billing.models.shifts import Shift
from members.models import Member
from pos.clock import Now
from pos.money import MoneyField

USER = settings.AUTH_USER_MODEL


class StoredValue(models.Model):
    """Money the shop owes to the holder of the code: a gift card or store credit. The code itself is not stored."""

    kind = models.CharField(_("kind"), max_length=12, choices=[(kind.value, kind.label) for kind in STORED_VALUE])
    digest = models.BinaryField(_("digest"), max_length=32, unique=True, help_text=_("SHA-256 of the code"))
    last4 = models.CharField(_("last four"), max_length=4)
    balance = MoneyField(_("balance"), minimum=0, default=0)
    is_blocked = models.BooleanField(_("blocked"), default=False)
    member = models.ForeignKey(Member, verbose_name=_("member"), on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("created at"), db_default=Now())

    class Meta:
        verbose_name = _("gift card or store credit")
        verbose_name_plural = _("gift cards and store credit")
        constraints = [models.CheckConstraint(condition=Q(kind__in=STORED_VALUE), name="stored_value_kind_is_known")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} …{self.last4}"


class StoredValueKind(models.TextChoices):
    ISSUE = "issue", _("sold")
    TOP_UP = "top_up", _("topped up")
    REDEEM = "redeem", _("paid with")
    REFUND_TO = "refund_to", _("refunded to")
    BLOCK = "block", _("blocked")
    UNBLOCK = "unblock", _("unblocked")
    ADJUST = "adjust", _("corrected")


class StoredValueEntry(models.Model):
    """One change of a balance; append-only. A sale of a card names its shift, and the tender or the bill that paid for
    it."""

    card = models.ForeignKey(StoredValue, verbose_name=_("card"), on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(_("kind"), max_length=9, choices=StoredValueKind)
    amount = MoneyField(_("amount"), help_text=_("signed: what the shop owes more"))
    bill = models.ForeignKey(
        Bill, verbose_name=_("bill"), on_delete=models.PROTECT, null=True, related_name="stored_value", db_index=False
    )
    shift = models.ForeignKey(
        Shift, verbose_name=_("shift"), on_delete=models.PROTECT, null=True, related_name="stored_value"
    )
    tender = models.ForeignKey(Tender, verbose_name=_("tender"), on_delete=models.PROTECT, null=True, related_name="+")
    key = models.UUIDField(
        _("key"), null=True, unique=True, help_text=_("makes the sale of a card happen exactly once")
    )
    reference = models.CharField(_("reference"), max_length=50, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(USER, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("gift card entry")
        verbose_name_plural = _("gift card entries")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["bill", "card"], name="stored_value_once_per_bill"),
            models.CheckConstraint(
                condition=Q(kind__in=["issue", "top_up"], amount__gt=0, bill=None)
                & Q(shift__isnull=False, tender__isnull=False, key__isnull=False)
                | Q(kind="issue", amount__gt=0, bill__isnull=False, shift__isnull=False, tender=None, key__isnull=False)
                | Q(kind="redeem", amount__lt=0, bill__isnull=False, shift=None, tender=None, key=None)
                | Q(kind="refund_to", amount__gt=0, bill__isnull=False, shift=None, tender=None, key=None)
                | Q(kind="adjust", bill=None, shift=None, tender=None, key__isnull=False) & ~Q(amount=0) & ~Q(reason="")
                | Q(kind__in=["block", "unblock"], amount=0, bill=None, shift=None, tender=None, key=None)
                & ~Q(reason=""),
                name="stored_value_signs_follow_the_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount:+}"
