from decimal import Decimal
from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Role, User
from pos.clock import Now
from pos.money import MOST_MONEY, BoundedDecimalField


class Action(models.TextChoices):
    """What may need a manager's approval, and the unit of its size; an action without a unit has the size 1."""

    LINE_DISCOUNT = "line_discount", _("line discount, per cent")
    BILL_DISCOUNT = "bill_discount", _("bill discount, per cent")
    PRICE_OVERRIDE = "price_override", _("price below the list, per cent")
    BELOW_COST = "below_cost", _("sold below cost, per cent")
    OPEN_PRICE = "open_price", _("open price, amount")
    WEIGHT_BY_HAND = "weight_by_hand", _("weight typed by hand, kilograms")
    VOID_LINE = "void_line", _("scanned line removed, amount")
    DROP_BASKET = "drop_basket", _("basket given up, amount")
    REFUND = "refund", _("refund, amount")
    LATE_REFUND = "late_refund", _("refund after its last day, days")
    REFUND_WITHOUT_RECEIPT = "refund_without_receipt", _("refund without receipt, amount")
    REFUNDS_TOGETHER = "refunds_together", _("refunds of a bill, in a shift or by a person in a day, amount")
    PAY_OUT = "pay_out", _("pay-out, amount")
    DROP = "drop", _("safe drop, amount")
    CASH_OUT_TOGETHER = "cash_out_together", _("pay-outs and drops in a shift or by a person in a day, amount")
    OTHERS_DRAWER = "others_drawer", _("cash out of a shift somebody else opened, or its close")
    NO_SALE = "no_sale", _("drawer opened without a sale, times in the shift")
    CASH_DIFFERENCE = "cash_difference", _("difference at the close of a shift, amount")
    POINTS_ADJUSTMENT = "points_adjustment", _("points corrected, amount")
    VIP = "vip", _("VIP given or taken without the member's PIN")
    REPRINT = "reprint", _("receipt printed again, times")
    SELL_WITHOUT_STOCK = "sell_without_stock", _("sold without stock, amount")

    @property
    def spoken(self) -> str:
        return str(self.label).partition(",")[0]


class SizeField(BoundedDecimalField):
    """The size of an action: per cent, an amount or a number of times, depending on the action."""

    def __init__(self, verbose_name: Any = None, **kwargs: Any) -> None:
        super().__init__(verbose_name, **{"minimum": 0, "maximum": MOST_MONEY, **kwargs})


class RuleManager(models.Manager["ApprovalRule"]):
    def in_force(self, role: str, action: str) -> "ApprovalRule | None":
        return self.filter(role=role, action=action, person=None).order_by("-pk").first()

    def all_in_force(self) -> models.QuerySet["ApprovalRule"]:
        """The limits of the roles."""
        newest = self.filter(person=None).order_by("role", "action", "-pk").distinct("role", "action").values("pk")
        return self.filter(pk__in=newest)

    def all_of(self, person: User, **asked: str) -> dict[str, "ApprovalRule"]:
        """For each action the person's own limits, or else those of the role."""
        known = self.filter(Q(person=None) | Q(person=person), role=person.role, **asked).select_related("set_by")
        newest = known.order_by("action", F("person").asc(nulls_first=True), "-pk").distinct("action", "person")
        return {rule.action: rule for rule in newest if rule.holds}

    def of(self, person: User, action: str) -> "ApprovalRule | None":
        return self.all_of(person, action=action).get(action)


class ApprovalRule(models.Model):
    """How far a role may go with an action, or one person as long as the role stays theirs. A change adds a row; the
    newest is in force."""

    role = models.CharField(_("role"), max_length=10, choices=Role)
    person = models.ForeignKey(
        User,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="+",
    )
    holds = models.BooleanField(
        _("holds"), default=True, db_default=True, editable=False, help_text=_("off: the role's limits hold again")
    )
    action = models.CharField(_("action"), max_length=30, choices=Action)
    allow_up_to = SizeField(
        _("allow up to"), null=True, blank=True, help_text=_("done without asking up to this; empty: always")
    )
    ask_up_to = SizeField(
        _("ask up to"),
        null=True,
        blank=True,
        help_text=_("with a manager's approval up to this, denied above; empty: never denied"),
    )
    set_at = models.DateTimeField(_("set at"), db_default=Now(), editable=False)
    set_by = models.ForeignKey(
        User, verbose_name=_("set by"), on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects: ClassVar[RuleManager] = RuleManager()

    class Meta:
        verbose_name = _("approval rule")
        verbose_name_plural = _("approval rules")
        ordering = ["role", "action", "-pk"]
        indexes = [models.Index(fields=["role", "action", "-id"], name="rule_in_force")]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="rule_role_is_known"),
            models.CheckConstraint(condition=Q(action__in=Action.values), name="rule_action_is_known"),
            models.CheckConstraint(
                condition=Q(ask_up_to=None) | Q(allow_up_to__lte=F("ask_up_to")),
                name="rule_asks_no_less_than_it_allows",
            ),
            models.CheckConstraint(
                condition=Q(holds=True) | Q(person__isnull=False, allow_up_to=None, ask_up_to=None),
                name="rule_of_a_role_always_holds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {Action(self.action).label}"

    @property
    def pair(self) -> tuple[Decimal | None, Decimal | None]:
        return self.allow_up_to, self.ask_up_to

    @property
    def asks_no_less_than_it_allows(self) -> bool:
        return self.allow_up_to is None or self.ask_up_to is None or self.allow_up_to <= self.ask_up_to

    def allows(self, size: Decimal) -> bool:
        return self.allow_up_to is None or size <= self.allow_up_to

    def may_ask(self, size: Decimal) -> bool:
        return self.ask_up_to is None or size <= self.ask_up_to


class ApprovalRequest(models.Model):
    """A question to the managers. Its token, of which only the digest is stored, is good once, for exactly these
    values."""

    digest = models.BinaryField(_("digest"), max_length=32, unique=True)
    binding = models.BinaryField(_("binding"), max_length=32)
    action = models.CharField(_("action"), max_length=30, choices=Action)
    size = SizeField(_("size"))
    facts = models.JSONField(_("facts"), default=dict, encoder=DjangoJSONEncoder)
    asker = models.ForeignKey(User, verbose_name=_("asker"), on_delete=models.PROTECT, related_name="+")
    till = models.CharField(_("till"), max_length=20, blank=True)
    asked_at = models.DateTimeField(_("asked at"), db_default=Now())
    expires_at = models.DateTimeField(_("expires at"))
    approver = models.ForeignKey(
        User, verbose_name=_("approver"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    is_granted = models.BooleanField(_("granted"), null=True)
    used_at = models.DateTimeField(_("used at"), null=True)

    class Meta:
        verbose_name = _("approval request")
        verbose_name_plural = _("approval requests")
        constraints = [
            models.CheckConstraint(condition=Q(action__in=Action.values), name="request_action_is_known"),
            models.CheckConstraint(
                condition=Q(approver=None, is_granted=None) | Q(approver__isnull=False, is_granted__isnull=False),
                name="request_is_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(approver=None) | ~Q(approver=F("asker")), name="request_is_not_answered_by_its_asker"
            ),
            models.CheckConstraint(condition=Q(used_at=None) | Q(is_granted=True), name="request_used_was_granted"),
        ]
        indexes = [models.Index(fields=["expires_at"], name="request_open", condition=Q(is_granted=None))]

    def __str__(self) -> str:
        return f"{self.asker}: {Action(self.action).spoken} {self.size}"


class Deed(models.TextChoices):
    ASKED = "asked", _("Asked")
    GRANTED = "granted", _("Granted")
    DENIED = "denied", _("Denied")
    USED = "used", _("Used")


class Approval(models.Model):
    """Who asked, who approved or denied, and what the approval was used for; append-only. Without an approver, the
    limits themselves denied it."""

    at = models.DateTimeField(_("at"), db_default=Now())
    deed = models.CharField(_("deed"), max_length=10, choices=Deed)
    action = models.CharField(_("action"), max_length=30, choices=Action)
    size = SizeField(_("size"))
    facts = models.JSONField(_("facts"), default=dict, encoder=DjangoJSONEncoder)
    asker = models.ForeignKey(User, verbose_name=_("asker"), on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(
        User, verbose_name=_("approver"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    request = models.ForeignKey(
        ApprovalRequest, verbose_name=_("request"), on_delete=models.PROTECT, null=True, related_name="ledger"
    )
    is_remote = models.BooleanField(_("from afar"), default=False)
    reference = models.CharField(_("reference"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        indexes = [
            models.Index(fields=["at"], name="approval_by_time"),
            models.Index(fields=["reference"], name="approval_by_deed", condition=~Q(reference="")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(deed__in=Deed.values), name="approval_deed_is_known"),
            models.CheckConstraint(condition=Q(action__in=Action.values), name="approval_action_is_known"),
            models.CheckConstraint(
                condition=Q(approver=None) | ~Q(approver=F("asker")), name="approver_is_not_the_asker"
            ),
            models.CheckConstraint(
                condition=~Q(deed__in=["granted", "used"]) | Q(approver__isnull=False, request__isnull=False),
                name="approval_has_an_approver",
            ),
            models.UniqueConstraint(fields=["request"], condition=Q(deed="used"), name="approval_used_once"),
        ]

    def __str__(self) -> str:
        return f"{self.deed} {self.action} {self.size}"
