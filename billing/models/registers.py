import uuid

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from inventory.models import Location, Product


class TenderKind(models.TextChoices):
    CASH = "cash", _("Cash")
    CARD = "card", _("Card")
    OTHER = "other", _("Other")
    GIFT_CARD = "gift_card", _("gift card")
    STORE_CREDIT = "store_credit", _("store credit")
    EXCHANGE = "exchange", _("Exchange")


EXCHANGE = "exchange"
IMPORTED = "imported"
STORE_CREDIT = "store_credit"
STORED_VALUE = (TenderKind.GIFT_CARD, TenderKind.STORE_CREDIT)


# built-in tenders, to translate
BORN_WITH = (_("Cash"), _("Card"), _("Gift card"), _("Store credit"), _("Exchange"), _("Imported"))


class Tender(models.Model):
    """A way to pay. Only cash gives change and moves the drawer; points are not a tender.

    The tender `exchange` belongs to the system: it carries the value of returned goods to the new ones and cannot be
    chosen.
    """

    code = models.SlugField(pgettext_lazy("of a register", "code"), max_length=20, primary_key=True)
    name = models.CharField(_("name"), max_length=50)
    kind = models.CharField(_("kind"), max_length=12, choices=TenderKind, default=TenderKind.OTHER)
    is_active = models.BooleanField(_("active"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("tender")
        verbose_name_plural = _("tenders")
        ordering = ["position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="cash"), name="one_cash_tender"),
            models.CheckConstraint(condition=Q(kind__in=TenderKind.values), name="tender_kind_is_known"),
            models.CheckConstraint(
                condition=Q(kind="exchange", code=EXCHANGE, is_active=False) | ~Q(kind="exchange") & ~Q(code=EXCHANGE),
                name="exchange_is_the_shops_own_tender",
            ),
        ]

    def __str__(self) -> str:
        return gettext(self.name)


class RegisterKind(models.TextChoices):
    TILL = "till", _("till with a drawer")
    API = "api", _("API: its shift opens by itself")
    HISTORY = "hist", _("imported history")


class Register(models.Model):
    """A till. Its row is locked by every operation at it, and holds the last numbers used."""

    code = models.CharField(
        pgettext_lazy("of a register", "code"),
        max_length=10,
        validators=[RegexValidator(r"\A[A-Za-z0-9]+\Z", _("Letters and digits only."))],
    )
    name = models.CharField(_("name"), max_length=50)
    kind = models.CharField(_("kind"), max_length=4, choices=RegisterKind, default=RegisterKind.TILL)
    is_active = models.BooleanField(_("active"), default=True)
    location = models.ForeignKey(
        Location,
        verbose_name=_("location"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="registers",
        help_text=_("whose goods are sold here, and where refunds put them back; none: the first one"),
    )
    printer_host = models.CharField(
        _("printer host"),
        max_length=100,
        blank=True,
        help_text=_("the receipt printer in the shop's own network, such as 192.168.1.50"),
    )
    printer_port = models.PositiveIntegerField(
        _("printer port"), default=9100, validators=[MinValueValidator(1024), MaxValueValidator(65535)]
    )
    drawer_kick = models.BooleanField(
        _("drawer kick"), default=True, help_text=_("the printer opens the drawer for cash and without a sale")
    )
    outage_sales = models.BooleanField(
        _("sells in an outage"),
        default=False,
        db_default=False,
        help_text=_("rings up at list prices for cash while the server is away"),
    )
    is_training = models.BooleanField(
        _("in training"),
        default=False,
        db_default=False,
        help_text=_("sells for practice: nothing it does is booked, and its papers say so"),
    )
    last_sale = models.PositiveIntegerField(_("last sale number"), default=0, editable=False)
    last_refund = models.PositiveIntegerField(_("last refund number"), default=0, editable=False)
    last_z = models.PositiveIntegerField(_("last Z number"), default=0, editable=False)
    last_outage_series = models.PositiveIntegerField(
        _("last outage series"),
        default=0,
        db_default=0,
        editable=False,
        help_text=_("each browser that may sell in an outage has its own"),
    )
    scan_prefix = models.CharField(
        _("scanner prefix"), max_length=10, blank=True, help_text=_("typed before each code")
    )
    scan_suffix = models.CharField(
        _("scanner suffix"),
        max_length=10,
        blank=True,
        help_text=_("typed after each code; Enter ends a code in any case"),
    )
    scan_pause = models.PositiveSmallIntegerField(
        _("scanner pause"),
        default=50,
        validators=[MinValueValidator(5), MaxValueValidator(500)],
        help_text=_("milliseconds: keys that follow faster than this come from a scanner, not from fingers"),
    )
    display_key = models.UUIDField(
        _("display key"), default=uuid.uuid4, editable=False, help_text=_("a new one unpairs the second screen")
    )
    display_paired_at = models.DateTimeField(_("display paired at"), null=True, editable=False)

    class Meta:
        verbose_name = _("register")
        verbose_name_plural = _("registers")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(Upper("code"), name="register_code_unique_whatever_its_case"),
            models.CheckConstraint(
                condition=Q(printer_port__gte=1024, printer_port__lte=65535), name="printer_port_is_a_port"
            ),
            models.CheckConstraint(condition=Q(scan_pause__range=(5, 500)), name="scan_pause_is_sensible"),
            models.CheckConstraint(condition=~Q(kind="hist", is_active=True), name="nothing_is_sold_in_history"),
            models.CheckConstraint(
                condition=Q(is_training=False) | Q(kind="till", outage_sales=False), name="training_is_at_a_till"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.code


class Favourite(models.Model):
    """A product with a tile of its own at this register."""

    register = models.ForeignKey(
        Register, verbose_name=_("register"), on_delete=models.CASCADE, related_name="favourites", db_index=False
    )
    product = models.ForeignKey(Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("favourite")
        verbose_name_plural = _("favourites")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["register", "product"], name="favourite_once_per_register")]

    def __str__(self) -> str:
        return str(self.product)
