"""The keys under which something was done exactly once."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pos.clock import Now


class DoneDeed(models.Model):
    """A used key: by which action, with what content, and the row it made; append-only, kept for ever."""

    key = models.UUIDField(_("key"), primary_key=True)
    deed = models.CharField(_("deed"), max_length=100)
    digest = models.BinaryField(_("digest of what was asked"))
    made = models.BigIntegerField(_("id of the row it made"))
    by = models.BigIntegerField(_("by"), help_text=_("the user's id"))
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("deed done once")
        verbose_name_plural = _("deeds done once")

    def __str__(self) -> str:
        return f"{self.deed}: {self.key}"
