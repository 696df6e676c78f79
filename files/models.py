from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from pos.clock import Now

USER = settings.AUTH_USER_MODEL


class State(models.TextChoices):
    OPEN = "open", _("Not imported yet")
    WAITING = "waiting", _("Being imported")
    DONE = "done", _("Imported")
    UNDONE = "undone", _("Undone")


class FileImport(models.Model):
    """A list somebody uploaded, and what became of it. Its content is kept only until it is imported."""

    kind = models.CharField(_("kind"), max_length=20)
    file_name = models.CharField(_("file"), max_length=100)
    content = models.BinaryField(_("content"))
    digest = models.CharField(_("digest"), max_length=64)
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    sheets = models.JSONField(_("sheets"), default=list)
    heading_row = models.PositiveIntegerField(_("row of the heading"), default=1)
    heading = models.JSONField(_("heading"), default=list)
    sample = models.JSONField(_("first rows"), default=list)
    matched = models.JSONField(_("matched columns"), default=dict, help_text=_("the place of each column in the file"))
    decimal_mark = models.CharField(_("decimal mark"), max_length=1, blank=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    is_confirmed = models.BooleanField(_("large price changes confirmed"), default=False)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.OPEN)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    report = models.JSONField(_("report"), default=dict)
    language = models.CharField(_("language"), max_length=10, blank=True)
    by = models.ForeignKey(USER, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    done_at = models.DateTimeField(_("done at"), null=True)
    undone_at = models.DateTimeField(_("undone at"), null=True)
    undone_by = models.ForeignKey(
        USER, verbose_name=_("undone by"), on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("import of a file")
        verbose_name_plural = _("imports of files")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="import_state_is_known"),
            models.CheckConstraint(
                condition=models.Q(state__in=["done", "undone"], done_at__isnull=False)
                | models.Q(state__in=["open", "waiting"], done_at=None),
                name="import_done_has_its_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state="undone", undone_at__isnull=False, undone_by__isnull=False)
                | ~models.Q(state="undone") & models.Q(undone_at=None, undone_by=None),
                name="import_undone_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["id"], name="imports_waiting", condition=models.Q(state="waiting"))]

    def __str__(self) -> str:
        return self.file_name


class KnownHeading(models.Model):
    """How a manager matched the columns of files with this heading, for the next one."""

    kind = models.CharField(_("kind"), max_length=20)
    digest = models.CharField(_("digest of the heading"), max_length=64)
    matched = models.JSONField(_("matched columns"), default=dict)
    decimal_mark = models.CharField(_("decimal mark"), max_length=1, blank=True)

    class Meta:
        verbose_name = _("known heading")
        verbose_name_plural = _("known headings")
        constraints = [models.UniqueConstraint(fields=["kind", "digest"], name="heading_known_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"
