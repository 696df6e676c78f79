"""The sums of whole months, made of the kept sums of their days."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.models.rollups import OfMember, OfMonth, OfProduct, OfRate, OfTaking, OfTender, once


class MonthTaking(OfMonth, OfTaking):
    class Meta:
        verbose_name = _("takings of a month")
        verbose_name_plural = _("takings of months")
        constraints = [once("month_taking_once", "month", "hour", "register", "cashier", "tier")]

    def __str__(self) -> str:
        return f"{self.month}, {self.hour}:00"


class MonthRate(OfMonth, OfRate):
    class Meta:
        verbose_name = _("tax rate of a month")
        verbose_name_plural = _("tax rates of months")
        constraints = [once("month_rate_once", "month", "hour", "register", "cashier", "tier", "rate")]

    def __str__(self) -> str:
        return f"{self.month}, {self.hour}:00, {self.rate}"


class MonthTender(OfMonth, OfTender):
    class Meta:
        verbose_name = _("tender of a month")
        verbose_name_plural = _("tenders of months")
        constraints = [once("month_tender_once", "month", "hour", "register", "cashier", "tier", "tender")]

    def __str__(self) -> str:
        return f"{self.month}, {self.hour}:00, {self.tender}"


class MonthProduct(OfMonth, OfProduct):
    class Meta:
        verbose_name = _("product of a month")
        verbose_name_plural = _("products of months")
        constraints = [once("month_product_once", "month", "product", "sold_by")]
        indexes = [models.Index(fields=["product", "month"], name="months_of_product")]

    def __str__(self) -> str:
        return f"{self.month}, product {self.product}"


class MonthMember(OfMonth, OfMember):
    class Meta:
        verbose_name = _("member of a month")
        verbose_name_plural = _("members of months")
        constraints = [once("month_member_once", "month", "member", nulls_distinct=False)]
        indexes = [models.Index(fields=["member", "month"], name="months_of_member")]

    def __str__(self) -> str:
        return f"{self.month}, member {self.member}"
