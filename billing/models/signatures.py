from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.bills import Bill
from billing.models.cash import CashMovement
from billing.models.stored_value import StoredValueEntry
from pos.clock import Now

SIGNED_OR_FAILED = Q(error="", number__isnull=False, counter__isnull=False) & Q(
    begun_at__isnull=False, ended_at__isnull=False
) & ~Q(signature="") & ~Q(serial="") | Q(signature="") & ~Q(error="")


class Signature(models.Model):
    """What the signing device answered, or why it did not; append-only. What could not be signed may be signed later,
    in a row of its own."""

    serial = models.CharField(_("serial number of the device"), max_length=68, blank=True)
    number = models.PositiveBigIntegerField(_("transaction number"), null=True)
    counter = models.PositiveBigIntegerField(_("signature counter"), null=True)
    begun_at = models.DateTimeField(_("begun at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    algorithm = models.CharField(_("algorithm"), max_length=30, blank=True)
    time_format = models.CharField(_("time format"), max_length=30, blank=True)
    process_type = models.CharField(_("process type"), max_length=30)
    process_data = models.TextField(_("process data"))
    signature = models.CharField(_("signature"), max_length=512, blank=True)
    public_key = models.CharField(_("public key"), max_length=512, blank=True)
    is_simulated = models.BooleanField(_("simulated"), default=False)
    error = models.CharField(_("error"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        abstract = True
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.error or f"{self.serial} {self.number}"


class BillSignature(Signature):
    bill = models.ForeignKey(Bill, verbose_name=_("bill"), on_delete=models.PROTECT, related_name="signatures")

    class Meta(Signature.Meta):
        verbose_name = _("signature of a bill")
        verbose_name_plural = _("signatures of bills")
        constraints = [
            models.UniqueConstraint(fields=["bill"], condition=Q(error=""), name="bill_signed_once"),
            models.CheckConstraint(condition=SIGNED_OR_FAILED, name="signature_or_its_error"),
        ]


class CashSignature(Signature):
    """Of cash moved by hand, or of a gift card sold without a bill."""

    movement = models.ForeignKey(
        CashMovement,
        verbose_name=_("cash movement"),
        on_delete=models.PROTECT,
        null=True,
        related_name="signatures",
    )
    card_entry = models.ForeignKey(
        StoredValueEntry,
        verbose_name=_("gift card entry"),
        on_delete=models.PROTECT,
        null=True,
        related_name="signatures",
    )

    class Meta(Signature.Meta):
        verbose_name = _("signature of cash")
        verbose_name_plural = _("signatures of cash")
        constraints = [
            models.UniqueConstraint(fields=["movement"], condition=Q(error=""), name="movement_signed_once"),
            models.UniqueConstraint(fields=["card_entry"], condition=Q(error=""), name="card_entry_signed_once"),
            models.CheckConstraint(condition=SIGNED_OR_FAILED, name="cash_signature_or_its_error"),
            models.CheckConstraint(
                condition=Q(movement=None, card_entry__isnull=False) | Q(movement__isnull=False, card_entry=None),
                name="cash_signature_is_of_one",
            ),
        ]
