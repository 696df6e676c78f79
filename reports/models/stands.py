"""What lay on the shelf at the beginning of each month, so that no question about a day reads more than a month of
movements. Kept by `reports.rollups.stands`, and made anew from the movements at any time."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pos.money import QuantityField


class KeptStand(models.Model):
    """A moment of which the whole stock is kept."""

    moment = models.DateTimeField(_("moment"), primary_key=True)

    class Meta:
        verbose_name = _("kept stock")
        verbose_name_plural = _("kept stocks")

    def __str__(self) -> str:
        return self.moment.isoformat()


class ShelfStand(models.Model):
    """The quantity of one product at one location: all its movements before the moment. None is kept of nothing."""

    moment = models.DateTimeField(_("moment"))
    product = models.BigIntegerField(_("product"))
    location = models.BigIntegerField(_("location"), null=True)
    quantity = QuantityField(_("quantity"))

    class Meta:
        verbose_name = _("kept stock of a product")
        verbose_name_plural = _("kept stocks of products")
        constraints = [
            models.UniqueConstraint(
                fields=["moment", "product", "location"], nulls_distinct=False, name="shelf_stand_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.moment}, product {self.product}"
