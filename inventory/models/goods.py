"""The products of the shop: categories, tax rates, barcodes."""

from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Concat, Lower
from django.utils.translation import gettext_lazy as _

from inventory.barcodes import UPC_A
from inventory.unit_prices import ContentUnit, UnitPrice, unit_price
from pos.clock import Now
from pos.money import MoneyField, QuantityField, RateField

OLDEST = 99


class TaxRate(models.Model):
    name = models.CharField(_("name"), max_length=50, unique=True)
    rate = RateField(_("rate"), help_text=_("a fraction: 0.10 is ten per cent"))

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    name = models.CharField(_("name"), max_length=100)
    parent = models.ForeignKey(
        "self", verbose_name=_("parent"), on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "name"]
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
        """At most one product; the case is ignored, in a form the unique index can answer."""
        return self.alias(sku_lower=Lower("sku")).filter(sku_lower=Lower(models.Value(sku)))


class Product(models.Model):
    """A product of the shop. Its stock is in `Stock` and changes only through `inventory.shelf.stock`."""

    sku = models.CharField(_("SKU"), max_length=50)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), max_length=5000, blank=True)
    category = models.ForeignKey(Category, verbose_name=_("category"), on_delete=models.PROTECT, null=True, blank=True)
    price = MoneyField(_("price"), minimum=0)
    cost = MoneyField(_("cost"), minimum=0, default=0, help_text=_("moving average of what the shop paid"))
    tax_rate = models.ForeignKey(
        TaxRate,
        verbose_name=_("tax rate"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text=_("empty: untaxed"),
    )
    sold_by = models.CharField(_("sold by"), max_length=6, choices=SoldBy, default=SoldBy.PIECE)
    open_price = models.BooleanField(
        _("priced at the till"), default=False, db_default=False, help_text=_("the cashier types the price")
    )
    minimum_age = models.PositiveSmallIntegerField(
        _("minimum age"),
        default=0,
        db_default=0,
        validators=[MaxValueValidator(OLDEST)],
        help_text=_("the cashier asks customers for it, once for each sale; 0: nobody is asked"),
    )
    reorder_point = QuantityField(_("reorder point"), minimum=0, default=0)
    content = QuantityField(
        _("content"),
        minimum="0.001",
        null=True,
        blank=True,
        help_text=_("such as 0.75 of a litre or 250 grams; the unit price is made from it"),
    )
    content_unit = models.CharField(
        _("unit of the content"), max_length=5, choices=ContentUnit, blank=True, default="", db_default=""
    )
    is_active = models.BooleanField(_("on sale"), default=True)
    image = models.ImageField(_("image"), upload_to="products", blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("updated at"), db_default=Now(), editable=False)

    objects: ClassVar[ProductQuerySet] = ProductQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("sku"),
                name="sku_unique_whatever_its_case",
                violation_error_message=_("Another product already has this SKU."),
            ),
            models.CheckConstraint(condition=models.Q(sold_by__in=SoldBy.values), name="sold_by_is_known"),
            models.CheckConstraint(condition=~models.Q(name=""), name="product_has_a_name"),
            models.CheckConstraint(condition=models.Q(minimum_age__lte=OLDEST), name="minimum_age_is_an_age"),
            models.CheckConstraint(
                condition=models.Q(content=None, content_unit="")
                | models.Q(content__isnull=False, content_unit__in=ContentUnit.values),
                name="content_has_its_unit",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def unit_price(self) -> UnitPrice | None:
        return unit_price(self.price, self.content, self.content_unit)


class PriceChange(models.Model):
    """A price that changed, whichever door changed it: written by a trigger; append-only. The product may be deleted
    later, so its id is no reference."""

    product = models.PositiveBigIntegerField(_("product"))
    before = MoneyField(_("before"), minimum=0)
    after = MoneyField(_("after"), minimum=0)
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("change of a price")
        verbose_name_plural = _("changes of prices")
        indexes = [
            models.Index(fields=["product", "-id"], name="prices_of_product"),
            models.Index(fields=["at"], name="prices_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.product}: {self.before:f} -> {self.after:f}"


class Barcode(models.Model):
    """A product's barcode. A scanner may read a 12-digit UPC-A as the EAN-13 with a leading zero: `scanned` is always
    that form."""

    code = models.CharField(_("code"), max_length=64)
    scanned = models.GeneratedField(
        verbose_name=_("as scanned"),
        expression=models.Case(
            models.When(code__regex=UPC_A, then=Concat(models.Value("0"), "code")),
            default=models.F("code"),
        ),
        output_field=models.CharField(max_length=64),
        db_persist=True,
        unique=True,
        editable=False,
    )
    product = models.ForeignKey(Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="barcodes")

    class Meta:
        verbose_name = _("barcode")
        verbose_name_plural = _("barcodes")
        constraints = [models.CheckConstraint(condition=~models.Q(code=""), name="barcode_is_not_empty")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.code


class Word(models.Model):
    """A word of a product's name, added by a trigger; misspelt words are compared with these."""

    text = models.CharField(_("text"), max_length=250, primary_key=True, db_collation="C")

    class Meta:
        verbose_name = _("word")
        verbose_name_plural = _("words")
        indexes = [GinIndex(name="word_trigrams", fields=["text"], opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.text
