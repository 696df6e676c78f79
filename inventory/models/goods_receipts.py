"""What was delivered: booked for ever, and the delivery that is being scanned."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.goods import Product
from inventory.models.locations import Location
from inventory.models.purchase_orders import PurchaseOrder, PurchaseOrderLine
from inventory.models.suppliers import Supplier
from pos.clock import Now
from pos.money import ZERO, MoneyField, QuantityField

USER = settings.AUTH_USER_MODEL


class GoodsReceipt(models.Model):
    """A delivery as it was booked, or the reversal of one; append-only."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    supplier = models.ForeignKey(
        Supplier, verbose_name=_("supplier"), on_delete=models.PROTECT, null=True, related_name="receipts"
    )
    order = models.ForeignKey(
        PurchaseOrder, verbose_name=_("order"), on_delete=models.PROTECT, null=True, related_name="receipts"
    )
    reverses = models.OneToOneField(
        "self", verbose_name=_("reverses"), on_delete=models.PROTECT, null=True, related_name="reversal"
    )
    location = models.ForeignKey(
        Location, verbose_name=_("location"), on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    note_number = models.CharField(_("delivery note"), max_length=50, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(USER, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("goods receipt")
        verbose_name_plural = _("goods receipts")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(reverses=None) | ~Q(reason=""), name="reversed_receipt_has_a_reason")
        ]

    def __str__(self) -> str:
        return self.number


class GoodsReceiptLine(models.Model):
    """What came of one product; append-only. In a reversal both quantities are negative."""

    receipt = models.ForeignKey(
        GoodsReceipt, verbose_name=_("receipt"), on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    product = models.ForeignKey(Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="+")
    order_line = models.ForeignKey(
        PurchaseOrderLine, verbose_name=_("line of the order"), on_delete=models.PROTECT, null=True, related_name="came"
    )
    name = models.CharField(_("name"), max_length=200)
    sku = models.CharField(_("SKU"), max_length=50)
    quantity = QuantityField(_("quantity"), help_text=_("damaged ones among them"))
    damaged = QuantityField(_("damaged"), default=ZERO)
    expected = QuantityField(_("expected"), minimum=0, null=True, help_text=_("what was still open in the order"))
    cost = MoneyField(_("cost of one"), minimum=0, null=True)

    class Meta:
        verbose_name = _("line of a receipt")
        verbose_name_plural = _("lines of receipts")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["receipt", "product"], name="product_once_a_receipt"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, damaged__gte=0, damaged__lte=F("quantity"))
                | Q(quantity__lt=0, damaged__lte=0, damaged__gte=F("quantity")),
                name="damaged_is_part_of_what_came",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_id}: {self.sku}"


class ReceiptDraft(models.Model):
    """A delivery being scanned, one a person, until it is booked under its key. `seen` names the last scans, so that
    one sent again is not counted again."""

    by = models.OneToOneField(USER, verbose_name=_("by"), on_delete=models.PROTECT, related_name="receipt_draft")
    supplier = models.ForeignKey(
        Supplier, verbose_name=_("supplier"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    order = models.ForeignKey(
        PurchaseOrder, verbose_name=_("order"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    location = models.ForeignKey(
        Location, verbose_name=_("location"), on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    note_number = models.CharField(_("delivery note"), max_length=50, blank=True)
    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True)
    seen = models.JSONField(_("scans already done"), default=list)
    begun_at = models.DateTimeField(_("begun at"), db_default=Now())

    class Meta:
        verbose_name = _("unfinished receipt")
        verbose_name_plural = _("unfinished receipts")

    def __str__(self) -> str:
        return str(self.key)


class ReceiptDraftLine(models.Model):
    draft = models.ForeignKey(
        ReceiptDraft,
        verbose_name=_("unfinished receipt"),
        on_delete=models.CASCADE,
        related_name="lines",
        db_index=False,
    )
    product = models.ForeignKey(Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="+")
    quantity = QuantityField(_("quantity"), minimum=0)
    damaged = QuantityField(_("damaged"), minimum=0, default=ZERO)
    cost = MoneyField(_("cost of one"), minimum=0, null=True)
    touched = models.PositiveIntegerField(_("order of the scans"), default=0)

    class Meta:
        verbose_name = _("line of an unfinished receipt")
        verbose_name_plural = _("lines of unfinished receipts")
        ordering = ["-touched", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "product"], name="product_once_a_draft"),
            models.CheckConstraint(condition=Q(damaged__lte=F("quantity")), name="damaged_is_part_of_the_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.draft_id}: {self.product_id}"
