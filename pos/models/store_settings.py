"""The settings of the shop."""

from typing import Any, Self

from django.core.files.storage import default_storage
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pos.clock import Now
from pos.columns import columns_of, made
from pos.money import MoneyField, RateField
from pos.postgres.rows import rows


class LabelRegion(models.TextChoices):
    DENMARK = "dk", _("Denmark")
    ESTONIA = "ee", _("Estonia")
    FINLAND = "fi", _("Finland")
    GERMANY = "de", _("Germany")
    GREAT_BRITAIN = "gb", _("Great Britain")
    LATVIA = "lv", _("Latvia")
    LITHUANIA = "lt", _("Lithuania")
    NORWAY = "no", _("Norway")
    SWEDEN = "se", _("Sweden")


class SecondFactor(models.TextChoices):
    """Whoever has one is asked for it, whatever the shop says here."""

    OFF = "off", _("not offered")
    OFFERED = "offered", _("offered")
    REQUIRED = "required", _("required")


class StoreSettings(models.Model):
    """The shop's settings. A change adds a row, the newest row is in force, and each bill refers to the row it was made
    under."""

    point_multiplier = RateField(
        _("point multiplier"), default="0.15", help_text=_("points earned per unit of currency paid")
    )
    vip_discount_rate = RateField(
        _("VIP discount rate"), default="0.15", help_text=_("taken off a VIP's bill: 0.15 is 15 %")
    )
    prices_include_tax = models.BooleanField(_("prices include tax"), default=True)
    require_pin_for_points = models.BooleanField(_("require PIN for points"), default=True)
    cutoff_hour = models.PositiveSmallIntegerField(
        _("cutoff hour"),
        default=0,
        validators=[MaxValueValidator(23)],
        help_text=_("before this hour of the night a sale still belongs to the day before"),
    )
    cash_difference_limit = MoneyField(
        _("cash difference limit"),
        default=5,
        minimum=0,
        help_text=_("a larger difference at the close of a shift needs a reason"),
    )
    idle_lock_minutes = models.PositiveSmallIntegerField(
        _("idle lock minutes"),
        default=5,
        validators=[MaxValueValidator(240)],
        help_text=_("a till nobody touches for so long asks for a PIN; 0 never asks"),
    )
    badge_needs_pin = models.BooleanField(
        _("badge needs the PIN"),
        default=True,
        db_default=True,
        help_text=_("off: a badge made by the shop opens a locked till without a PIN"),
    )
    second_factor = models.CharField(
        _("second factor of managers"),
        max_length=10,
        choices=SecondFactor,
        default="offered",
        db_default="offered",
        help_text=_("asked for at sign-in beside the password, never at the till's PIN"),
    )
    basket_days = models.PositiveSmallIntegerField(
        _("basket days"),
        default=7,
        db_default=7,
        validators=[MaxValueValidator(365)],
        help_text=_("a basket nobody has touched for so many days is given up, on record; 0 keeps them all"),
    )
    return_days = models.PositiveSmallIntegerField(
        _("return days"),
        default=0,
        db_default=0,
        validators=[MaxValueValidator(3650)],
        help_text=_("so long may come back what is sold from now on, and later only if a manager agrees; 0: no end"),
    )
    prefill_float = models.BooleanField(
        _("float as last counted"),
        default=False,
        db_default=False,
        help_text=_("whoever opens a till finds what was last counted there typed in already"),
    )
    label_region = models.CharField(
        _("country of the labels"),
        max_length=2,
        choices=LabelRegion,
        blank=True,
        default="",
        db_default="",
        help_text=_("whose rules read codes that begin with 20 to 29 where no label pattern does"),
    )
    shop_name = models.CharField(_("shop name"), max_length=100, default="The Shop")
    shop_address = models.TextField(_("shop address"), max_length=500, blank=True, default="")
    tax_number = models.CharField(_("tax number"), max_length=50, blank=True, default="")
    receipt_width = models.PositiveSmallIntegerField(
        _("receipt width"), default=80, choices=[(58, "58 mm"), (80, "80 mm")], help_text=_("of the paper roll")
    )
    receipt_footer = models.TextField(_("receipt footer"), max_length=500, blank=True, default="")
    logo = models.CharField(
        _("logo"),
        max_length=100,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text=_("where the picture is kept"),
    )
    changed_at = models.DateTimeField(_("changed at"), db_default=Now(), editable=False)
    changed_by = models.CharField(_("changed by"), max_length=150, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("store settings")
        constraints = [
            models.CheckConstraint(condition=models.Q(cutoff_hour__lte=23), name="cutoff_hour_is_an_hour"),
            models.CheckConstraint(condition=models.Q(idle_lock_minutes__lte=240), name="idle_lock_within_hours"),
            models.CheckConstraint(condition=models.Q(basket_days__lte=365), name="basket_days_within_a_year"),
            models.CheckConstraint(condition=models.Q(return_days__lte=3650), name="return_days_within_ten_years"),
            models.CheckConstraint(condition=models.Q(receipt_width__in=[58, 80]), name="receipt_width_is_a_roll"),
            models.CheckConstraint(
                condition=models.Q(label_region__in=["", *LabelRegion.values]), name="label_region_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(second_factor__in=SecondFactor.values), name="second_factor_is_known"
            ),
        ]

    def __str__(self) -> str:
        return gettext("settings %(number)s") % {"number": self.pk}

    @property
    def logo_url(self) -> str:
        return default_storage.url(self.logo) if self.logo else ""

    @classmethod
    def in_force(cls) -> Self:
        """In plain SQL, because almost every page reads it."""
        found = rows(f"SELECT {columns_of(cls, 's')} FROM pos_storesettings s ORDER BY id DESC LIMIT 1")
        if not found:
            raise cls.DoesNotExist
        return made(cls, found[0])

    @classmethod
    def hold(cls) -> Self:
        """The settings in force; nobody else changes them until the transaction ends."""
        # Changes queue on the first row: the newest would be another one after waiting.
        cls.objects.select_for_update().earliest("pk")
        return cls.in_force()

    @classmethod
    @transaction.atomic
    def change(cls, *, by: str, **changes: Any) -> Self:
        """Puts new values in force from the next sale on; the old row stays unchanged."""
        row = cls.hold()
        row.pk = None
        row._state.adding = True
        row.changed_at, row.changed_by = Now(), by
        for name, value in changes.items():
            setattr(row, name, value)
        row.full_clean(exclude=["changed_at"])
        row.save(force_insert=True)
        return cls.objects.get(pk=row.pk)
