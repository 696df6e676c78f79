"""Stocktakes: count sheets, what was counted, what was booked. All append-only: a deed is a row."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from inventory.models.goods import Product
from inventory.models.locations import Location
from pos.clock import Now
from pos.money import MoneyField, QuantityField


def person_who() -> models.ForeignKey[models.Model, models.Model]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+", db_index=False
    )


class CountScope(models.TextChoices):
    """How the products of a sheet were chosen. A free sheet takes whatever is scanned."""

    FREE = "free", _("Whatever is scanned")
    CATEGORY = "category", _("A category")
    SEARCH = "search", _("A search")
    OVERSOLD = "oversold", _("Sold without stock")


class CountSheet(models.Model):
    """A stocktake. Booked, dropped and undone are rows of `CountDeed`."""

    number = models.CharField(_("number"), max_length=12, unique=True)
    title = models.CharField(_("title"), max_length=100)
    location = models.ForeignKey(
        Location, verbose_name=_("location"), on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    scope = models.CharField(_("products"), max_length=8, choices=CountScope)
    shows_expected = models.BooleanField(
        _("counters see the books"), default=False, help_text=_("otherwise the count is blind")
    )
    outlier_pieces = QuantityField(
        _("count again beyond pieces"), minimum=0, null=True, help_text=_("a larger difference is counted again")
    )
    outlier_money = MoneyField(
        _("count again beyond money"),
        minimum=0,
        null=True,
        help_text=_("at cost; a larger difference is counted again"),
    )
    by = person_who()
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("count sheet")
        verbose_name_plural = _("count sheets")
        constraints = [
            models.CheckConstraint(condition=models.Q(scope__in=CountScope.values), name="count_scope_is_known"),
            models.CheckConstraint(condition=~models.Q(title=""), name="count_sheet_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.number


class CountListing(models.Model):
    """A product that a sheet asks for."""

    sheet = models.ForeignKey(
        CountSheet, verbose_name=_("count sheet"), on_delete=models.PROTECT, related_name="listings", db_index=False
    )
    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("product to count")
        verbose_name_plural = _("products to count")
        constraints = [models.UniqueConstraint(fields=["sheet", "product"], name="product_stands_on_a_sheet_once")]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.product_id}"


class CountEntry(models.Model):
    """What one person counted of one product. Entries add up within a round; a new round begins when a manager asks
    for a recount, and replaces the rounds before it."""

    sheet = models.ForeignKey(
        CountSheet, verbose_name=_("count sheet"), on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    quantity = QuantityField(_("quantity"), help_text=_("negative: takes back what was counted by mistake"))
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    expected = QuantityField(_("by the books"), help_text=_("at this moment"))
    last_movement = models.BigIntegerField(_("last movement"), help_text=_("of the product before this entry; 0: none"))
    by = person_who()
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("count entry")
        verbose_name_plural = _("count entries")
        indexes = [models.Index(fields=["sheet", "product", "id"], name="entries_of_a_sheet")]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.product_id} {self.quantity:f}"


class CountRecount(models.Model):
    """A manager wants a product counted again; its next entries begin the round `round`."""

    sheet = models.ForeignKey(
        CountSheet, verbose_name=_("count sheet"), on_delete=models.PROTECT, related_name="recounts", db_index=False
    )
    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    round = models.PositiveSmallIntegerField(_("round"))
    by = person_who()
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("recount")
        verbose_name_plural = _("recounts")
        constraints = [
            models.UniqueConstraint(fields=["sheet", "product", "round"], name="a_round_is_asked_for_once"),
            models.CheckConstraint(condition=models.Q(round__gte=2), name="a_recount_is_not_the_first_round"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.product_id}"


class SheetDeed(models.TextChoices):
    BOOKED = "booked", _("Booked")
    DROPPED = "dropped", _("Given up")
    UNDONE = "undone", _("Undone")


class CountDeed(models.Model):
    """What became of a sheet: booked or given up once, and undone at most once."""

    sheet = models.ForeignKey(
        CountSheet, verbose_name=_("count sheet"), on_delete=models.PROTECT, related_name="deeds", db_index=False
    )
    deed = models.CharField(_("deed"), max_length=7, choices=SheetDeed)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = person_who()
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("end of a count")
        verbose_name_plural = _("ends of counts")
        constraints = [
            models.UniqueConstraint(fields=["sheet", "deed"], name="a_sheet_ends_so_once"),
            models.UniqueConstraint(
                fields=["sheet"],
                condition=models.Q(deed__in=[SheetDeed.BOOKED, SheetDeed.DROPPED]),
                name="a_sheet_is_booked_or_dropped_once",
            ),
            models.CheckConstraint(condition=models.Q(deed__in=SheetDeed.values), name="sheet_deed_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.deed}"


class CountLine(models.Model):
    """A booked product: what was counted, what the books expected at that moment, and its worth, as they were."""

    sheet = models.ForeignKey(
        CountSheet, verbose_name=_("count sheet"), on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    counted = QuantityField(_("counted"), minimum=0)
    expected = QuantityField(_("by the books"))
    variance = models.GeneratedField(
        verbose_name=_("difference"),
        expression=models.F("counted") - models.F("expected"),
        output_field=models.DecimalField(max_digits=15, decimal_places=3),
        db_persist=True,
    )
    cost = MoneyField(_("cost"), minimum=0)
    price = MoneyField(_("price"), minimum=0)

    class Meta:
        verbose_name = _("counted product")
        verbose_name_plural = _("counted products")
        constraints = [models.UniqueConstraint(fields=["sheet", "product"], name="product_is_booked_once_a_sheet")]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.product_id}"
