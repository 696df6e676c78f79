"""What imports wrote, for their undoing."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportedRow(models.Model):
    """A row an import made or changed, and what it said before; kept for the undoing."""

    run = models.BigIntegerField(_("import"), help_text=_("its id"))
    what = models.CharField(_("what"), max_length=20, help_text=_("product, stock or member"))
    row_id = models.BigIntegerField(_("row"), help_text=_("its id"))
    is_new = models.BooleanField(_("new"))
    before = models.JSONField(_("before"), default=dict)
    is_undone = models.BooleanField(_("undone"), default=False, db_default=False)

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        constraints = [models.UniqueConstraint(fields=["run", "what", "row_id"], name="imported_row_once_in_a_run")]
        indexes = [
            models.Index(fields=["row_id", "what"], name="imported_rows_undone", condition=models.Q(is_undone=True))
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.row_id}"
