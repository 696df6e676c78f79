"""What was ordered, and the numbers of the documents of buying."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.models.goods import Product
from inventory.models.locations import Location
from inventory.models.suppliers import Supplier
from pos.clock import Now
from pos.money import ZERO, MoneyField, QuantityField

USER = settings.AUTH_USER_MODEL


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
