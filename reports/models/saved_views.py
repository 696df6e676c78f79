from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from pos.clock import Now


class SavedView(models.Model):
    """A question of the page of sales under a name. `asked` are the parts of its address without the days; `days` is
    how many days up to today it shows, or none where it shows the same days always."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField(_("name"), max_length=60)
    asked = models.JSONField(_("asked"), default=dict)
    days = models.PositiveIntegerField(_("days up to today"), null=True)
    first = models.DateField(_("first day"), null=True)
    last = models.DateField(_("last day"), null=True)
    is_shared = models.BooleanField(_("shared with all managers"), default=False)
    created_at = models.DateTimeField(_("created at"), db_default=Now())

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = [Lower("name"), "pk"]
        constraints = [
            models.UniqueConstraint("owner", Lower("name"), name="saved_view_name_once_per_person"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_a_name"),
            models.CheckConstraint(
                condition=Q(days__gt=0, first=None, last=None)
                | Q(days=None, first__isnull=False, last__gte=models.F("first")),
                name="saved_view_has_its_days",
            ),
        ]

    def __str__(self) -> str:
        return self.name
