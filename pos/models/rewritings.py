"""Ledger rows that somebody rewrote."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pos.clock import Now


class LedgerRewriting(models.Model):
    """Ledger rows that were updated or deleted despite the triggers, as counted by PostgreSQL; append-only."""

    at = models.DateTimeField(_("at"), db_default=Now())
    ledger = models.CharField(_("ledger"), max_length=63)
    counted = models.PositiveBigIntegerField(_("counted"), help_text=_("what PostgreSQL's counter said"))
    rows = models.PositiveBigIntegerField(_("rows"), help_text=_("rewritten since the note before"))
    why = models.CharField(_("why"), max_length=50, blank=True, help_text=_("empty: nobody knows of a reason"))

    class Meta:
        verbose_name = _("rewriting of a ledger")
        verbose_name_plural = _("rewritings of ledgers")

    def __str__(self) -> str:
        return f"{self.ledger}: {self.rows}"
