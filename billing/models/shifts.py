from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing.models.registers import Register
from pos.clock import Now
from pos.money import MOST_MONEY, MoneyField

USER = settings.AUTH_USER_MODEL
MOST_IN_A_DRAWER = 1000 * MOST_MONEY  # many bills, each as large as a bill may be


class ShiftQuerySet(models.QuerySet["Shift"]):
    def open(self) -> "ShiftQuerySet":
        return self.filter(closed_at=None)

    def closed(self) -> "ShiftQuerySet":
        return self.exclude(closed_at=None)

    def shown_to(self, user: User) -> "ShiftQuerySet":
        """All shifts for managers; for others the open ones, and those they opened, closed or sold in."""
        if user.is_manager:
            return self
        sold_in = Exists(self.model._default_manager.filter(pk=OuterRef("pk"), bills__cashier=user))
        return self.filter(Q(closed_at=None) | Q(opened_by=user) | Q(closed_by=user) | sold_in)


class Shift(models.Model):
    """One shift at a register, from the float to the count."""

    register = models.ForeignKey(Register, verbose_name=_("register"), on_delete=models.PROTECT, related_name="shifts")
    business_date = models.DateField(_("business date"))
    opened_at = models.DateTimeField(_("opened at"), db_default=Now())
    opened_by = models.ForeignKey(USER, verbose_name=_("opened by"), on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(_("closed at"), null=True)
    closed_by = models.ForeignKey(
        USER, verbose_name=_("closed by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    counted = MoneyField(_("counted"), null=True, minimum=-MOST_IN_A_DRAWER, maximum=MOST_IN_A_DRAWER)
    expected = MoneyField(_("expected"), null=True, minimum=-MOST_IN_A_DRAWER, maximum=MOST_IN_A_DRAWER)
    difference_reason = models.CharField(_("difference reason"), max_length=200, blank=True)
    pieces = models.JSONField(
        _("pieces"), default=list, help_text=_('the count, coin by coin: [["0.50", 3]]; empty when only the sum')
    )

    objects = ShiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["register"], condition=Q(closed_at=None), name="one_open_shift_per_register"
            ),
            models.UniqueConstraint(fields=["id", "register"], name="shift_of_its_register"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, counted=None, expected=None)
                | Q(
                    closed_at__gte=F("opened_at"),
                    closed_by__isnull=False,
                    counted__isnull=False,
                    expected__isnull=False,
                ),
                name="closed_shift_is_counted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register.code} {date_format(self.business_date)}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class ZReport(models.Model):
    """The stored figures of a closed shift; append-only, numbered 1..n per register, never recomputed."""

    shift = models.OneToOneField(Shift, verbose_name=_("shift"), on_delete=models.PROTECT, related_name="z")
    register = models.ForeignKey(
        Register, verbose_name=_("register"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.PositiveIntegerField(_("number"))
    document = models.JSONField(_("document"), encoder=DjangoJSONEncoder)
    digest = models.BinaryField(
        _("digest"),
        max_length=32,
        help_text=_("SHA-256 of the digest before it in the register, the number and the document"),
    )
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("Z report")
        verbose_name_plural = _("Z reports")
        constraints = [models.UniqueConstraint(fields=["register", "number"], name="z_number_once_per_register")]

    def __str__(self) -> str:
        return f"Z {self.number}"

    @property
    def seal(self) -> str:
        """The digest as printed. With a printed one, every Z up to it can be verified."""
        figures = bytes(self.digest).hex()
        return " ".join(figures[n : n + 8] for n in range(0, len(figures), 8))
