from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Concat, Lower
from django.utils.translation import gettext_lazy as _

from pos.clock import Now
from pos.money import MoneyField, QuantityField, RateField


class TaxRate(models.Model):
    name = models.CharField(max_length=50, unique=True)
    rate = RateField(help_text="a fraction: 0.10 is ten per cent")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    name = models.CharField(max_length=100)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]
        verbose_name_plural = "categories"
        constraints = [
            models.UniqueConstraint(Lower("name"), "parent", name="category_name_unique", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.name


class SoldBy(models.TextChoices):
    PIECE = "piece", _("Piece")
    WEIGHT = "weight", _("Weight")


class ProductQuerySet(models.QuerySet["Product"]):
    def with_sku(self, sku: str) -> Self:
        """At most one, whatever the case of its letters; written so that the unique index answers."""
        return self.alias(sku_lower=Lower("sku")).filter(sku_lower=Lower(models.Value(sku)))


class Product(models.Model):
    """What the shop sells. Its stock lives in `Stock` and moves only through `inventory.stock`."""

    sku = models.CharField("SKU", max_length=50)
    name = models.CharField(max_length=200)
    description = models.TextField(max_length=5000, blank=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True)
    price = MoneyField(minimum=0)
    cost = MoneyField(minimum=0, default=0, help_text="moving average of what the shop paid")
    tax_rate = models.ForeignKey(TaxRate, on_delete=models.PROTECT, null=True, blank=True, help_text="empty: untaxed")
    sold_by = models.CharField(max_length=6, choices=SoldBy, default=SoldBy.PIECE)
    open_price = models.BooleanField(
        "priced at the till", default=False, db_default=False, help_text="the cashier types the price"
    )
    reorder_point = QuantityField(minimum=0, default=0)
    is_active = models.BooleanField("on sale", default=True)
    image = models.ImageField(upload_to="products", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[ProductQuerySet] = ProductQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("sku"),
                name="sku_unique_whatever_its_case",
                violation_error_message="Another product already has this SKU.",
            ),
            models.CheckConstraint(condition=models.Q(sold_by__in=SoldBy.values), name="sold_by_is_known"),
            models.CheckConstraint(condition=~models.Q(name=""), name="product_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Barcode(models.Model):
    """A scanner may read the 12 digits of a UPC-A as the same EAN-13 with a zero in front: `scanned` is that form."""

    code = models.CharField(max_length=64)
    scanned = models.GeneratedField(
        expression=models.Case(
            models.When(code__regex=r"^[0-9]{12}$", then=Concat(models.Value("0"), "code")),
            default=models.F("code"),
        ),
        output_field=models.CharField(max_length=64),
        db_persist=True,
        unique=True,
        editable=False,
    )
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="barcodes")

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(code=""), name="barcode_is_not_empty")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.code


class Stock(models.Model):
    """What is on the shelf: always the sum of the product's movements."""

    product = models.OneToOneField(Product, on_delete=models.PROTECT, primary_key=True)
    quantity = QuantityField(default=0)
    allow_negative = models.BooleanField("may be sold below zero", default=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name_plural = "stock"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(allow_negative=True) | models.Q(quantity__gte=0),
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


class StockMovement(models.Model):
    """One change of a product's stock; append-only."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=10, choices=MovementKind)
    quantity = QuantityField(help_text="signed: what came in is positive")
    unit_cost = MoneyField(minimum=0, null=True)
    reference = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["product", "-id"], name="movements_of_product")]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=MovementKind.values), name="movement_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity:+f}"


class Word(models.Model):
    """A word of some product's name, kept by a trigger: what a misspelt word is compared with."""

    text = models.CharField(max_length=250, primary_key=True, db_collation="C")

    class Meta:
        indexes = [GinIndex(name="word_trigrams", fields=["text"], opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.text
