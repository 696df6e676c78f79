from django.db import models
from django.utils.translation import gettext_lazy as _

from pos.clock import Now


class DaySeal(models.Model):
    """The signed digest of what the ledgers gained since the seal before it; append-only.

    `document` is what is signed: JSON with the rows of each ledger, as a range of ids, their number and their digest.
    """

    number = models.PositiveIntegerField(_("number"), primary_key=True)
    document = models.TextField(_("document"))
    signature = models.BinaryField(_("signature"), max_length=64)
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("seal of a day")
        verbose_name_plural = _("seals of days")

    def __str__(self) -> str:
        return str(self.number)
