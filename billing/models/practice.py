from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from billing.models.bills import Bill, BillKind
from billing.models.registers import Register
from pos.clock import Now


class PracticeBill(models.Model):
    """A sale or a refund made for practice: what the bill was before the sale was undone. It is in no book, and
    `manage.py wipe_training` deletes it."""

    id = models.BigIntegerField("ID", primary_key=True, help_text=_("which the bill had, and no other has again"))
    key = models.UUIDField(_("key"), unique=True, help_text=_("makes the sale happen exactly once"))
    fingerprint = models.BinaryField(
        _("fingerprint"), max_length=32, help_text=_("SHA-256 of what was asked under the key")
    )
    kind = models.CharField(_("kind"), max_length=6, choices=BillKind)
    register = models.ForeignKey(
        Register, verbose_name=_("register"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sequence = models.PositiveIntegerField(_("sequence"))
    number = models.CharField(_("number"), max_length=20)
    original = models.BigIntegerField(_("original"), null=True, help_text=_("the id of the bill whose goods came back"))
    exchange = models.BigIntegerField(_("exchange"), null=True, help_text=_("the id of the refund in this exchange"))
    at = models.DateTimeField(_("at"), db_default=Now())
    rows = models.JSONField(_("rows"), help_text=_("of the bill and all that hangs on it, by table"))

    class Meta:
        verbose_name = _("practice bill")
        verbose_name_plural = _("practice bills")
        constraints = [
            models.UniqueConstraint(fields=["register", "kind", "sequence"], name="practice_bill_numbered_once"),
            models.UniqueConstraint(Upper("number"), name="practice_bill_number_once"),
        ]

    def __str__(self) -> str:
        return self.number

    def bill(self) -> Bill:
        """The head of the bill; `billing.receipts.practice.present` brings the rest."""
        head = Bill(pk=self.pk, key=self.key, kind=self.kind, number=self.number, sequence=self.sequence)
        head.register, head.at = self.register, self.at
        head.exchange = Bill(pk=self.exchange, kind=BillKind.REFUND) if self.exchange else None
        return head
