from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Permission(models.TextChoices):
    """What a role may hold beside the till. People, limits, approvals and the trail stay with managers."""

    GOODS = "goods", _("goods, prices and labels")
    BUYING = "buying", _("orders, deliveries and suppliers")
    COUNTS = "counts", _("opening, booking and undoing counts")
    REPORTS = "reports", _("reports")
    MEMBERS = "members", _("members: points, VIP and PIN without theirs, merging, forgetting, handing over")
    FILES = "files", _("lists in and out: goods, members and counts from files, and as files")
    SETTINGS = "settings", _("the shop's settings, but for those of sign-in and drawer")


class CustomRole(models.Model):
    """A role of the shop's own: a cashier with these permissions."""

    name = models.CharField(_("name"), max_length=50)
    permissions = ArrayField(models.CharField(max_length=10, choices=Permission), verbose_name=_("permissions"))

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering: ClassVar[list[str]] = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="role_name_unique_whatever_its_case"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(permissions=[]), name="role_has_a_name_and_permissions"),
            models.CheckConstraint(
                condition=Q(permissions__contained_by=Permission.values), name="role_permissions_are_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
