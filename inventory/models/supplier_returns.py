"""What was sent back to suppliers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.models.goods import Product
from inventory.models.goods_receipts import GoodsReceipt
from inventory.models.locations import Location
from inventory.models.suppliers import Supplier
from pos.clock import Now
from pos.money import MoneyField, QuantityField

USER = settings.AUTH_USER_MODEL


class SupplierReturn(models.Model):
    """Goods sent back to a supplier; append-only."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    supplier = models.ForeignKey(Supplier, verbose_name=_("supplier"), on_delete=models.PROTECT, related_name="returns")
    receipt = models.ForeignKey(
        GoodsReceipt, verbose_name=_("receipt"), on_delete=models.PROTECT, null=True, related_name="returns"
    )
    location = models.ForeignKey(
        Location, verbose_name=_("location"), on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    reason = models.CharField(_("reason"), max_length=200)
    credit = MoneyField(_("expected credit"), minimum=0, null=True, help_text=_("what the supplier owes for it"))
    credit_note = models.CharField(_("credit note"), max_length=50, blank=True)
    by = models.ForeignKey(USER, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("supplier return")
        verbose_name_plural = _("supplier returns")
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="supplier_return_has_a_reason")]

    def __str__(self) -> str:
        return self.number


class SupplierReturnLine(models.Model):
    returned = models.ForeignKey(
        SupplierReturn,
        verbose_name=_("supplier return"),
        on_delete=models.PROTECT,
        related_name="lines",
        db_index=False,
    )
    product = models.ForeignKey(Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=200)
    sku = models.CharField(_("SKU"), max_length=50)
    quantity = QuantityField(_("quantity"), minimum="0.001")
    cost = MoneyField(_("cost of one"), minimum=0)

    class Meta:
        verbose_name = _("line of a supplier return")
        verbose_name_plural = _("lines of supplier returns")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["returned", "product"], name="product_once_a_return")]

    def __str__(self) -> str:
        return f"{self.returned_id}: {self.sku}"
