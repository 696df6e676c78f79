import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from pos.clock import Now


class TokenFamily(models.Model):
    """The tokens of one API sign-in: each refresh token follows another, and all are revoked together."""

    id = models.UUIDField(_("id"), primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, verbose_name=_("user"), on_delete=models.CASCADE, related_name="+")
    began_at = models.DateTimeField(_("began at"), db_default=Now())
    browser = models.CharField(_("browser or program"), max_length=60, blank=True, default="", db_default="")
    address = models.CharField(_("address"), max_length=50, blank=True, default="", db_default="")
    ended_at = models.DateTimeField(
        _("ended at"), null=True, help_text=_("revoked, or one of its tokens was used a second time")
    )

    class Meta:
        verbose_name = _("family of tokens")
        verbose_name_plural = _("families of tokens")
        indexes = [models.Index(fields=["began_at"], name="token_family_by_time")]

    def __str__(self) -> str:
        return str(self.id)


class SpentToken(models.Model):
    """A refresh token already exchanged. Only its name is stored, so a copy of the database grants no access."""

    name = models.CharField(_("name"), max_length=64, primary_key=True)
    family = models.ForeignKey(
        TokenFamily, verbose_name=_("family of tokens"), on_delete=models.CASCADE, related_name="spent"
    )
    spent_at = models.DateTimeField(_("spent at"))

    class Meta:
        verbose_name = _("spent token")
        verbose_name_plural = _("spent tokens")

    def __str__(self) -> str:
        return self.name
