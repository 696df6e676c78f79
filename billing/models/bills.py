from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from billing.models.registers import Register
from billing.models.shifts import Shift
from inventory.models import OLDEST
from members.models import Member
from pos.clock import Now
from pos.models import StoreSettings
from pos.money import ZERO, MoneyField, RateField

USER = settings.AUTH_USER_MODEL


class BillKind(models.TextChoices):
    SALE = "sale", _("Sale")
    REFUND = "refund", _("Refund")


PRACTICE_AFTER = 2_000_000_000  # sequences beyond it are those of practice bills, which no book ever holds


def bill_number(register_code: str, sequence: int, kind: str = BillKind.SALE) -> str:
    """Formats a bill's number: R1-000481; refunds have their own series: R1-R000007. So do practice bills: R1-T000003
    and R1-TR000001."""
    mark = "R" if kind == BillKind.REFUND else ""
    if sequence > PRACTICE_AFTER:
        return f"{register_code}-T{mark}{sequence - PRACTICE_AFTER:06d}"
    return f"{register_code}-{mark}{sequence:06d}"


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

    changed_at: datetime  # of bills read by `ChangedBills`

    def __str__(self) -> str:
        return self.number

    def remember(self, **below: list[Any]) -> None:
        """Stores related rows that are known already, so that `bill.lines.all()` and the like need no query."""
        self.__dict__.setdefault("_prefetched_objects_cache", {}).update(below)

    def below(self, name: str) -> Iterable[Any]:
        """Related rows that were read or remembered; a manager for each of them costs a sale 40 us."""
        known: Iterable[Any] = self.__dict__["_prefetched_objects_cache"][name]
        return known

    @property
    def is_practice(self) -> bool:
        return self.sequence > PRACTICE_AFTER

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
