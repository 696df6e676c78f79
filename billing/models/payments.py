from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.bills import Bill
from billing.models.registers import EXCHANGE, Tender
from pos.money import MoneyField

USER = settings.AUTH_USER_MODEL


class Payment(models.Model):
    """The amount received in one tender, before change; append-only."""

    bill = models.ForeignKey(
        Bill, verbose_name=_("bill"), on_delete=models.PROTECT, related_name="payments", db_index=False
    )
    position = models.PositiveSmallIntegerField(pgettext_lazy("of a line", "position"))
    method = models.ForeignKey(
        Tender, verbose_name=_("method"), on_delete=models.PROTECT, related_name="+", db_column="method", db_index=False
    )
    amount = MoneyField(_("amount"))
    reference = models.CharField(_("reference"), max_length=50, blank=True)
    carried_from = models.ForeignKey(
        Tender,
        verbose_name=_("carried from"),
        db_index=False,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_column="carried_from",
        help_text=_("of an exchange: the tender this money once came in, and may go back in"),
    )

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["bill", "position"], name="payment_position"),
            models.CheckConstraint(
                condition=Q(method=EXCHANGE, carried_from__isnull=False) & ~Q(carried_from=EXCHANGE)
                | Q(carried_from=None) & ~Q(method=EXCHANGE),
                name="exchange_names_the_tender_it_came_in",
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="payment_is_not_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.method_id} {self.amount}"
