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
    """The range of codes that begin with a prefix of up to four digits."""
    ends = [Cast(RPad(prefix, 4, Value(fill)), models.IntegerField()) for fill in "09"]
    return Func(*ends, Value("[]"), function="int4range", output_field=IntegerRangeField())


class LabelPattern(models.Model):
    """How the shop's own labels (EAN-13 that begin with 20 to 29) hold an item and its weight or price."""

    name = models.CharField(max_length=50, help_text="which scale or counter prints it")
    prefix = models.CharField(
        max_length=4, validators=[RegexValidator(r"\A2[0-9]{1,3}\Z", "Two to four digits, the first of them 2.")]
    )
    kind = models.CharField("value", max_length=6, choices=LabelKind)
    item_digits = models.PositiveSmallIntegerField(default=5)
    has_price_check = models.BooleanField(
        "price check digit", default=False, help_text="one digit before the value that proves it (four or five digits)"
    )
    value_digits = models.PositiveSmallIntegerField(default=5)
    decimals = models.PositiveSmallIntegerField(default=3, help_text="3 for grams, 2 for cents")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["prefix"]
        constraints = [
            ExclusionConstraint(
                name="label_prefixes_never_overlap",
                expressions=[(every_code_below("prefix"), "&&")],
                condition=Q(is_active=True),
                violation_error_message="Another pattern already reads codes that begin like this.",
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
                violation_error_message="Prefix, item, value and check digits must fill all 13 digits.",
            ),
            models.CheckConstraint(
                condition=Q(has_price_check=False) | Q(kind="price", value_digits__in=[4, 5]),
                name="price_check_proves_a_price",
                violation_error_message="A price check digit proves a price of four or five digits.",
            ),
            models.CheckConstraint(condition=Q(kind__in=LabelKind.values), name="label_kind_is_known"),
            models.CheckConstraint(condition=Q(prefix__regex="^2[0-9]{1,3}$"), name="label_prefix_is_in_store"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix} {self.name}"


class UnknownScan(models.Model):
    """A code the till did not know, until a manager gives it to a product or dismisses it."""

    code = models.CharField(max_length=200, unique=True)
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(db_default=Now())
    last_at = models.DateTimeField(db_default=Now())
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="unknown_scans")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    on_screen = models.BooleanField(default=True, help_text="the till still shows it")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
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
