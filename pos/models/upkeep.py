"""What the worker does by itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pos.clock import Now


class UpkeepKind(models.TextChoices):
    AUDIT = "audit", _("Audit of the books")
    BACKUP = "backup", _("Backup")
    DRILL = "drill", _("Drill of a restore")
    WAL = "wal", _("Write-ahead log")
    BASE = "base", _("Base backup")
    AWAY = "away", _("Backups elsewhere")


class UpkeepRun(models.Model):
    """A task the worker does by itself, once for each moment it is due, and how it ended."""

    kind = models.CharField(_("kind"), max_length=10, choices=UpkeepKind)
    due = models.DateTimeField(_("due"))
    begun_at = models.DateTimeField(_("begun at"), db_default=Now())
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    is_good = models.BooleanField(_("good"), null=True)
    says = models.TextField(_("result"), blank=True, default="")
    facts = models.JSONField(_("facts"), default=dict)

    class Meta:
        verbose_name = _("upkeep run")
        verbose_name_plural = _("upkeep runs")
        constraints = [
            models.UniqueConstraint(fields=["kind", "due"], name="upkeep_once_when_due"),
            models.CheckConstraint(condition=models.Q(kind__in=UpkeepKind.values), name="upkeep_kind_is_known"),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, is_good__isnull=True)
                | models.Q(ended_at__isnull=False, is_good__isnull=False),
                name="upkeep_ends_with_a_result",
            ),
        ]
        indexes = [models.Index(fields=["kind", "-id"], name="upkeep_newest_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.due:%Y-%m-%d %H:%M}"
