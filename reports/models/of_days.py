"""The sums of closed days: the smallest parts that are kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.models.rollups import (
    OfDay,
    OfMember,
    OfProduct,
    OfRate,
    OfTaking,
    OfTender,
    OfTenderTotal,
    OfTotal,
    once,
)


class DayTaking(OfDay, OfTaking):
    class Meta:
        verbose_name = _("takings of a day")
        verbose_name_plural = _("takings of days")
        constraints = [once("day_taking_once", "day", "hour", "register", "cashier", "tier")]

    def __str__(self) -> str:
        return f"{self.day}, {self.hour}:00"


class DayRate(OfDay, OfRate):
    class Meta:
        verbose_name = _("tax rate of a day")
        verbose_name_plural = _("tax rates of days")
        constraints = [once("day_rate_once", "day", "hour", "register", "cashier", "tier", "rate")]

    def __str__(self) -> str:
        return f"{self.day}, {self.hour}:00, {self.rate}"


class DayTender(OfDay, OfTender):
    class Meta:
        verbose_name = _("tender of a day")
        verbose_name_plural = _("tenders of days")
        constraints = [once("day_tender_once", "day", "hour", "register", "cashier", "tier", "tender")]

    def __str__(self) -> str:
        return f"{self.day}, {self.hour}:00, {self.tender}"


class DayTotal(OfDay, OfTotal):
    class Meta:
        verbose_name = _("total of a day")
        verbose_name_plural = _("totals of days")
        constraints = [once("day_total_once", "day")]

    def __str__(self) -> str:
        return str(self.day)


class DayTenderTotal(OfDay, OfTenderTotal):
    class Meta:
        verbose_name = _("tender's total of a day")
        verbose_name_plural = _("tenders' totals of days")
        constraints = [once("day_tender_total_once", "day", "tender")]

    def __str__(self) -> str:
        return f"{self.day}, {self.tender}"


class DayProduct(OfDay, OfProduct):
    class Meta:
        verbose_name = _("product of a day")
        verbose_name_plural = _("products of days")
        constraints = [once("day_product_once", "day", "product", "sold_by")]
        indexes = [models.Index(fields=["product", "day"], name="days_of_product")]

    def __str__(self) -> str:
        return f"{self.day}, product {self.product}"


class DayMember(OfDay, OfMember):
    class Meta:
        verbose_name = _("member of a day")
        verbose_name_plural = _("members of days")
        constraints = [once("day_member_once", "day", "member", nulls_distinct=False)]
        indexes = [models.Index(fields=["member", "day"], name="days_of_member")]

    def __str__(self) -> str:
        return f"{self.day}, member {self.member}"
