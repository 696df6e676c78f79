"""The stock of each product at the shop's first location, and the movements at all."""

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex, HashIndex
from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from inventory.models.goods import Product
from inventory.models.locations import Location
from pos.clock import Now
from pos.money import ZERO, MoneyField, QuantityField, quantity_text


class Stock(models.Model):
    """A product's stock at the shop's first location: always the sum of its movements there. Its row is the lock of
    the product at every location."""

    product = models.OneToOneField(Product, verbose_name=_("product"), on_delete=models.PROTECT, primary_key=True)
    quantity = QuantityField(_("quantity"), default=0)
    allow_negative = models.BooleanField(_("may be sold below zero"), default=False)
    oversold = QuantityField(
        _("sold without stock"),
        minimum=0,
        default=ZERO,
        db_default=0,
        help_text=_("since the last count: more than the books knew of"),
    )
    updated_at = models.DateTimeField(_("updated at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("stock")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(allow_negative=True) | models.Q(quantity__gte=models.F("oversold") * -1),
                name="stock_not_below_zero",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity:f}"


class MovementKind(models.TextChoices):
    OPENING = "opening", _("Opening")
    DELIVERY = "delivery", _("Delivery")
    COUNT = "count", _("Count")
    WRITE_OFF = "write_off", _("write-off")
    SALE = "sale", _("Sale")
    REFUND = "refund", _("Refund")
    TRANSFER_OUT = "transfer_out", _("Sent")
    TRANSFER_IN = "transfer_in", _("Arrived")


class StockMovement(models.Model):
    """One change of a product's stock; append-only."""

    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="movements", db_index=False
    )
    location = models.ForeignKey(
        Location, verbose_name=_("location"), on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    kind = models.CharField(_("kind"), max_length=12, choices=MovementKind)
    quantity = QuantityField(_("quantity"), help_text=_("signed: what came in is positive"))
    oversold = QuantityField(
        _("sold without stock"),
        minimum=0,
        default=ZERO,
        db_default=0,
        help_text=_("the part of a sale the books knew nothing of"),
    )
    unit_cost = MoneyField(_("unit cost"), minimum=0, null=True)
    reference = models.CharField(_("reference"), max_length=100, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        indexes = [
            models.Index(fields=["product", "-id"], name="movements_of_product"),
            models.Index(fields=["kind", "id"], name="movements_of_kind", condition=~models.Q(kind=MovementKind.SALE)),
            HashIndex(fields=["reference"], name="movements_by_reference"),
            BrinIndex(fields=["at"], name="movements_by_time", autosummarize=True),
            models.Index(
                fields=["product"],
                name="deliveries_with_cost",
                condition=models.Q(kind="delivery", unit_cost__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=MovementKind.values), name="movement_kind_is_known"),
            models.CheckConstraint(
                condition=models.Q(oversold=0)
                | models.Q(kind=MovementKind.SALE, quantity__lte=models.F("oversold") * -1),
                name="only_a_sale_takes_more_than_there_is",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {number_format(quantity_text(self.quantity))}"
