"""What all days before the first day of a month, and before the latest Monday, add up to. A question about years reads
two of these sums and the days beside them. `reports.rollups.until` makes them from the kept sums of days and months, at
any time anew."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.models.rollups import OfLines, OfMember, SumField, once


class RolledUntil(models.Model):
    """A first day of a month, or a Monday, whose sums are kept. It is up to date while it has the bills of the kept
    days before."""

    until = models.DateField(_("until"), primary_key=True, help_text=_("the first day after those that were added up"))
    bills = models.PositiveIntegerField(_("bills"))

    class Meta:
        verbose_name = _("kept sums until a day")
        verbose_name_plural = _("kept sums until days")

    def __str__(self) -> str:
        return self.until.isoformat()


class OfUntil(models.Model):
    until = models.DateField(_("until"))

    class Meta:
        abstract = True


class ProductUntil(OfUntil, OfLines):
    """What the lines of one product add up to, and in how many months it had any."""

    product = models.BigIntegerField(_("product"))
    sold_by = models.CharField(_("sold by"), max_length=6)
    months = models.PositiveIntegerField(_("months"))
    as_sold = SumField(_("as sold"), help_text=_("what the lines came to in the prices of the shop"))

    class Meta:
        verbose_name = _("product until a day")
        verbose_name_plural = _("products until days")
        constraints = [once("product_until_once", "until", "product", "sold_by")]

    def __str__(self) -> str:
        return f"{self.until}, product {self.product}"


class MemberUntil(OfUntil, OfMember):
    """What the bills of one member add up to, in how many months there were any, and what those of the first of these
    months do. Beside them the points that bills gave by their age on the day before `until`. What was used was used
    from the oldest: it is taken from `older`, which may be below zero then."""

    member = models.BigIntegerField(_("member"), help_text=_("0: the bills without one"))
    months = models.PositiveIntegerField(_("months"))
    first = models.DateField(_("first month"))
    first_sales = models.IntegerField(_("sales of the first month"))
    first_refunds = models.IntegerField(_("refunds of the first month"))
    first_revenue = SumField(_("revenue of the first month"))
    to_30 = SumField(_("points of up to 30 days"))
    to_90 = SumField(_("points of 31 to 90 days"))
    to_365 = SumField(_("points of 91 to 365 days"))
    older = SumField(_("points of more than a year, less all that were used"))

    class Meta:
        verbose_name = _("member until a day")
        verbose_name_plural = _("members until days")
        constraints = [once("member_until_once", "until", "member")]

    def __str__(self) -> str:
        return f"{self.until}, member {self.member}"


class Cohort(OfUntil):
    """Of the members whose first bill was in a month: how many bought in the month before `until`, and for how
    much. Only for first days of months."""

    first = models.DateField(_("first month"))
    members = models.PositiveIntegerField(_("members"))
    spent = SumField(_("spent"))

    class Meta:
        verbose_name = _("members by first month")
        verbose_name_plural = _("members by first month")
        constraints = [once("cohort_once", "until", "first")]

    def __str__(self) -> str:
        return f"{self.until}, members since {self.first}"
