from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.bills import Bill
from billing.price_steps import Step, explained
from inventory.models import Product, SoldBy
from pos.money import ZERO, MoneyField, QuantityField, RateField

USER = settings.AUTH_USER_MODEL


class BillLine(models.Model):
    """One line as printed: name, price and rates are copies from the time of the sale; append-only."""

    bill = models.ForeignKey(
        Bill, verbose_name=_("bill"), on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    position = models.PositiveSmallIntegerField(pgettext_lazy("of a line", "position"))
    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    sku = models.CharField(_("SKU"), max_length=50)
    name = models.CharField(_("name"), max_length=200)
    sold_by = models.CharField(
        _("sold by"), max_length=6, choices=SoldBy, default=SoldBy.PIECE, db_default=SoldBy.PIECE
    )
    quantity = QuantityField(_("quantity"))
    list_price = MoneyField(_("list price"), minimum=0, help_text=_("the product's own price at that moment"))
    unit_price = MoneyField(_("unit price"), minimum=0)
    priced_by = models.ForeignKey(
        USER,
        verbose_name=_("priced by"),
        db_index=False,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("who gave it another price than the list's"),
    )
    price_reason = models.CharField(_("price reason"), max_length=200, blank=True)
    label_price = MoneyField(
        _("label price"), minimum=0, null=True, help_text=_("what a price label said the whole line costs")
    )
    discount_percent = RateField(_("discount percent"), default=0, maximum=100, decimal_places=2)
    line_discount = MoneyField(_("line discount"), help_text=_("percent and amount together"))
    bill_discount = MoneyField(_("bill discount"), help_text=_("this line's share of what came off the whole bill"))
    manual_discount = MoneyField(
        _("manual discount"), default=0, help_text=_("the part of it a person gave; the rest is the VIP's")
    )
    net = MoneyField(
        _("net"), help_text=_("quantity x unit price less both discounts; holds the tax where prices include it")
    )
    tax_name = models.CharField(_("tax name"), max_length=50, blank=True)
    tax_rate = RateField(_("tax rate"))
    tax = MoneyField(_("tax"))
    unit_cost = MoneyField(_("unit cost"), minimum=0)
    original = models.ForeignKey(
        "self",
        verbose_name=_("original line"),
        on_delete=models.PROTECT,
        null=True,
        related_name="refunds",
        db_index=False,
    )
    to_shelf = models.BooleanField(
        _("to shelf"), null=True, help_text=_("a refunded line's goods: back to the shelf, or damaged")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    oversold = QuantityField(
        _("sold without stock"),
        minimum=0,
        default=ZERO,
        db_default=0,
        help_text=_("the part of the quantity the books knew nothing of"),
    )

    class Meta:
        verbose_name = _("bill line")
        verbose_name_plural = _("bill lines")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["bill", "position"], name="bill_line_position"),
            models.CheckConstraint(condition=Q(sold_by__in=SoldBy.values), name="line_sold_by_is_known"),
            models.CheckConstraint(
                condition=Q(original=None, to_shelf=None, quantity__gt=0) | Q(to_shelf__isnull=False, quantity__lt=0),
                name="returned_line_says_where_its_goods_went",
            ),
            models.CheckConstraint(
                condition=Q(unit_price=F("list_price")) | Q(priced_by__isnull=False),
                name="another_price_has_its_person",
            ),
            models.CheckConstraint(
                condition=Q(oversold=0) | Q(quantity__gte=F("oversold")), name="line_is_oversold_by_no_more_than_it_is"
            ),
        ]
        indexes = [
            models.Index(fields=["original"], name="refunds_of_line", condition=Q(original__isnull=False)),
            models.Index(fields=["product", "-bill"], name="lines_of_product"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def discount(self) -> Decimal:
        return self.line_discount + self.bill_discount

    @property
    def vip_discount(self) -> Decimal:
        return self.bill_discount - self.manual_discount

    @property
    def gross(self) -> Decimal:
        return self.net + self.discount

    @property
    def explanation(self) -> list[Step]:
        return explained(
            self, quantity=self.quantity, list_price=self.list_price, from_label=self.label_price is not None
        )
