"""Where goods are kept, what each location has, and goods on their way from one to another.

No location (NULL) means the shop's first one, whose stock is in `Stock`; a shop with a single one has no row here.
"""

import uuid
from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.models.goods import Product, TaxRate
from pos.clock import Now
from pos.money import ZERO, QuantityField

USER = settings.AUTH_USER_MODEL


class Location(models.Model):
    """A store room or another shop, beside the shop's first location."""

    code = models.CharField(
        pgettext_lazy("of a location", "code"),
        max_length=10,
        validators=[RegexValidator(r"\A[A-Za-z0-9]+\Z", _("Letters and digits only."))],
    )
    name = models.CharField(_("name"), max_length=50)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(Upper("code"), name="location_code_unique"),
            models.UniqueConstraint(Lower("name"), name="location_name_unique"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="location_has_code_and_name"),
        ]

    def __str__(self) -> str:
        return self.name


class LocationTax(models.Model):
    """The tax rate that takes the place of another where goods are sold at this location."""

    location = models.ForeignKey(
        Location, verbose_name=_("location"), on_delete=models.CASCADE, related_name="taxes", db_index=False
    )
    tax_rate = models.ForeignKey(TaxRate, verbose_name=_("tax rate"), on_delete=models.CASCADE, related_name="+")
    instead = models.ForeignKey(TaxRate, verbose_name=_("tax rate there"), on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("tax rate of a location")
        verbose_name_plural = _("tax rates of locations")
        constraints = [models.UniqueConstraint(fields=["location", "tax_rate"], name="one_rate_instead_of_another")]

    def __str__(self) -> str:
        return f"{self.location_id}: {self.tax_rate_id} {self.instead_id}"


class LocationStock(models.Model):
    """A product's stock at a further location: always the sum of its movements there. The row of `Stock` is the
    lock of the product at every location."""

    location = models.ForeignKey(
        Location, verbose_name=_("location"), on_delete=models.PROTECT, related_name="stock", db_index=False
    )
    product = models.ForeignKey(Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="elsewhere")
    quantity = QuantityField(_("quantity"), default=0)
    oversold = QuantityField(_("sold without stock"), minimum=0, default=ZERO, db_default=0)
    reorder_point = QuantityField(
        _("reorder point"), minimum=0, null=True, blank=True, help_text=_("empty: the product's own; 0: not kept there")
    )
    updated_at = models.DateTimeField(_("updated at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("stock of a location")
        ordering = ["location__name", "pk"]
        constraints = [models.UniqueConstraint(fields=["location", "product"], name="one_stock_a_location")]

    def __str__(self) -> str:
        return f"{self.quantity:f}"


def end_of_the_way(name: Any, related: str) -> "models.ForeignKey[Location | None, Location | None]":
    return models.ForeignKey(
        Location, verbose_name=name, on_delete=models.PROTECT, null=True, related_name=related, db_index=False
    )


class Transfer(models.Model):
    """Goods sent from one location to another, or the counter-document of such a transfer; append-only."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    origin = end_of_the_way(_("from"), "sent")
    target = end_of_the_way(_("to"), "coming")
    reverses = models.OneToOneField(
        "self", verbose_name=_("reverses"), on_delete=models.PROTECT, null=True, related_name="reversal"
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey(USER, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(origin=F("target")) & ~Q(origin=None, target=None), name="transfer_goes_elsewhere"
            ),
            models.CheckConstraint(condition=Q(reverses=None) | ~Q(note=""), name="reversed_transfer_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.number


class TransferLine(models.Model):
    """What was sent of one product; append-only."""

    transfer = models.ForeignKey(
        Transfer, verbose_name=_("transfer"), on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    product = models.ForeignKey(Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=200)
    sku = models.CharField(_("SKU"), max_length=50)
    quantity = QuantityField(_("quantity"), minimum="0.001")

    class Meta:
        verbose_name = _("line of a transfer")
        verbose_name_plural = _("lines of transfers")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["transfer", "product"], name="product_once_a_transfer")]

    def __str__(self) -> str:
        return f"{self.transfer_id}: {self.sku}"


class ArrivalKind(models.TextChoices):
    """What became of goods on their way."""

    RECEIVED = "received", _("Received")
    CALLED_BACK = "back", _("Came back")
    MISSING = "missing", _("Missing, written off")


class TransferArrival(models.Model):
    """Goods of a transfer that are no longer on their way; append-only."""

    transfer = models.ForeignKey(
        Transfer, verbose_name=_("transfer"), on_delete=models.PROTECT, related_name="arrivals"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=ArrivalKind)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(USER, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("arrival of a transfer")
        verbose_name_plural = _("arrivals of transfers")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ArrivalKind.values), name="arrival_kind_is_known"),
            models.CheckConstraint(condition=Q(kind="received") | ~Q(reason=""), name="missing_goods_have_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.transfer_id}: {self.get_kind_display()}"


class TransferArrivalLine(models.Model):
    arrival = models.ForeignKey(
        TransferArrival, verbose_name=_("arrival"), on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    line = models.ForeignKey(
        TransferLine, verbose_name=_("line of a transfer"), on_delete=models.PROTECT, related_name="arrived"
    )
    quantity = QuantityField(_("quantity"), minimum="0.001")

    class Meta:
        verbose_name = _("line of an arrival")
        verbose_name_plural = _("lines of arrivals")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["arrival", "line"], name="line_once_an_arrival")]

    def __str__(self) -> str:
        return f"{self.arrival_id}: {self.line_id}"


class TransferDraft(models.Model):
    """A transfer being scanned, one a person, until it is sent under its key. `seen` names the last scans."""

    by = models.OneToOneField(USER, verbose_name=_("by"), on_delete=models.PROTECT, related_name="transfer_draft")
    origin = models.ForeignKey(
        Location, verbose_name=_("from"), on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    target = models.ForeignKey(
        Location, verbose_name=_("to"), on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True)
    seen = models.JSONField(_("scans already done"), default=list)

    class Meta:
        verbose_name = _("unfinished transfer")
        verbose_name_plural = _("unfinished transfers")

    def __str__(self) -> str:
        return str(self.key)


class TransferDraftLine(models.Model):
    draft = models.ForeignKey(
        TransferDraft,
        verbose_name=_("unfinished transfer"),
        on_delete=models.CASCADE,
        related_name="lines",
        db_index=False,
    )
    product = models.ForeignKey(Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="+")
    quantity = QuantityField(_("quantity"), minimum="0.001")
    touched = models.PositiveIntegerField(_("order of the scans"), default=0)

    class Meta:
        verbose_name = _("line of an unfinished transfer")
        verbose_name_plural = _("lines of unfinished transfers")
        ordering = ["-touched", "pk"]
        constraints = [models.UniqueConstraint(fields=["draft", "product"], name="product_once_a_transfer_draft")]

    def __str__(self) -> str:
        return f"{self.draft_id}: {self.product_id}"
