from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from pos.api.scopes import REAL
from pos.clock import Now
from pos.money import MoneyField


class ApiKey(models.Model):
    """A machine that uses the API: what it may do, and as whom. Its secrets are rows of their own, so that one can
    follow another without a break."""

    user = models.OneToOneField(
        User, verbose_name=_("user"), on_delete=models.PROTECT, related_name="+", help_text=_("named on its bills")
    )
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("scopes"))
    registers = ArrayField(
        models.CharField(max_length=20), verbose_name=_("registers"), default=list, help_text=_("empty: every register")
    )
    locations = ArrayField(
        models.CharField(max_length=10),
        verbose_name=_("locations"),
        default=list,
        db_default=[],
        help_text=_("empty: every location; - is the first"),
    )
    most_per_sale = MoneyField(_("most per sale"), null=True)
    may_refund = models.BooleanField(_("may give money back"), default=False)
    sandbox = models.BooleanField(
        _("sandbox"), default=False, db_default=False, help_text=_("sells for practice: nothing it sells is booked")
    )
    addresses = ArrayField(
        models.CharField(max_length=50), verbose_name=_("addresses"), default=list, help_text=_("empty: from anywhere")
    )
    origins = ArrayField(
        models.CharField(max_length=200),
        verbose_name=_("origins"),
        default=list,
        help_text=_("web sites whose pages may use the key in a browser; empty: none"),
    )
    per_minute = models.PositiveIntegerField(_("requests per minute"))
    days = models.PositiveIntegerField(_("days"), help_text=_("how long each secret is valid"))
    made_by = models.ForeignKey(User, verbose_name=_("made by"), on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"), db_default=Now())
    last_used_at = models.DateTimeField(_("last used at"), null=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)

    class Meta:
        verbose_name = _("key of a machine")
        verbose_name_plural = _("keys of machines")
        constraints = [
            models.CheckConstraint(condition=Q(most_per_sale__isnull=True) | Q(most_per_sale__gt=0), name="key_sells"),
            models.CheckConstraint(condition=Q(per_minute__range=(1, 6000)), name="key_asks_this_often"),
            models.CheckConstraint(condition=Q(days__range=(1, 366)), name="key_ends"),
            models.CheckConstraint(
                condition=Q(sandbox=False) | ~Q(scopes__overlap=REAL), name="key_in_sandbox_writes_bills_only"
            ),
            models.CheckConstraint(condition=Q(locations__len__lte=20), name="key_is_bound_to_few_locations"),
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="key_may_do_something"),
        ]

    def __str__(self) -> str:
        return str(self.user)


class KeySecret(models.Model):
    """What stands in the header. Only a digest of it is stored."""

    key = models.ForeignKey(
        ApiKey, verbose_name=_("key of a machine"), on_delete=models.PROTECT, related_name="secrets"
    )
    prefix = models.CharField(_("prefix"), max_length=8, unique=True)
    digest = models.CharField(_("digest"), max_length=64)
    made_at = models.DateTimeField(_("made at"), db_default=Now())
    ends_at = models.DateTimeField(_("ends at"))

    class Meta:
        verbose_name = _("secret of a key")
        verbose_name_plural = _("secrets of keys")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"pos_{self.prefix}_…"


class KeyMinute(models.Model):
    """How often a key has asked since its running minute began. The table is not logged."""

    key = models.OneToOneField(
        ApiKey, verbose_name=_("key of a machine"), on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    began = models.DateTimeField(_("began"))
    asked = models.PositiveIntegerField(_("asked"))

    class Meta:
        verbose_name = _("minute of a key")
        verbose_name_plural = _("minutes of keys")

    def __str__(self) -> str:
        return f"{self.asked} of {self.key_id}"
