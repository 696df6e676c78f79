"""Who the shop buys from, what was ordered, what came and what went back."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from inventory.models.goods import Product
from inventory.models.locations import Location
from pos.clock import Now
from pos.money import ZERO, MoneyField, QuantityField

USER = settings.AUTH_USER_MODEL
MOST_LEAD_DAYS = 365


class Supplier(models.Model):
    """Who the shop buys from, in the shop's own currency."""

    name = models.CharField(_("name"), max_length=100)
    contact = models.CharField(_("contact"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    lead_days = models.PositiveSmallIntegerField(
        _("lead time in days"),
        default=0,
        validators=[MaxValueValidator(MOST_LEAD_DAYS)],
        help_text=_("from the order to the delivery"),
    )
    minimum_order = MoneyField(_("minimum order"), minimum=0, default=ZERO, help_text=_("0: none"))
    note = models.TextField(_("note"), max_length=1000, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="supplier_name_unique"),
            models.CheckConstraint(condition=~Q(name=""), name="supplier_has_a_name"),
            models.CheckConstraint(condition=Q(lead_days__lte=MOST_LEAD_DAYS), name="lead_time_within_a_year"),
        ]

    def __str__(self) -> str:
        return self.name


class SupplierArticle(models.Model):
    """What a supplier calls a product, how it is packed and what one of it cost last. A pack's barcode is kept as it is
    scanned (`inventory.barcodes.scanned`)."""

    supplier = models.ForeignKey(
        Supplier, verbose_name=_("supplier"), on_delete=models.CASCADE, related_name="articles", db_index=False
    )
    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="supplier_articles"
    )
    code = models.CharField(_("article code"), max_length=50, blank=True)
    pack_name = models.CharField(_("pack"), max_length=30, blank=True, help_text=_("such as crate or box"))
    pack_size = QuantityField(_("pieces in a pack"), minimum="0.001", default=1)
    pack_barcode = models.CharField(_("barcode of the pack"), max_length=64, blank=True)
    cost = MoneyField(_("cost of one"), minimum=0, null=True, blank=True, help_text=_("as last paid"))
    is_preferred = models.BooleanField(_("preferred"), default=False, help_text=_("ordered here when it runs low"))

    class Meta:
        verbose_name = _("supplier's article")
        verbose_name_plural = _("suppliers' articles")
        ordering = ["product__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["supplier", "product"], name="article_once_a_supplier"),
            models.UniqueConstraint(
                fields=["supplier", "pack_barcode"], condition=~Q(pack_barcode=""), name="pack_barcode_once_a_supplier"
            ),
            models.UniqueConstraint(fields=["product"], condition=Q(is_preferred=True), name="one_preferred_supplier"),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_id}: {self.code}"


class DocumentSeries(models.Model):
    """The last number of a series; its row is locked while a document takes the next one, so there are no gaps."""

    code = models.CharField(_("series"), max_length=5, primary_key=True)
    last = models.PositiveIntegerField(_("last number"))

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")

    def __str__(self) -> str:
        return f"{self.code}-{self.last:06d}"


class OrderState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")
    PARTLY = "partly", _("Partly received")
    RECEIVED = "received", _("Received")
    CLOSED = "closed", _("Closed")


OPEN_ORDERS = (OrderState.SENT, OrderState.PARTLY)


class PurchaseOrder(models.Model):
    number = models.CharField(_("number"), max_length=20, unique=True)
    supplier = models.ForeignKey(Supplier, verbose_name=_("supplier"), on_delete=models.PROTECT, related_name="orders")
    location = models.ForeignKey(
        Location, verbose_name=_("delivered to"), on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    state = models.CharField(_("state"), max_length=8, choices=OrderState, default=OrderState.DRAFT)
    note = models.TextField(_("note"), max_length=1000, blank=True)
    created_by = models.ForeignKey(USER, verbose_name=_("made by"), on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("made at"), db_default=Now())
    sent_at = models.DateTimeField(_("sent at"), null=True)
    due_on = models.DateField(_("due on"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=OrderState.values), name="order_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state__in=[OrderState.SENT, OrderState.PARTLY, OrderState.RECEIVED])
                | Q(sent_at__isnull=False, due_on__isnull=False),
                name="sent_order_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state=OrderState.CLOSED, closed_at__isnull=False)
                | ~Q(state=OrderState.CLOSED) & Q(closed_at=None),
                name="closed_order_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PurchaseOrderLine(models.Model):
    """What is wanted of one product. `received` counts what receipts brought, less what reversals took back."""

    order = models.ForeignKey(
        PurchaseOrder, verbose_name=_("order"), on_delete=models.CASCADE, related_name="lines", db_index=False
    )
    product = models.ForeignKey(Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("article code"), max_length=50, blank=True)
    packs = QuantityField(_("packs"), minimum="0.001")
    pack_size = QuantityField(_("pieces in a pack"), minimum="0.001")
    pack_name = models.CharField(_("pack"), max_length=30, blank=True)
    quantity = QuantityField(_("quantity"), minimum="0.001")
    cost = MoneyField(_("cost of one"), minimum=0, null=True)
    received = QuantityField(_("received"), minimum=0, default=ZERO)

    class Meta:
        verbose_name = _("line of an order")
        verbose_name_plural = _("lines of orders")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["order", "product"], name="product_once_an_order")]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.product_id}"


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
