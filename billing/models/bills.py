from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.registers import EXCHANGE, Register, Tender
from billing.models.shifts import Shift
from billing.price_steps import Step, explained
from inventory.models import OLDEST, Product, SoldBy
from members.models import Member
from pos.clock import Now
from pos.models import StoreSettings
from pos.money import ZERO, MoneyField, QuantityField, RateField

USER = settings.AUTH_USER_MODEL


class BillKind(models.TextChoices):
    SALE = "sale", _("Sale")
    REFUND = "refund", _("Refund")


def bill_number(register_code: str, sequence: int, kind: str = BillKind.SALE) -> str:
    """Formats a bill's number: R1-000481; refunds have their own series: R1-R000007."""
    return f"{register_code}-{'R' if kind == BillKind.REFUND else ''}{sequence:06d}"


class Bill(models.Model):
    """A sale or a refund, complete when written; append-only. A refund has negative figures, and no original if the
    goods came back without a receipt."""

    kind = models.CharField(_("kind"), max_length=6, choices=BillKind)
    register = models.ForeignKey(
        Register, verbose_name=_("register"), on_delete=models.PROTECT, related_name="bills", db_index=False
    )
    sequence = models.PositiveIntegerField(_("sequence"), help_text=_("1..n per register and kind, without gaps"))
    number = models.CharField(_("number"), max_length=20)
    key = models.UUIDField(_("key"), unique=True, help_text=_("makes the sale happen exactly once"))
    fingerprint = models.BinaryField(
        _("fingerprint"), max_length=32, help_text=_("SHA-256 of what was asked under the key")
    )
    at = models.DateTimeField(_("at"), db_default=Now())
    business_date = models.DateField(_("business date"))
    # the SQL constraint bill_in_a_shift_of_its_register checks it together with the register
    shift = models.ForeignKey(
        Shift, verbose_name=_("shift"), on_delete=models.PROTECT, related_name="bills", db_constraint=False
    )
    cashier = models.ForeignKey(USER, verbose_name=_("cashier"), on_delete=models.PROTECT, related_name="bills")
    member = models.ForeignKey(
        Member, verbose_name=_("member"), on_delete=models.PROTECT, null=True, related_name="bills", db_index=False
    )
    terms = models.ForeignKey(
        StoreSettings, verbose_name=_("terms"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    original = models.ForeignKey(
        "self", verbose_name=_("original"), on_delete=models.PROTECT, null=True, related_name="refunds", db_index=False
    )
    exchange = models.OneToOneField(
        "self",
        verbose_name=_("exchange"),
        on_delete=models.PROTECT,
        null=True,
        related_name="exchanged_for",
        help_text=_("the refund of what was brought back for this sale's goods"),
    )
    tax_included = models.BooleanField(_("tax included"))
    subtotal = MoneyField(_("subtotal"), help_text=_("sum of quantity x unit price"))
    discount = MoneyField(_("discount"), help_text=_("everything taken off, VIP included"))
    vip_discount = MoneyField(_("VIP discount"))
    manual_discount = MoneyField(
        _("manual discount"), default=0, help_text=_("what a person took off the whole bill, percent and amount")
    )
    tax = MoneyField(_("tax"))
    total = MoneyField(_("total"), help_text=_("what the sale costs, before points"))
    cards_sold = MoneyField(
        _("gift cards sold"),
        default=ZERO,
        db_default=ZERO,
        help_text=_("paid with the goods, owed to the cards' holders"),
    )
    points_spent = MoneyField(_("points spent"))
    points_earned = MoneyField(_("points earned"))
    cash_rounding = MoneyField(_("cash rounding"))
    change = MoneyField(_("change"))
    reason = models.CharField(_("reason"), max_length=200, blank=True, help_text=_("of a refund"))
    age_checked = models.PositiveSmallIntegerField(
        _("age confirmed"),
        default=0,
        db_default=0,
        help_text=_("the customer was asked, and is at least so old"),
    )

    class Meta:
        verbose_name = _("bill")
        verbose_name_plural = _("bills")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["register", "kind", "sequence"], name="bill_numbered_once"),
            # also serves searches by the start of the number, in upper or lower case
            models.UniqueConstraint(OpClass(Upper("number"), name="text_pattern_ops"), name="bill_number_once"),
            models.CheckConstraint(
                condition=Q(kind="sale", original=None, total__gte=0, points_spent__gte=0, points_earned__gte=0)
                & Q(points_spent__lte=F("total"), change__gte=0, discount__gte=0, subtotal__gte=0)
                | Q(
                    kind="refund",
                    exchange=None,
                    total__lte=0,
                    points_spent__lte=0,
                    points_earned__lte=0,
                    change=0,
                )
                & (Q(original__isnull=False) | Q(points_spent=0, points_earned=0, cash_rounding=0))
                & ~Q(reason=""),
                name="bill_signs_follow_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind="sale", age_checked__lte=OLDEST) | Q(age_checked=0), name="age_is_checked_at_a_sale"
            ),
            models.CheckConstraint(
                condition=Q(points_spent=0, points_earned=0) | Q(member__isnull=False), name="points_need_a_member"
            ),
            models.CheckConstraint(
                condition=Q(kind="sale", exchange=None, cards_sold__gte=0) | Q(cards_sold=0),
                name="gift_cards_are_sold_at_a_sale",
            ),
        ]
        indexes = [
            models.Index(fields=["business_date", "id"], name="bills_by_date"),
            models.Index(fields=["at", "id"], name="bills_by_time"),
            models.Index(fields=["total", "id"], name="bills_by_total"),
            models.Index(fields=["original"], name="refunds_of_bill", condition=Q(original__isnull=False)),
            models.Index(fields=["member", "-id"], name="bills_of_member", condition=Q(member__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number

    def remember(self, **below: list[Any]) -> None:
        """Stores related rows that are known already, so that `bill.lines.all()` and the like need no query."""
        self.__dict__.setdefault("_prefetched_objects_cache", {}).update(below)

    @property
    def return_until(self) -> date | None:
        """The last day for returns without approval, by the settings in force when it was sold; None without a
        limit."""
        days = self.terms.return_days if self.kind == BillKind.SALE else 0
        return self.business_date + timedelta(days) if days else None

    @property
    def line_discount(self) -> Decimal:
        return self.discount - self.vip_discount - self.manual_discount

    @property
    def total_with_cards(self) -> Decimal:
        """What the customer owes before points. Only `total`, the goods, is revenue."""
        return self.total + self.cards_sold


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


class BillTax(models.Model):
    """The bill's tax at one rate, rounded once; append-only."""

    bill = models.ForeignKey(
        Bill, verbose_name=_("bill"), on_delete=models.PROTECT, related_name="taxes", db_index=False
    )
    rate = RateField(_("rate"))
    base = MoneyField(_("base"), help_text=_("without the tax"))
    tax = MoneyField(_("tax"))

    class Meta:
        verbose_name = _("tax of a bill")
        verbose_name_plural = _("taxes of a bill")
        ordering = ["rate"]
        constraints = [models.UniqueConstraint(fields=["bill", "rate"], name="bill_tax_once_per_rate")]

    def __str__(self) -> str:
        return f"{self.rate} of {self.base}"


class Payment(models.Model):
    """The amount received in one tender, before change; append-only."""

    bill = models.ForeignKey(
        Bill, verbose_name=_("bill"), on_delete=models.PROTECT, related_name="payments", db_index=False
    )
    position = models.PositiveSmallIntegerField(pgettext_lazy("of a line", "position"))
    method = models.ForeignKey(
        Tender, verbose_name=_("method"), on_delete=models.PROTECT, related_name="+", db_column="method", db_index=False
    )
    amount = MoneyField(_("amount"))
    reference = models.CharField(_("reference"), max_length=50, blank=True)
    carried_from = models.ForeignKey(
        Tender,
        verbose_name=_("carried from"),
        db_index=False,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_column="carried_from",
        help_text=_("of an exchange: the tender this money once came in, and may go back in"),
    )

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["bill", "position"], name="payment_position"),
            models.CheckConstraint(
                condition=Q(method=EXCHANGE, carried_from__isnull=False) & ~Q(carried_from=EXCHANGE)
                | Q(carried_from=None) & ~Q(method=EXCHANGE),
                name="exchange_names_the_tender_it_came_in",
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="payment_is_not_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.method_id} {self.amount}"
