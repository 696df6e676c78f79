import re
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from pos.clock import Now


class Role(models.TextChoices):
    CASHIER = "cashier"
    MANAGER = "manager"


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
            found = found.filter(models.Q(name__icontains=name) | models.Q(username__icontains=name))
        if role:
            found = found.filter(role=role)
        return found.filter(is_active=is_active == "true") if is_active else found


class User(AbstractBaseUser):
    """Somebody who works here."""

    username = models.CharField(max_length=50, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=10, choices=Role, default=Role.CASHIER)
    is_active = models.BooleanField(default=True)
    epoch = models.PositiveIntegerField(default=0, editable=False, help_text="raised to end every session and token")
    joined_at = models.DateTimeField(db_default=Now(), editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(Lower("username"), name="username_unique_whatever_its_case"),
            models.UniqueConstraint(
                Lower("email"), name="user_email_unique_whatever_its_case", condition=~models.Q(email="")
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_is_known"),
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

    key = models.CharField(max_length=120, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(default=timezone.now)
    closed_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "attempts"

    def __str__(self) -> str:
        return f"{self.key}: {self.failures}"


class AuditEntry(models.Model):
    """Who did what to whom; append-only. Bills, movements and points have ledgers of their own."""

    at = models.DateTimeField(db_default=Now())
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=50)
    subject = models.CharField(max_length=100)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [models.Index(fields=["at"], name="audit_by_time")]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
