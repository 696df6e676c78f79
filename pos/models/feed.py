"""The feed of changes."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from pos.clock import Now


class Change(models.Model):
    """Rows of one kind that one statement wrote or deleted, noted by a trigger in the transaction of its cause."""

    xid = models.BigIntegerField(_("transaction"))
    kind = models.CharField(_("kind"), max_length=20)
    ids = ArrayField(models.BigIntegerField(), verbose_name=_("their ids"))
    gone = models.BooleanField(_("deleted"))
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        indexes = [models.Index(fields=["xid", "id"], name="changes_in_order")]

    def __str__(self) -> str:
        return f"{self.kind} {self.ids}"


class FeedEra(models.Model):
    """The span in which cursors of the feed hold: a database restored into another server begins a new one."""

    era = models.UUIDField(_("era"), default=uuid4)
    began_at = models.DateTimeField(_("began at"), db_default=Now())
    forgotten = models.BigIntegerField(
        _("forgotten"), default=0, help_text=_("the entries of transactions before this one are no longer kept")
    )

    class Meta:
        verbose_name = _("era of the feed")
        verbose_name_plural = _("eras of the feed")

    def __str__(self) -> str:
        return str(self.era)
