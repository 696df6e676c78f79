import uuid
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.models.bill_lines import BillLine
from billing.models.bills import Bill
from billing.models.registers import Register
from inventory.models import OLDEST, Product
from members.models import Member
from pos.clock import Now
from pos.money import MoneyField, QuantityField, RateField

USER = settings.AUTH_USER_MODEL


class BasketState(models.TextChoices):
    OPEN = "open", _("Open")
    PARKED = "parked", _("Parked")
    PAID = "paid", _("Paid")
    DROPPED = "dropped", _("Dropped")


LINE_COUNT = Count("lines", filter=Q(lines__removed_at=None), distinct=True) + Count(
    "gift_cards", filter=Q(gift_cards__removed_at=None), distinct=True
)


class BasketQuerySet(models.QuerySet["Basket"]):
    def with_line_count(self) -> "BasketQuerySet":
        """`line_count` counts lines of goods and of gift cards."""
        return self.annotate(line_count=LINE_COUNT)

    def not_empty(self) -> "BasketQuerySet":
        return self.annotate(line_count=LINE_COUNT).filter(line_count__gt=0)


class Basket(models.Model):
    """A sale being prepared. It moves no stock, points or money. `version` increases with every change."""

    key = models.UUIDField(_("key"), unique=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1)
    state = models.CharField(_("state"), max_length=7, choices=BasketState, default=BasketState.OPEN)
    register = models.ForeignKey(
        Register, verbose_name=_("register"), on_delete=models.PROTECT, related_name="baskets", db_index=False
    )
    cashier = models.ForeignKey(
        USER, verbose_name=_("cashier"), on_delete=models.PROTECT, related_name="baskets", db_index=False
    )
    label = models.CharField(_("label"), max_length=50, blank=True)
    member = models.ForeignKey(Member, verbose_name=_("member"), on_delete=models.PROTECT, null=True, related_name="+")
    points = MoneyField(_("points"), minimum=0, default=0, help_text=_("the member agreed to spend these"))
    discount_percent = RateField(
        _("discount percent"), default=0, maximum=100, decimal_places=2, help_text=_("off the whole bill")
    )
    discount_amount = MoneyField(
        _("discount amount"), minimum=0, default=0, help_text=_("off the whole bill, after the percentage")
    )
    answered_discount = RateField(
        _("answered discount"),
        default=0,
        maximum=100,
        decimal_places=2,
        help_text=_("how many per cent of the bill were approved"),
    )
    removed_worth = MoneyField(
        _("worth removed"),
        minimum=0,
        default=0,
        help_text=_("of what was taken out again and no manager has answered for"),
    )
    original = models.ForeignKey(
        Bill,
        verbose_name=_("original"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("whose goods come back in exchange"),
    )
    return_reason = models.CharField(_("return reason"), max_length=200, blank=True)
    age_checked = models.PositiveSmallIntegerField(
        _("age confirmed"),
        default=0,
        db_default=0,
        help_text=_("the customer was asked, and is at least so old"),
    )
    is_practice = models.BooleanField(
        _("for practice"), default=False, db_default=False, help_text=_("begun at a register in training")
    )
    bill = models.OneToOneField(
        Bill, verbose_name=_("bill"), on_delete=models.PROTECT, null=True, related_name="basket"
    )
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    updated_at = models.DateTimeField(_("updated at"), db_default=Now())

    objects = BasketQuerySet.as_manager()
    register_code = ""  # both read with the lock
    register_location: int | None = None
    contents: Any = None  # its lines with their goods, once `billing.basket.contents` has kept them

    class Meta:
        verbose_name = _("basket")
        verbose_name_plural = _("baskets")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="paid", bill__isnull=False) | Q(bill=None) & ~Q(state="paid"),
                name="paid_basket_has_its_bill",
            ),
            models.CheckConstraint(condition=Q(is_practice=False) | Q(bill=None), name="practice_basket_has_no_bill"),
            models.CheckConstraint(
                condition=Q(original=None) | ~Q(return_reason=""), name="basket_says_why_goods_come_back"
            ),
            models.CheckConstraint(condition=Q(age_checked__lte=OLDEST), name="basket_age_is_an_age"),
            models.CheckConstraint(condition=Q(points=0) | Q(member__isnull=False), name="basket_points_need_a_member"),
        ]
        indexes = [
            models.Index(fields=["register", "cashier"], name="baskets_open", condition=Q(state__in=["open", "parked"]))
        ]

    def __str__(self) -> str:
        return self.label or gettext("basket %(number)s") % {"number": self.pk}

    @property
    def location(self) -> int | None:
        """Whose goods its register sells; None is the shop's first location."""
        return self.register_location if self.register_code else self.register.location_id


class PointsAsked(models.Model):
    """The customer display is asking the member to pay this much in points. Deleted with the answer."""

    basket = models.OneToOneField(
        Basket, verbose_name=_("basket"), on_delete=models.CASCADE, primary_key=True, related_name="points_asked"
    )
    amount = MoneyField(_("amount"), minimum=Decimal("0.001"))

    class Meta:
        verbose_name = _("question for points")
        verbose_name_plural = _("questions for points")

    def __str__(self) -> str:
        return f"{self.amount} of {self.basket_id}"


class BasketLineQuerySet(models.QuerySet["BasketLine"]):
    def not_removed(self) -> "BasketLineQuerySet":
        return self.filter(removed_at=None)


class BasketLine(models.Model):
    """A line of a basket. A removed line is kept. A line without quantity waits for its weight."""

    basket = models.ForeignKey(Basket, verbose_name=_("basket"), on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="+")
    quantity = QuantityField(
        _("quantity"), minimum=Decimal("0.001"), null=True, help_text=_("none while the goods wait to be weighed")
    )
    discount_percent = RateField(_("discount percent"), default=0, maximum=100, decimal_places=2)
    discount_amount = MoneyField(_("discount amount"), minimum=0, default=0)
    unit_price = MoneyField(_("unit price"), minimum=0, null=True, help_text=_("another price than the list's"))
    price_reason = models.CharField(_("price reason"), max_length=200, blank=True)
    priced_by = models.ForeignKey(
        USER, verbose_name=_("priced by"), on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    label_price = MoneyField(
        _("label price"), minimum=0, null=True, help_text=_("what a price label says the whole line costs")
    )
    parked_price = MoneyField(
        _("parked price"), minimum=0, null=True, help_text=_("the list's price when the basket was parked")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    added_at = models.DateTimeField(_("added at"), db_default=Now())
    added_by = models.ForeignKey(
        USER, verbose_name=_("added by"), on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    removed_at = models.DateTimeField(_("removed at"), null=True)
    removed_by = models.ForeignKey(
        USER, verbose_name=_("removed by"), on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = BasketLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("basket line")
        verbose_name_plural = _("basket lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["basket", "product"],
                condition=Q(removed_at=None, discount_percent=0, discount_amount=0, quantity__isnull=False)
                & Q(unit_price=None, label_price=None, note=""),
                name="one_plain_line_per_product",
            ),
            models.UniqueConstraint(
                fields=["basket", "product"],
                condition=Q(removed_at=None, quantity=None),
                name="one_unweighed_line_per_product",
            ),
            models.CheckConstraint(
                condition=Q(quantity__isnull=False)
                | Q(discount_percent=0, discount_amount=0, unit_price=None, label_price=None, note=""),
                name="unweighed_line_is_plain",
            ),
            models.CheckConstraint(
                condition=Q(unit_price=None, priced_by=None) | Q(unit_price__isnull=False, priced_by__isnull=False),
                name="basket_price_has_its_person",
            ),
            models.CheckConstraint(
                condition=Q(unit_price=None) | Q(label_price=None), name="label_price_is_not_changed"
            ),
        ]
        indexes = [
            models.Index(fields=["removed_at"], name="lines_removed", condition=Q(removed_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.product_id}"


class BasketReturn(models.Model):
    """A quantity of a line of the original bill that comes back in exchange for the basket's goods."""

    basket = models.ForeignKey(
        Basket, verbose_name=_("basket"), on_delete=models.CASCADE, related_name="returns", db_index=False
    )
    line = models.ForeignKey(BillLine, verbose_name=_("line"), on_delete=models.PROTECT, related_name="+")
    quantity = QuantityField(_("quantity"), minimum=Decimal("0.001"))
    to_shelf = models.BooleanField(_("to shelf"), default=True, help_text=_("or damaged"))

    class Meta:
        verbose_name = _("basket return")
        verbose_name_plural = _("basket returns")
        ordering = ["line__position"]
        constraints = [models.UniqueConstraint(fields=["basket", "line"], name="line_returned_once_per_basket")]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"
