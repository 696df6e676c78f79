from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.bills import Bill


class BillSeal(models.Model):
    """The digest of a bill, chained to the one before it in its series (`billing.sale.chain`); append-only."""

    bill = models.OneToOneField(
        Bill, verbose_name=_("bill"), on_delete=models.PROTECT, primary_key=True, related_name="seal"
    )
    digest = models.BinaryField(_("digest"), max_length=32)

    class Meta:
        verbose_name = _("seal of a bill")
        verbose_name_plural = _("seals of bills")

    def __str__(self) -> str:
        return bytes(self.digest).hex()
