from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.bills import Bill
from billing.models.registers import Register
from pos.clock import Now


class HistoryImport(models.Model):
    """Bills of an earlier system, taken in from a file into a series of their own; append-only."""

    register = models.OneToOneField(
        Register, verbose_name=_("register"), on_delete=models.PROTECT, related_name="history_import"
    )
    source = models.CharField(_("source"), max_length=50)
    file_name = models.CharField(_("file"), max_length=200)
    bills = models.PositiveIntegerField(_("bills"))
    lines = models.PositiveIntegerField(_("lines"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("import of history")
        verbose_name_plural = _("imports of history")

    def __str__(self) -> str:
        return self.file_name


class ImportedBill(models.Model):
    """Marks a bill as imported: which invoice of the earlier system it was, and whose; append-only."""

    bill = models.OneToOneField(
        Bill, verbose_name=_("bill"), on_delete=models.PROTECT, primary_key=True, related_name="imported"
    )
    history = models.ForeignKey(
        HistoryImport,
        verbose_name=_("import of history"),
        on_delete=models.PROTECT,
        related_name="imported_bills",
        db_index=False,
    )
    invoice = models.CharField(_("invoice"), max_length=50)
    customer = models.CharField(_("customer"), max_length=50, blank=True)

    class Meta:
        verbose_name = _("imported bill")
        verbose_name_plural = _("imported bills")
        indexes = [models.Index(fields=["invoice"], name="bills_by_invoice")]

    def __str__(self) -> str:
        return self.invoice
