"""What the kept sums of closed days and months are made of, and which of them are kept.

They spare a question about years the reading of every bill. `reports.rollups.keeping` keeps them, and they can be made
anew from the bills at any time. The tables are in `of_days`, `of_months` and `until`.
"""

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
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
    """A month whose sums are kept. It is up to date while it has as many bills as its kept days."""

    month = models.DateField(_("month"), primary_key=True, help_text=_("its first day"))
    bills = models.PositiveIntegerField(_("bills"))

    class Meta:
        verbose_name = _("kept month")
        verbose_name_plural = _("kept months")

    def __str__(self) -> str:
        return self.month.isoformat()


class OfDay(models.Model):
    day = models.DateField(_("day"))

    class Meta:
        abstract = True


class OfMonth(models.Model):
    month = models.DateField(_("month"))

    class Meta:
        abstract = True


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


class OfCounter(models.Model):
    """Who sold at what hour and where: what every bill has."""

    hour = models.PositiveSmallIntegerField(_("hour"))
    register = models.BigIntegerField(_("register"))
    cashier = models.BigIntegerField(_("cashier"))
    tier = models.CharField(_("tier"), max_length=7)

    class Meta:
        abstract = True


class OfTotal(OfBills, OfLines):
    """What bills add up to, whoever sold at what hour and where."""

    class Meta:
        abstract = True


class OfTaking(OfCounter, OfTotal):
    """What bills add up to."""

    class Meta:
        abstract = True


class OfRate(OfCounter, OfLines):
    """What the lines at one tax rate add up to."""

    rate = models.DecimalField(_("rate"), max_digits=7, decimal_places=5)

    class Meta:
        abstract = True


class OfTenderTotal(models.Model):
    """What each way to pay brought of the revenue, change subtracted."""

    tender = models.CharField(_("tender"), max_length=20)
    payments = models.IntegerField(_("payments"), default=0)
    received = SumField(_("received"), help_text=_("before change"))
    revenue = SumField(_("revenue"))
    refunded = SumField(_("refunded"))

    class Meta:
        abstract = True


class OfTender(OfCounter, OfTenderTotal):
    """The same by hour, till and cashier."""

    class Meta:
        abstract = True


class OfProduct(OfLines):
    """What the lines of one product add up to, and the latest sale's day, line, and moment with the cost."""

    product = models.BigIntegerField(_("product"))
    sold_by = models.CharField(_("sold by"), max_length=6, default="piece")
    as_sold = SumField(_("as sold"), help_text=_("what the lines came to in the prices of the shop"))
    last_sold = models.DateField(_("last sold"), null=True)
    last_line = models.BigIntegerField(_("last line"), null=True, help_text=_("of a sale"))
    last_cost = ArrayField(
        SumField(),
        verbose_name=_("last cost"),
        null=True,
        help_text=_("the moment of a sale, and the cost of one then"),
    )

    class Meta:
        abstract = True


class OfMember(OfBills, OfLines):
    """What the bills of one member add up to; those without a member have a row too. `points_in` and `points_out` are
    what bills added to the member's points and took from them: their age depends on both."""

    member = models.BigIntegerField(_("member"), null=True)
    points_in = SumField(_("points in"))
    points_out = SumField(_("points out"))

    class Meta:
        abstract = True


def once(name: str, *keys: str, **facts: Any) -> models.UniqueConstraint:
    """One row for each of these keys."""
    return models.UniqueConstraint(fields=keys, name=name, **facts)
