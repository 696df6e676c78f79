from django.contrib.postgres.indexes import OpClass
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from accounts import deeds
from accounts.models.keys import ApiKey
from accounts.models.people import User
from pos.clock import Now
from pos.web.request_id import LONGEST


class AuditEntry(models.Model):
    """Who did what to whom; append-only. Bills, movements and points have their own ledgers."""

    at = models.DateTimeField(_("at"), db_default=Now())
    actor = models.ForeignKey(User, verbose_name=_("actor"), on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(_("action"), max_length=50)
    subject = models.CharField(_("subject"), max_length=100)
    facts = models.JSONField(_("facts"), default=dict, encoder=DjangoJSONEncoder)
    request = models.CharField(_("request"), max_length=LONGEST, default="", db_default="")
    key = models.ForeignKey(
        ApiKey,
        verbose_name=_("key of a machine"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(fields=["at"], name="audit_by_time"),
            models.Index(fields=["action", "-id"], name="audit_by_action"),
            models.Index(OpClass(Upper("subject"), "text_pattern_ops"), name="audit_by_subject"),
            models.Index(fields=["request"], name="audit_by_request", condition=~models.Q(request="")),
        ]

    def __str__(self) -> str:
        return f"{deeds.spoken(self.action)}: {self.subject}"
