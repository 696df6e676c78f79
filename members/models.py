from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower, Reverse, Upper
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from pos import clock
from pos.clock import Now
from pos.money import MoneyField, text


class Member(models.Model):
    """A customer with a card who collects points. `points` is always the sum of the member's entries."""

    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    pin = models.CharField(_("PIN"), max_length=128, editable=False, help_text=_("hashed"))
    pin_misses = models.PositiveSmallIntegerField(_("PIN misses"), default=0, editable=False)
    pin_locked_until = models.DateTimeField(_("PIN locked until"), null=True, blank=True, editable=False)
    is_vip = models.BooleanField(_("VIP"), default=False, editable=False)
    vip_until = models.DateTimeField(
        _("VIP until"), null=True, blank=True, editable=False, help_text=_("empty: without end")
    )
    points = MoneyField(
        _("points"), default=0, editable=False, help_text=_("below zero only after a refund of points since spent")
    )
    is_active = models.BooleanField(_("active"), default=True)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="doubles",
        help_text=_("the same person's other card, which has the points now"),
    )
    staff = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("staff"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="own_member",
        help_text=_("who of the staff this is: nobody sells on the own card"),
    )
    joined_at = models.DateTimeField(_("joined at"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("updated at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="member_email_unique_whatever_its_case", condition=~models.Q(email="")
            ),
            models.CheckConstraint(
                condition=models.Q(erased_at=None)
                | models.Q(name="", email="", phone="", pin="", points=0, is_active=False, is_vip=False, staff=None),
                name="erased_member_is_blank",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | models.Q(erased_at__isnull=False), name="merged_member_is_erased"
            ),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="members_by_name"),
            models.Index(fields=["phone"], name="members_by_phone"),
            models.Index(OpClass(Reverse("phone"), "text_pattern_ops"), name="members_by_last_digits"),
            GinIndex(
                OpClass(Upper("name"), "gin_trgm_ops"), OpClass(Upper("email"), "gin_trgm_ops"), name="members_by_words"
            ),
            models.Index(fields=["updated_at", "id"], name="members_by_change"),
        ]

    def __str__(self) -> str:
        return self.name or self.number

    @property
    def is_vip_now(self) -> bool:
        """VIP ends by itself at its date."""
        return self.is_vip and (self.vip_until is None or self.vip_until > clock.now())

    @property
    def tier(self) -> str:
        return "vip" if self.is_vip_now else "regular"


class PointsKind(models.TextChoices):
    EARNED = "earned", _("Earned")
    SPENT = "spent", _("Spent")
    RETURNED = "returned", _("Returned")
    TAKEN_BACK = "taken_back", _("taken back")
    ADJUSTED = "adjusted", _("Adjusted")
    MOVED = "moved", _("Moved to or from another card")


class PointsEntry(models.Model):
    """One change of a member's points; append-only, at most one entry of each kind per reference."""

    member = models.ForeignKey(
        Member, verbose_name=_("member"), on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    kind = models.CharField(_("kind"), max_length=10, choices=PointsKind)
    amount = MoneyField(_("amount"), help_text=_("signed: earned and returned points are positive"))
    reference = models.CharField(_("reference"), max_length=100)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="", db_default="")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("points entry")
        verbose_name_plural = _("points entries")
        constraints = [
            models.UniqueConstraint(fields=["member", "reference", "kind"], name="points_once_per_reference"),
            models.CheckConstraint(condition=models.Q(kind__in=PointsKind.values), name="points_kind_is_known"),
        ]
        indexes = [  # those of bills are read from these
            models.Index(fields=["at"], condition=models.Q(kind__in=["adjusted", "moved"]), name="points_beside_bills"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {number_format(text(self.amount))}"


class TierChange(models.Model):
    """A member became VIP or stopped being one: when, and who allowed it; append-only."""

    member = models.ForeignKey(Member, verbose_name=_("member"), on_delete=models.PROTECT, related_name="tier_changes")
    to_vip = models.BooleanField(_("to VIP"))
    until = models.DateTimeField(_("until"), null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    by_consent = models.BooleanField(_("by consent"), help_text=_("on the member's PIN; else on a manager's word"))
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("tier change")
        verbose_name_plural = _("tier changes")

    def __str__(self) -> str:
        return f"{self.member} {'to' if self.to_vip else 'from'} VIP"


class Consent(models.Model):
    """The member typed the PIN: good once, for five minutes. Only the token's digest is stored."""

    member = models.ForeignKey(Member, verbose_name=_("member"), on_delete=models.CASCADE, related_name="consents")
    digest = models.BinaryField(_("digest"), max_length=32, unique=True)
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True)
    used_for = models.CharField(_("used for"), max_length=100, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(used_at=None, used_for="")
                | models.Q(used_at__isnull=False) & ~models.Q(used_for=""),
                name="consent_used_for_something",
            ),
        ]

    def __str__(self) -> str:
        return f"consent of {self.member_id}"
