import re
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts import deeds
from pos.clock import Now
from pos.money import MOST_MONEY, BoundedDecimalField


class Role(models.TextChoices):
    CASHIER = "cashier", _("Cashier")
    MANAGER = "manager", _("Manager")


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)

    def by_key(self, key: object) -> "User | None":
        """Asked at every request of the API, so in plain SQL: a queryset costs five times the CPU."""
        if not re.fullmatch("[0-9]{1,18}", str(key)):
            return None
        fields = [field.attname for field in User._meta.concrete_fields]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(fields)} FROM accounts_user WHERE id = %s", [int(str(key))])
            row = cursor.fetchone()
        return User.from_db(self.db, fields, row) if row else None

    def matching(self, name: str = "", email: str = "", role: str = "", is_active: str = "") -> models.QuerySet["User"]:
        found = self.filter(email__icontains=email) if email else self.all()
        if name:
            found = found.filter(Q(name__icontains=name) | Q(username__icontains=name))
        if role:
            found = found.filter(role=role)
        return found.filter(is_active=is_active == "true") if is_active else found


class User(AbstractBaseUser):
    """Somebody who works here."""

    username = models.CharField(_("username"), max_length=50, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(_("name"), max_length=100)
    email = models.EmailField(_("e-mail"), blank=True)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.CASHIER)
    is_active = models.BooleanField(_("active"), default=True)
    pin = models.CharField(
        _("till PIN"), max_length=128, blank=True, editable=False, help_text=_("the till PIN, hashed")
    )
    badge = models.CharField(
        _("badge"), max_length=50, blank=True, help_text=_("a code to scan instead of typing the user name")
    )
    language = models.CharField(
        _("language"), max_length=10, blank=True, editable=False, help_text=_("empty: as the browser asks")
    )
    epoch = models.PositiveIntegerField(
        _("epoch"), default=0, editable=False, help_text=_("raised to end every session and token")
    )
    joined_at = models.DateTimeField(_("joined at"), db_default=Now(), editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(Lower("username"), name="username_unique_whatever_its_case"),
            models.UniqueConstraint(Lower("email"), name="user_email_unique_whatever_its_case", condition=~Q(email="")),
            models.UniqueConstraint("badge", name="badge_unique", condition=~Q(badge="")),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_is_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def is_manager(self) -> bool:
        return self.is_active and self.role == Role.MANAGER

    @property
    def is_staff(self) -> bool:
        """May enter the admin."""
        return self.is_manager

    def stamp(self, salt: str = "accounts.token", secret: str | bytes | None = None) -> str:
        """Changes with password, role and standing: what carries an older one is out."""
        state = f"{self.pk}:{self.epoch}:{self.role}:{self.is_active}:{self.password}"
        return salted_hmac(salt, state, secret=secret, algorithm="sha256").hexdigest()

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        return self.stamp("accounts.session", secret)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return self.is_manager

    def has_perms(self, perms: list[str], obj: Any = None) -> bool:
        return self.is_manager

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_manager


class Attempts(models.Model):
    """Sign-ins that failed, or have not succeeded yet, for a name or from an address."""

    key = models.CharField(_("key"), max_length=120, primary_key=True)
    failures = models.PositiveIntegerField(_("failures"), default=0)
    since = models.DateTimeField(_("since"), default=timezone.now)
    closed_until = models.DateTimeField(_("closed until"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("attempts")

    def __str__(self) -> str:
        return f"{self.key}: {self.failures}"


class AuditEntry(models.Model):
    """Who did what to whom; append-only. Bills, movements and points have ledgers of their own."""

    at = models.DateTimeField(_("at"), db_default=Now())
    actor = models.ForeignKey(User, verbose_name=_("actor"), on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(_("action"), max_length=50)
    subject = models.CharField(_("subject"), max_length=100)
    facts = models.JSONField(_("facts"), default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [models.Index(fields=["at"], name="audit_by_time")]

    def __str__(self) -> str:
        return f"{deeds.spoken(self.action)}: {self.subject}"


class Action(models.TextChoices):
    """What may need a manager, and what its size is measured in; a deed without a measure has the size 1."""

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
    PAY_OUT = "pay_out", _("pay-out, amount")
    NO_SALE = "no_sale", _("drawer opened without a sale, times in the shift")
    CASH_DIFFERENCE = "cash_difference", _("difference at the close of a shift, amount")
    POINTS_ADJUSTMENT = "points_adjustment", _("points corrected, amount")
    VIP = "vip", _("VIP given or taken without the member's PIN")
    REPRINT = "reprint", _("receipt printed again, times")

    @property
    def spoken(self) -> str:
        return str(self.label).partition(",")[0]


class SizeField(BoundedDecimalField):
    """Per cent, an amount or a number of times, whichever the action is measured in."""

    def __init__(self, verbose_name: Any = None, **kwargs: Any) -> None:
        super().__init__(verbose_name, **{"minimum": 0, "maximum": MOST_MONEY, **kwargs})


class RuleManager(models.Manager["ApprovalRule"]):
    def in_force(self, role: str, action: str) -> "ApprovalRule | None":
        return self.filter(role=role, action=action).order_by("-pk").first()

    def all_in_force(self) -> models.QuerySet["ApprovalRule"]:
        newest = self.order_by("role", "action", "-pk").distinct("role", "action").values("pk")
        return self.filter(pk__in=newest)


class ApprovalRule(models.Model):
    """How far a role may go with an action. A change is a new row, the newest of a role and action is in force."""

    role = models.CharField(_("role"), max_length=10, choices=Role)
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
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {Action(self.action).label}"

    def allows(self, size: Decimal) -> bool:
        return self.allow_up_to is None or size <= self.allow_up_to

    def may_ask(self, size: Decimal) -> bool:
        return self.ask_up_to is None or size <= self.ask_up_to


class ApprovalRequest(models.Model):
    """Somebody asks a manager; the token whose digest it keeps is good once, for exactly these values."""

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
    """Who asked, who allowed or denied, and for which deed it was used; append-only. Without an approver the table
    itself denied."""

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
