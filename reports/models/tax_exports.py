from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from pos.clock import Now


class ExportState(models.TextChoices):
    WAITING = "waiting", _("Being made")
    DONE = "done", _("Made")
    FAILED = "failed", _("Not made")


class TaxExport(models.Model):
    """An archive for the tax office somebody asked for, and what became of it. The file lies in `EXPORT_FOLDER`."""

    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    state = models.CharField(_("state"), max_length=7, choices=ExportState, default=ExportState.WAITING)
    bills = models.PositiveIntegerField(_("bills"), help_text=_("to be written, for the progress"))
    written = models.PositiveIntegerField(_("written so far"), default=0)
    closings = models.PositiveIntegerField(_("closed shifts"), default=0)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    size = models.PositiveBigIntegerField(_("size"), default=0, help_text=_("in bytes"))
    digest = models.CharField(_("SHA-256"), max_length=64, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("export for the tax office")
        verbose_name_plural = _("exports for the tax office")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="waiting", ended_at=None, digest="", problem="")
                | models.Q(state="done", ended_at__isnull=False, problem="") & ~models.Q(digest="")
                | models.Q(state="failed", ended_at__isnull=False, digest="") & ~models.Q(problem=""),
                name="tax_export_ends_with_a_result",
            ),
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="tax_export_of_some_days"),
        ]
        indexes = [models.Index(fields=["id"], name="tax_exports_waiting", condition=models.Q(state="waiting"))]

    def __str__(self) -> str:
        return f"dsfinvk_{self.first}_{self.last}.zip"
