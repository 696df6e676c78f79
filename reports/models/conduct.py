"""What the bills of one cashier add up to in a closed day, for the page that compares cashiers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.models.rollups import SumField


class DayCashier(models.Model):
    day = models.DateField(_("day"))
    cashier = models.BigIntegerField(_("cashier"))
    bills = models.IntegerField(_("sales"), default=0)
    revenue = SumField(_("revenue"))
    given_off = SumField(_("discounts"), help_text=_("on sales, but those of VIPs"))
    overrides = models.IntegerField(_("prices lowered"), default=0)
    returns = models.IntegerField(_("refunds"), default=0)
    refunded = SumField(_("refunded"))
    soon_refunded = models.IntegerField(_("own sales refunded within minutes"), default=0)
    same_card = models.IntegerField(_("cards shown too often"), default=0)

    class Meta:
        verbose_name = _("cashier of a day")
        verbose_name_plural = _("cashiers of days")
        constraints = [models.UniqueConstraint(fields=["day", "cashier"], name="day_cashier_once")]

    def __str__(self) -> str:
        return f"{self.day}, cashier {self.cashier}"
