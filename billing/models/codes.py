from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Cast, Length, RPad
from django.utils.translation import gettext_lazy as _

from billing.models.registers import Register
from inventory.models import Product
from pos.clock import Now

USER = settings.AUTH_USER_MODEL
LABEL_LENGTH = 13


class LabelKind(models.TextChoices):
    WEIGHT = "weight", _("weight in kilograms")
    PRICE = "price", _("price of the whole label")


def every_code_below(prefix: str) -> Func:
    """The range of all codes that begin with a prefix of up to four digits."""
    ends = [Cast(RPad(prefix, 4, Value(fill)), models.IntegerField()) for fill in "09"]
    return Func(*ends, Value("[]"), function="int4range", output_field=IntegerRangeField())


class LabelPattern(models.Model):
    """The layout of the shop's own labels (EAN-13 from 20 to 29): an item and its weight or price."""

    name = models.CharField(_("name"), max_length=50, help_text=_("which scale or counter prints it"))
    prefix = models.CharField(
        _("prefix"),
        max_length=4,
        validators=[RegexValidator(r"\A2[0-9]{1,3}\Z", _("Two to four digits, the first of them 2."))],
    )
    kind = models.CharField(_("value"), max_length=6, choices=LabelKind)
    item_digits = models.PositiveSmallIntegerField(_("item digits"), default=5)
    has_price_check = models.BooleanField(
        _("price check digit"),
        default=False,
        help_text=_("one digit before the value that proves it (four or five digits)"),
    )
    value_digits = models.PositiveSmallIntegerField(_("value digits"), default=5)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=3, help_text=_("3 for grams, 2 for cents"))
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("label pattern")
        verbose_name_plural = _("label patterns")
        ordering = ["prefix"]
        constraints = [
            ExclusionConstraint(
                name="label_prefixes_never_overlap",
                expressions=[(every_code_below("prefix"), "&&")],
                condition=Q(is_active=True),
                violation_error_message=_("Another pattern already reads codes that begin like this."),
            ),
            models.CheckConstraint(
                condition=Q(item_digits__gte=1, value_digits__gte=1, decimals__lte=F("value_digits"))
                & Q(
                    item_digits=Value(LABEL_LENGTH - 1)
                    - Length("prefix")
                    - F("value_digits")
                    - Case(When(has_price_check=True, then=1), default=0)
                ),
                name="label_fills_thirteen_digits",
                violation_error_message=_("Prefix, item, value and check digits must fill all 13 digits."),
            ),
            models.CheckConstraint(
                condition=Q(has_price_check=False) | Q(kind="price", value_digits__in=[4, 5]),
                name="price_check_proves_a_price",
                violation_error_message=_("A price check digit proves a price of four or five digits."),
            ),
            models.CheckConstraint(condition=Q(kind__in=LabelKind.values), name="label_kind_is_known"),
            models.CheckConstraint(condition=Q(prefix__regex="^2[0-9]{1,3}$"), name="label_prefix_is_in_store"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix} {self.name}"


class UnknownScan(models.Model):
    """A code the till did not know, until a manager assigns it to a product or dismisses it."""

    code = models.CharField(_("code"), max_length=200, unique=True)
    times = models.PositiveIntegerField(_("times"), default=1)
    first_at = models.DateTimeField(_("first at"), db_default=Now())
    last_at = models.DateTimeField(_("last at"), db_default=Now())
    register = models.ForeignKey(
        Register, verbose_name=_("register"), on_delete=models.PROTECT, related_name="unknown_scans"
    )
    by = models.ForeignKey(USER, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    on_screen = models.BooleanField(_("on screen"), default=True, help_text=_("the till still shows it"))
    settled_at = models.DateTimeField(_("settled at"), null=True)
    settled_by = models.ForeignKey(
        USER, verbose_name=_("settled by"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("unknown scan")
        verbose_name_plural = _("unknown scans")
        ordering = ["-last_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None, product=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="unknown_scan_is_settled_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.code
