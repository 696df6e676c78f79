"""Who the shop buys from, and what they call and pack what they sell."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from inventory.models.goods import Product
from pos.money import ZERO, MoneyField, QuantityField

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
