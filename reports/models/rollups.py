"""Sums of closed business days, so that a question about years need not read every bill.

They are kept by `reports.rollups.keeping` and can be made anew from the bills at any time.
"""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    Decimals = models.DecimalField[Any, Any]
else:
    Decimals = models.DecimalField


class SumField(Decimals):
    """A sum of many amounts; `unit cost x quantity` has six decimals."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_digits": 24, "decimal_places": 6, "default": 0, **kwargs})


class RolledDay(models.Model):
    """A closed business day whose sums are kept. It is up to date while it has as many bills as are in the books."""

    day = models.DateField(_("day"), primary_key=True)
    bills = models.PositiveIntegerField(_("bills"))

    class Meta:
        verbose_name = _("kept day")
        verbose_name_plural = _("kept days")

    def __str__(self) -> str:
        return self.day.isoformat()


class RolledMonth(models.Model):
    """A month of which the sums by product are kept."""

    month = models.DateField(_("month"), primary_key=True, help_text=_("its first day"))
    bills = models.PositiveIntegerField(_("bills"))

    class Meta:
        verbose_name = _("kept month")
        verbose_name_plural = _("kept months")

    def __str__(self) -> str:
        return self.month.isoformat()


class OfLines(models.Model):
    """What lines add up to. `revenue` holds the tax, `net` does not; refunds count negative."""

    revenue = SumField(_("revenue"))
    tax = SumField(_("tax"))
    refunded = SumField(_("refunded"))
    line_discount = SumField(_("line discount"))
    manual_discount = SumField(_("manual discount"))
    vip_discount = SumField(_("VIP discount"))
    cost = SumField(_("cost"))
    pieces = SumField(_("pieces"))
    kilograms = SumField(_("kilograms"))

    class Meta:
        abstract = True


class OfBills(models.Model):
    """What bills add up to beside their lines."""

    sales = models.IntegerField(_("sales"), default=0)
    refunds = models.IntegerField(_("refunds"), default=0)
    points_spent = SumField(_("points spent"))
    points_earned = SumField(_("points earned"))
    cash_rounding = SumField(_("cash rounding"))
    change = SumField(_("change"))
    cards_sold = SumField(_("gift cards sold"))

    class Meta:
        abstract = True


class OfDay(models.Model):
    """Who sold when and where: what every bill has."""

    day = models.DateField(_("day"))
    hour = models.PositiveSmallIntegerField(_("hour"))
    register = models.BigIntegerField(_("register"))
    cashier = models.BigIntegerField(_("cashier"))
    tier = models.CharField(_("tier"), max_length=7)

    class Meta:
        abstract = True


class DayTaking(OfDay, OfBills, OfLines):
    """What bills add up to."""

    class Meta:
        verbose_name = _("takings of a day")
        verbose_name_plural = _("takings of days")
        constraints = [
            models.UniqueConstraint(fields=["day", "hour", "register", "cashier", "tier"], name="day_taking_once")
        ]

    def __str__(self) -> str:
        return f"{self.day}, {self.hour}:00"


class DayRate(OfDay, OfLines):
    """What the lines at one tax rate add up to."""

    rate = models.DecimalField(_("rate"), max_digits=7, decimal_places=5)

    class Meta:
        verbose_name = _("tax rate of a day")
        verbose_name_plural = _("tax rates of days")
        constraints = [
            models.UniqueConstraint(fields=["day", "hour", "register", "cashier", "tier", "rate"], name="day_rate_once")
        ]

    def __str__(self) -> str:
        return f"{self.day}, {self.hour}:00, {self.rate}"


class DayTender(OfDay):
    """What each way to pay brought of the revenue, change subtracted."""

    tender = models.CharField(_("tender"), max_length=20)
    payments = models.IntegerField(_("payments"), default=0)
    received = SumField(_("received"), help_text=_("before change"))
    revenue = SumField(_("revenue"))
    refunded = SumField(_("refunded"))

    class Meta:
        verbose_name = _("tender of a day")
        verbose_name_plural = _("tenders of days")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "hour", "register", "cashier", "tier", "tender"], name="day_tender_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}, {self.hour}:00, {self.tender}"


class MonthProduct(OfLines):
    """What the lines of one product add up to in a month: by the day they would be as many as the lines."""

    month = models.DateField(_("month"))
    product = models.BigIntegerField(_("product"))
    sold_by = models.CharField(_("sold by"), max_length=6, default="piece")
    as_sold = SumField(_("as sold"), help_text=_("what the lines came to in the prices of the shop"))
    last_sold = models.DateField(_("last sold"), null=True)
    last_line = models.BigIntegerField(_("last line"), null=True, help_text=_("of a sale"))

    class Meta:
        verbose_name = _("product of a month")
        verbose_name_plural = _("products of months")
        constraints = [models.UniqueConstraint(fields=["month", "product", "sold_by"], name="month_product_once")]
        indexes = [models.Index(fields=["product", "month"], name="months_of_product")]

    def __str__(self) -> str:
        return f"{self.month}, product {self.product}"


class MonthMember(OfBills, OfLines):
    """What the bills of one member add up to in a month; those without a member have a row too. `points_in` and
    `points_out` are what bills added to the member's points and took from them: their age depends on both."""

    month = models.DateField(_("month"))
    member = models.BigIntegerField(_("member"), null=True)
    points_in = SumField(_("points in"))
    points_out = SumField(_("points out"))

    class Meta:
        verbose_name = _("member of a month")
        verbose_name_plural = _("members of months")
        constraints = [
            models.UniqueConstraint(fields=["month", "member"], nulls_distinct=False, name="month_member_once")
        ]
        indexes = [models.Index(fields=["member", "month"], name="months_of_member")]

    def __str__(self) -> str:
        return f"{self.month}, member {self.member}"
