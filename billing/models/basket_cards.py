from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.baskets import Basket
from billing.models.stored_value import StoredValue
from pos.clock import Now
from pos.money import MoneyField

USER = settings.AUTH_USER_MODEL


class BasketGiftCardQuerySet(models.QuerySet["BasketGiftCard"]):
    def not_removed(self) -> "BasketGiftCardQuerySet":
        return self.filter(removed_at=None)


class BasketGiftCard(models.Model):
    """A gift card to be sold with the basket. The card and its code are made when the basket is paid. Removed ones are
    kept."""

    basket = models.ForeignKey(Basket, verbose_name=_("basket"), on_delete=models.CASCADE, related_name="gift_cards")
    amount = MoneyField(_("amount"), minimum=Decimal("0.001"))
    added_at = models.DateTimeField(_("added at"), db_default=Now())
    removed_at = models.DateTimeField(_("removed at"), null=True)
    removed_by = models.ForeignKey(
        USER, verbose_name=_("removed by"), on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = BasketGiftCardQuerySet.as_manager()

    class Meta:
        verbose_name = _("gift card in a basket")
        verbose_name_plural = _("gift cards in baskets")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.amount} in {self.basket_id}"


class PresentedCard(models.Model):
    """A card presented to pay for the basket. Its code was read but is not stored."""

    basket = models.ForeignKey(
        Basket, verbose_name=_("basket"), on_delete=models.CASCADE, related_name="presented", db_index=False
    )
    card = models.ForeignKey(StoredValue, verbose_name=_("card"), on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("card presented")
        verbose_name_plural = _("cards presented")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["basket", "card"], name="card_presented_once_per_basket")]

    def __str__(self) -> str:
        return f"{self.card_id} for {self.basket_id}"
