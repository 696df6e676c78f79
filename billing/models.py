import uuid
from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Cast, Length, RPad, Upper

from billing import outage_models  # noqa: F401  Django looks for them here
from billing.explaining import Step, explained
from inventory.models import Product
from members.models import Member
from pos.clock import Now
from pos.models import StoreSettings
from pos.money import MOST_MONEY, MoneyField, QuantityField, RateField

USER = settings.AUTH_USER_MODEL
MOST_IN_A_DRAWER = 1000 * MOST_MONEY  # many bills, each as large as a bill can be


class TenderKind(models.TextChoices):
    CASH = "cash"
    CARD = "card"
    OTHER = "other"
    GIFT_CARD = "gift_card", "gift card"
    STORE_CREDIT = "store_credit", "store credit"


STORED_VALUE = (TenderKind.GIFT_CARD, TenderKind.STORE_CREDIT)


class Tender(models.Model):
    """A way to pay. Only cash gives change and moves the drawer; points are no tender of this table."""

    code = models.SlugField(max_length=20, primary_key=True)
    name = models.CharField(max_length=50)
    kind = models.CharField(max_length=12, choices=TenderKind, default=TenderKind.OTHER)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="cash"), name="one_cash_tender"),
            models.CheckConstraint(condition=Q(kind__in=TenderKind.values), name="tender_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.name


class RegisterKind(models.TextChoices):
    TILL = "till", "till with a drawer"
    API = "api", "API: its shift opens by itself"


class Register(models.Model):
    """A till. Its row is the lock of every sale it makes and holds the last numbers it gave out."""

    code = models.CharField(max_length=10, validators=[RegexValidator(r"\A[A-Za-z0-9]+\Z", "Letters and digits only.")])
    name = models.CharField(max_length=50)
    kind = models.CharField(max_length=4, choices=RegisterKind, default=RegisterKind.TILL)
    is_active = models.BooleanField(default=True)
    printer_host = models.CharField(
        max_length=100, blank=True, help_text="the receipt printer in the shop's own network, such as 192.168.1.50"
    )
    printer_port = models.PositiveIntegerField(
        default=9100, validators=[MinValueValidator(1024), MaxValueValidator(65535)]
    )
    drawer_kick = models.BooleanField(
        default=True, help_text="the printer opens the drawer for cash and without a sale"
    )
    outage_sales = models.BooleanField(
        "sells in an outage",
        default=False,
        db_default=False,
        help_text="rings up at list prices for cash while the server is away",
    )
    last_sale = models.PositiveIntegerField(default=0, editable=False)
    last_refund = models.PositiveIntegerField(default=0, editable=False)
    last_z = models.PositiveIntegerField(default=0, editable=False)
    scan_prefix = models.CharField("scanner prefix", max_length=10, blank=True, help_text="typed before each code")
    scan_suffix = models.CharField(
        "scanner suffix", max_length=10, blank=True, help_text="typed after each code; Enter ends a code in any case"
    )
    scan_pause = models.PositiveSmallIntegerField(
        "scanner pause",
        default=50,
        validators=[MinValueValidator(5), MaxValueValidator(500)],
        help_text="milliseconds: keys that follow faster than this come from a scanner, not from fingers",
    )
    display_key = models.UUIDField(default=uuid.uuid4, editable=False, help_text="a new one unpairs the second screen")
    display_paired_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(Upper("code"), name="register_code_unique_whatever_its_case"),
            models.CheckConstraint(
                condition=Q(printer_port__gte=1024, printer_port__lte=65535), name="printer_port_is_a_port"
            ),
            models.CheckConstraint(condition=Q(scan_pause__range=(5, 500)), name="scan_pause_is_sensible"),
        ]

    def __str__(self) -> str:
        return self.name or self.code


class Favourite(models.Model):
    """A product always at hand at this register."""

    register = models.ForeignKey(Register, on_delete=models.CASCADE, related_name="favourites")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["register", "product"], name="favourite_once_per_register")]

    def __str__(self) -> str:
        return str(self.product)


class Shift(models.Model):
    """One turn at a register, from the float to the count."""

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="shifts")
    business_date = models.DateField()
    opened_at = models.DateTimeField(db_default=Now())
    opened_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    counted = MoneyField(null=True, minimum=-MOST_IN_A_DRAWER, maximum=MOST_IN_A_DRAWER)
    expected = MoneyField(null=True, minimum=-MOST_IN_A_DRAWER, maximum=MOST_IN_A_DRAWER)
    difference_reason = models.CharField(max_length=200, blank=True)
    pieces = models.JSONField(default=list, help_text='the count, coin by coin: [["0.50", 3]]; empty when only the sum')

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["register"], condition=Q(closed_at=None), name="one_open_shift_per_register"
            ),
            models.UniqueConstraint(fields=["id", "register"], name="shift_of_its_register"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, counted=None, expected=None)
                | Q(
                    closed_at__gte=F("opened_at"),
                    closed_by__isnull=False,
                    counted__isnull=False,
                    expected__isnull=False,
                ),
                name="closed_shift_is_counted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register.code} {self.business_date}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class ZReport(models.Model):
    """The stored figures of a closed shift; append-only, numbered 1..n per register, never recomputed."""

    shift = models.OneToOneField(Shift, on_delete=models.PROTECT, related_name="z")
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    document = models.JSONField(encoder=DjangoJSONEncoder)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "Z report"
        constraints = [models.UniqueConstraint(fields=["register", "number"], name="z_number_once_per_register")]

    def __str__(self) -> str:
        return f"Z {self.number}"


class BillKind(models.TextChoices):
    SALE = "sale"
    REFUND = "refund"


def bill_number(register_code: str, sequence: int, kind: str = BillKind.SALE) -> str:
    """R1-000481; a register's refunds have a series of their own: R1-R000007."""
    return f"{register_code}-{'R' if kind == BillKind.REFUND else ''}{sequence:06d}"


class Bill(models.Model):
    """What was sold, finished when written; append-only. A refund is a bill of its own with every figure negative."""

    kind = models.CharField(max_length=6, choices=BillKind)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="bills")
    sequence = models.PositiveIntegerField(help_text="1..n per register and kind, without gaps")
    number = models.CharField(max_length=20, unique=True)
    key = models.UUIDField(unique=True, help_text="makes the sale happen exactly once")
    fingerprint = models.BinaryField(max_length=32, help_text="SHA-256 of what was asked under the key")
    at = models.DateTimeField(db_default=Now())
    business_date = models.DateField()
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="bills")
    cashier = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="bills")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="bills")
    terms = models.ForeignKey(StoreSettings, on_delete=models.PROTECT, related_name="+")
    original = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="refunds")
    tax_included = models.BooleanField()
    subtotal = MoneyField(help_text="sum of quantity x unit price")
    discount = MoneyField(help_text="everything taken off, VIP included")
    vip_discount = MoneyField()
    manual_discount = MoneyField(default=0, help_text="what a person took off the whole bill, percent and amount")
    tax = MoneyField()
    total = MoneyField(help_text="what the sale costs, before points")
    points_spent = MoneyField()
    points_earned = MoneyField()
    cash_rounding = MoneyField()
    change = MoneyField()
    reason = models.CharField(max_length=200, blank=True, help_text="of a refund")

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["register", "kind", "sequence"], name="bill_numbered_once"),
            models.CheckConstraint(
                condition=Q(kind="sale", original=None, total__gte=0, points_spent__gte=0, points_earned__gte=0)
                & Q(points_spent__lte=F("total"), change__gte=0, discount__gte=0, subtotal__gte=0)
                | Q(
                    kind="refund",
                    original__isnull=False,
                    total__lte=0,
                    points_spent__lte=0,
                    points_earned__lte=0,
                    change=0,
                )
                & ~Q(reason=""),
                name="bill_signs_follow_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(points_spent=0, points_earned=0) | Q(member__isnull=False), name="points_need_a_member"
            ),
        ]
        indexes = [
            models.Index(fields=["business_date", "register"], name="bills_by_date"),
            models.Index(fields=["member", "-id"], name="bills_of_member", condition=Q(member__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def line_discount(self) -> Decimal:
        return self.discount - self.vip_discount - self.manual_discount


class BillLine(models.Model):
    """One line as printed: name, price and rates are copies of that moment; append-only."""

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    sku = models.CharField(max_length=50)
    name = models.CharField(max_length=200)
    quantity = QuantityField()
    list_price = MoneyField(minimum=0, help_text="the product's own price at that moment")
    unit_price = MoneyField(minimum=0)
    priced_by = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="who gave it another price than the list's",
    )
    price_reason = models.CharField(max_length=200, blank=True)
    label_price = MoneyField(minimum=0, null=True, help_text="what a price label said the whole line costs")
    discount_percent = RateField(default=0, maximum=100, decimal_places=2)
    line_discount = MoneyField(help_text="percent and amount together")
    bill_discount = MoneyField(help_text="this line's share of what came off the whole bill")
    manual_discount = MoneyField(default=0, help_text="the part of it a person gave; the rest is the VIP's")
    net = MoneyField(help_text="quantity x unit price less both discounts; holds the tax where prices include it")
    tax_name = models.CharField(max_length=50, blank=True)
    tax_rate = RateField()
    tax = MoneyField()
    unit_cost = MoneyField(minimum=0)
    original = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="refunds")
    to_shelf = models.BooleanField(null=True, help_text="a refunded line's goods: back to the shelf, or damaged")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["bill", "position"], name="bill_line_position"),
            models.CheckConstraint(
                condition=Q(original=None, to_shelf=None, quantity__gt=0)
                | Q(original__isnull=False, to_shelf__isnull=False, quantity__lt=0),
                name="refunded_line_has_its_original",
            ),
            models.CheckConstraint(
                condition=Q(unit_price=F("list_price")) | Q(priced_by__isnull=False),
                name="another_price_has_its_person",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def discount(self) -> Decimal:
        return self.line_discount + self.bill_discount

    @property
    def vip_discount(self) -> Decimal:
        return self.bill_discount - self.manual_discount

    @property
    def gross(self) -> Decimal:
        return self.net + self.discount

    @property
    def explanation(self) -> list[Step]:
        return explained(
            self, quantity=self.quantity, list_price=self.list_price, from_label=self.label_price is not None
        )


class BillTax(models.Model):
    """The bill's tax at one rate, rounded once; append-only."""

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="taxes")
    rate = RateField()
    base = MoneyField(help_text="without the tax")
    tax = MoneyField()

    class Meta:
        ordering = ["rate"]
        constraints = [models.UniqueConstraint(fields=["bill", "rate"], name="bill_tax_once_per_rate")]

    def __str__(self) -> str:
        return f"{self.rate} of {self.base}"


class Payment(models.Model):
    """What was handed over in one tender, change not yet given; append-only."""

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="payments")
    position = models.PositiveSmallIntegerField()
    method = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="+", db_column="method")
    amount = MoneyField()
    reference = models.CharField(max_length=50, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["bill", "position"], name="payment_position"),
            models.CheckConstraint(condition=~Q(amount=0), name="payment_is_not_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.method_id} {self.amount}"


class CashKind(models.TextChoices):
    FLOAT = "float"
    SALE = "sale"
    REFUND = "refund"
    PAY_IN = "pay_in", "pay-in"
    PAY_OUT = "pay_out", "pay-out"
    DROP = "drop", "safe drop"
    VOUCHER = "voucher", "gift card sold"
    NO_SALE = "no_sale", "no sale"


class CashMovement(models.Model):
    """One opening of a drawer; append-only. The sum of a shift's movements is the cash that should lie there."""

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="cash_movements")
    kind = models.CharField(max_length=7, choices=CashKind)
    amount = MoneyField(help_text="signed: into the drawer is positive; a sale's is cash less change")
    bill = models.OneToOneField(Bill, on_delete=models.PROTECT, null=True, related_name="cash_movement")
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["float", "pay_in"], amount__gte=0, bill=None)
                | Q(kind__in=["pay_out", "drop"], amount__lt=0, bill=None)
                | Q(kind="voucher", amount__gt=0, bill=None)
                | Q(kind="no_sale", amount=0, bill=None)
                | Q(kind__in=["sale", "refund"], bill__isnull=False),
                name="cash_signs_follow_the_kind",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["pay_in", "pay_out", "drop", "no_sale"], reason=""),
                name="cash_moved_by_hand_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount:+}"


class PaperKind(models.TextChoices):
    RECEIPT = "receipt"
    GIFT = "gift", "gift receipt"
    INVOICE = "invoice"


class ReceiptPrint(models.Model):
    """One printing of a bill; append-only. The first of its kind is no copy, the next is copy 1."""

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="prints")
    kind = models.CharField(max_length=7, choices=PaperKind)
    copy = models.PositiveIntegerField()
    shift = models.ForeignKey(
        Shift, on_delete=models.PROTECT, null=True, related_name="prints", help_text="of the till it was printed at"
    )
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bill", "kind", "copy"], name="each_copy_once"),
            models.CheckConstraint(condition=Q(kind__in=PaperKind.values), name="paper_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.bill_id}, copy {self.copy}"


class JobKind(models.TextChoices):
    PRINT = "print"
    MAIL = "mail"


class JobState(models.TextChoices):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class OutboundJob(models.Model):
    """Something to print or to send, done after the sale and tried again until it works or was tried often enough."""

    kind = models.CharField(max_length=5, choices=JobKind)
    subject = models.CharField(max_length=100)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, null=True, related_name="jobs")
    payload = models.BinaryField(help_text="the printer's bytes, or the message as JSON")
    opens_drawer = models.BooleanField(default=False)
    state = models.CharField(max_length=7, choices=JobState, default=JobState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(db_default=Now())
    error = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="print", register__isnull=False) | Q(kind="mail", opens_drawer=False),
                name="print_job_has_its_register",
            ),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | ~Q(state="done") & Q(done_at=None),
                name="job_done_has_its_time",
            ),
        ]
        indexes = [models.Index(fields=["id"], name="jobs_not_done", condition=~Q(state="done"))]

    def __str__(self) -> str:
        return self.subject


class StoredValue(models.Model):
    """Money the shop owes to whoever holds the code: a gift card, or store credit. The code itself is not kept."""

    kind = models.CharField(max_length=12, choices=[(kind.value, kind.label) for kind in STORED_VALUE])
    digest = models.BinaryField(max_length=32, unique=True, help_text="SHA-256 of the code")
    last4 = models.CharField(max_length=4)
    balance = MoneyField(minimum=0, default=0)
    is_blocked = models.BooleanField(default=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=STORED_VALUE), name="stored_value_kind_is_known")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} …{self.last4}"


class StoredValueKind(models.TextChoices):
    ISSUE = "issue", "sold"
    TOP_UP = "top_up", "topped up"
    REDEEM = "redeem", "paid with"
    REFUND_TO = "refund_to", "refunded to"
    BLOCK = "block", "blocked"
    UNBLOCK = "unblock", "unblocked"


class StoredValueEntry(models.Model):
    """What a balance is made of; append-only. What was sold names the shift and the tender that paid for it."""

    card = models.ForeignKey(StoredValue, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=9, choices=StoredValueKind)
    amount = MoneyField(help_text="signed: what the shop owes more")
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, null=True, related_name="stored_value")
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, null=True, related_name="stored_value")
    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, null=True, related_name="+")
    key = models.UUIDField(null=True, unique=True, help_text="makes the sale of a card happen exactly once")
    reference = models.CharField(max_length=50, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["bill", "card"], name="stored_value_once_per_bill"),
            models.CheckConstraint(
                condition=Q(kind__in=["issue", "top_up"], amount__gt=0, bill=None)
                & Q(shift__isnull=False, tender__isnull=False, key__isnull=False)
                | Q(kind="redeem", amount__lt=0, bill__isnull=False, shift=None, tender=None, key=None)
                | Q(kind="refund_to", amount__gt=0, bill__isnull=False, shift=None, tender=None, key=None)
                | Q(kind__in=["block", "unblock"], amount=0, bill=None, shift=None, tender=None, key=None)
                & ~Q(reason=""),
                name="stored_value_signs_follow_the_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount:+}"


class BasketState(models.TextChoices):
    OPEN = "open"
    PARKED = "parked"
    PAID = "paid"
    DROPPED = "dropped"


class Basket(models.Model):
    """A sale in the making. It moves no stock, points or money; `version` grows with every change."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=7, choices=BasketState, default=BasketState.OPEN)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="baskets")
    cashier = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="baskets")
    label = models.CharField(max_length=50, blank=True)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    points = MoneyField(minimum=0, default=0, help_text="the member agreed to spend these")
    discount_percent = RateField(default=0, maximum=100, decimal_places=2, help_text="off the whole bill")
    discount_amount = MoneyField(minimum=0, default=0, help_text="off the whole bill, after the percentage")
    answered_discount = RateField(
        default=0, maximum=100, decimal_places=2, help_text="how many per cent of the bill were approved"
    )
    bill = models.OneToOneField(Bill, on_delete=models.PROTECT, null=True, related_name="basket")
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="paid", bill__isnull=False) | Q(bill=None) & ~Q(state="paid"),
                name="paid_basket_has_its_bill",
            ),
            models.CheckConstraint(condition=Q(points=0) | Q(member__isnull=False), name="basket_points_need_a_member"),
        ]
        indexes = [
            models.Index(fields=["register", "cashier"], name="baskets_open", condition=Q(state__in=["open", "parked"]))
        ]

    def __str__(self) -> str:
        return self.label or f"basket {self.pk}"


class PointsAsked(models.Model):
    """The customer is being asked, on the second screen, to pay this much in points; gone with the answer."""

    basket = models.OneToOneField(Basket, on_delete=models.CASCADE, primary_key=True, related_name="points_asked")
    amount = MoneyField(minimum=Decimal("0.001"))

    def __str__(self) -> str:
        return f"{self.amount} of {self.basket_id}"


class BasketLine(models.Model):
    """A removed line is remembered, not erased."""

    basket = models.ForeignKey(Basket, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    quantity = QuantityField(minimum=Decimal("0.001"))
    discount_percent = RateField(default=0, maximum=100, decimal_places=2)
    discount_amount = MoneyField(minimum=0, default=0)
    unit_price = MoneyField(minimum=0, null=True, help_text="another price than the list's")
    price_reason = models.CharField(max_length=200, blank=True)
    priced_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    label_price = MoneyField(minimum=0, null=True, help_text="what a price label says the whole line costs")
    note = models.CharField(max_length=200, blank=True)
    added_at = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["basket", "product"],
                condition=Q(removed_at=None, discount_percent=0, discount_amount=0)
                & Q(unit_price=None, label_price=None, note=""),
                name="one_plain_line_per_product",
            ),
            models.CheckConstraint(
                condition=Q(unit_price=None, priced_by=None) | Q(unit_price__isnull=False, priced_by__isnull=False),
                name="basket_price_has_its_person",
            ),
            models.CheckConstraint(
                condition=Q(unit_price=None) | Q(label_price=None), name="label_price_is_not_changed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.product_id}"


class LabelKind(models.TextChoices):
    WEIGHT = "weight", "weight in kilograms"
    PRICE = "price", "price of the whole label"


LABEL_LENGTH = 13


def every_code_below(prefix: str) -> Func:
    """The range of codes that begin with a prefix of up to four digits."""
    ends = [Cast(RPad(prefix, 4, Value(fill)), models.IntegerField()) for fill in "09"]
    return Func(*ends, Value("[]"), function="int4range", output_field=IntegerRangeField())


class LabelPattern(models.Model):
    """How the shop's own labels (EAN-13 that begin with 20 to 29) hold an item and its weight or price."""

    name = models.CharField(max_length=50, help_text="which scale or counter prints it")
    prefix = models.CharField(
        max_length=4, validators=[RegexValidator(r"\A2[0-9]{1,3}\Z", "Two to four digits, the first of them 2.")]
    )
    kind = models.CharField("value", max_length=6, choices=LabelKind)
    item_digits = models.PositiveSmallIntegerField(default=5)
    has_price_check = models.BooleanField(
        "price check digit", default=False, help_text="one digit before the value that proves it (four or five digits)"
    )
    value_digits = models.PositiveSmallIntegerField(default=5)
    decimals = models.PositiveSmallIntegerField(default=3, help_text="3 for grams, 2 for cents")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["prefix"]
        constraints = [
            ExclusionConstraint(
                name="label_prefixes_never_overlap",
                expressions=[(every_code_below("prefix"), "&&")],
                condition=Q(is_active=True),
                violation_error_message="Another pattern already reads codes that begin like this.",
            ),
            models.CheckConstraint(
                condition=Q(item_digits__gte=1, value_digits__gte=1, decimals__lte=F("value_digits"))
                & Q(
                    item_digits=Value(LABEL_LENGTH - 1)
                    - Length("prefix")
                    - F("value_digits")
                    - Case(When(has_price_check=True, then=1), default=0)
                ),
                name="label_fills_thirteen_digits",
                violation_error_message="Prefix, item, value and check digits must fill all 13 digits.",
            ),
            models.CheckConstraint(
                condition=Q(has_price_check=False) | Q(kind="price", value_digits__in=[4, 5]),
                name="price_check_proves_a_price",
                violation_error_message="A price check digit proves a price of four or five digits.",
            ),
            models.CheckConstraint(condition=Q(kind__in=LabelKind.values), name="label_kind_is_known"),
            models.CheckConstraint(condition=Q(prefix__regex="^2[0-9]{1,3}$"), name="label_prefix_is_in_store"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix} {self.name}"


class UnknownScan(models.Model):
    """A code the till did not know, until a manager gives it to a product or dismisses it."""

    code = models.CharField(max_length=200, unique=True)
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(db_default=Now())
    last_at = models.DateTimeField(db_default=Now())
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="unknown_scans")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    on_screen = models.BooleanField(default=True, help_text="the till still shows it")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-last_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None, product=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="unknown_scan_is_settled_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.code
