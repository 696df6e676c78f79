import re
from functools import cache
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models.key_bounds import KeyBounds
from pos.clock import Now
from pos.postgres.rows import rows


class Role(models.TextChoices):
    CASHIER = "cashier", _("Cashier")
    MANAGER = "manager", _("Manager")


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)

    def by_key(self, key: object) -> "User | None":
        """Loads a user by id in plain SQL: every API request does it, and a queryset costs five times the CPU."""
        if not re.fullmatch("[0-9]{1,18}", str(key)):
            return None
        found = rows(read_user(), [int(str(key))])
        return User.from_db(self.db, attributes_of_user(), found[0]) if found else None

    def people(self) -> models.QuerySet["User"]:
        """Everybody but the users of machines."""
        return self.filter(is_machine=False)

    def matching(self, name: str = "", email: str = "", role: str = "", is_active: str = "") -> models.QuerySet["User"]:
        found = self.people().filter(email__icontains=email) if email else self.people()
        if name:
            found = found.filter(Q(name__icontains=name) | Q(username__icontains=name))
        if role:
            found = found.filter(role=role)
        return found.filter(is_active=is_active == "true") if is_active else found


@cache
def attributes_of_user() -> list[str]:
    return [field.attname for field in User._meta.concrete_fields]


@cache
def read_user() -> str:
    return f"SELECT {', '.join(attributes_of_user())} FROM accounts_user WHERE id = %s"


class User(AbstractBaseUser):
    """A member of staff."""

    username = models.CharField(_("username"), max_length=50, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(_("name"), max_length=100)
    email = models.EmailField(_("e-mail"), blank=True)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.CASHIER)
    custom_role = models.ForeignKey(
        "accounts.CustomRole",
        verbose_name=_("further permissions"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
    )
    is_active = models.BooleanField(_("active"), default=True)
    pin = models.CharField(
        _("till PIN"), max_length=128, blank=True, editable=False, help_text=_("the till PIN, hashed")
    )
    badge = models.CharField(
        _("badge"), max_length=64, blank=True, editable=False, help_text=_("the digest of a code to scan")
    )
    language = models.CharField(
        _("language"), max_length=10, blank=True, editable=False, help_text=_("empty: as the browser asks")
    )
    epoch = models.PositiveIntegerField(
        _("epoch"), default=0, editable=False, help_text=_("raised to end every session and token")
    )
    is_machine = models.BooleanField(
        _("machine"),
        default=False,
        db_default=False,
        editable=False,
        help_text=_("acts with a key of the API, and never signs in"),
    )
    joined_at = models.DateTimeField(_("joined at"), db_default=Now(), editable=False)

    USERNAME_FIELD = "username"
    bounds: KeyBounds | None = None  # of the key a request came with
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
            models.CheckConstraint(
                condition=Q(is_machine=False)
                | Q(role="cashier", pin="", badge="", password__startswith=UNUSABLE_PASSWORD_PREFIX),
                name="machine_never_signs_in",
            ),
            models.CheckConstraint(
                condition=Q(custom_role=None) | Q(role=Role.CASHIER), name="manager_needs_no_further_permissions"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def is_manager(self) -> bool:
        return self.is_active and self.role == Role.MANAGER

    @property
    def permissions(self) -> list[str]:
        """Beside the till; a manager may do everything anyway."""
        return self.custom_role.permissions if self.custom_role and self.is_active else []

    def may(self, permission: str) -> bool:
        return self.is_manager or permission in self.permissions

    @property
    def is_staff(self) -> bool:
        """Whether the person may enter the admin; Django asks for this name."""
        return self.is_manager

    def stamp(self, salt: str = "accounts.token", secret: str | bytes | None = None) -> str:
        """A keyed hash of password, role and active state: sessions and tokens with an older one become invalid."""
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
    """Counts failed and unfinished attempts to sign in, for a name or an address."""

    key = models.CharField(_("key"), max_length=120, primary_key=True)
    failures = models.PositiveIntegerField(_("failures"), default=0)
    since = models.DateTimeField(_("since"), default=timezone.now)
    closed_until = models.DateTimeField(_("closed until"), null=True)
    misses = ArrayField(models.DateTimeField(), verbose_name=_("misses"), default=list)

    class Meta:
        verbose_name = verbose_name_plural = _("attempts")

    def __str__(self) -> str:
        return f"{self.key}: {self.failures}"
