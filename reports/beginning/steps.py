"""The steps from an empty shop to its first sale: which are done, skipped or still open."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import NAMESPACE_OID, UUID, uuid5

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import AuditEntry, Role, User
from billing.models import Bill, Register, RegisterKind
from inventory.models import Product, TaxRate
from pos.errors import Invalid
from pos.exactly_once import Once
from pos.models import DoneDeed, StoreSettings

ENOUGH_GOODS = 3


@dataclass(frozen=True, slots=True)
class Step:
    code: str
    title: str | Promise
    is_done: Callable[[], bool]

    @property
    def key(self) -> UUID:
        """The key of skipping this step, which happens once in the life of a shop."""
        return uuid5(NAMESPACE_OID, f"shop begins without {self.code}")


def is_named() -> bool:
    row = StoreSettings.in_force()
    return bool(row.shop_address) and row.shop_name != StoreSettings._meta.get_field("shop_name").get_default()


def tills() -> bool:
    return Register.objects.filter(is_active=True, kind=RegisterKind.TILL).exists()


def has_printer() -> bool:
    return Register.objects.filter(is_active=True).exclude(printer_host="").exists()


def has_goods() -> bool:
    return Product.objects.filter(is_active=True)[:ENOUGH_GOODS].count() == ENOUGH_GOODS


def has_cashier() -> bool:
    return User.objects.filter(is_active=True, role=Role.CASHIER).exclude(pin="").exists()


STEPS = (
    Step("shop", _("Name and address"), is_named),
    Step("taxes", _("Taxes"), TaxRate.objects.exists),
    Step("till", _("A till with its drawer"), tills),
    Step("printer", _("The receipt printer"), has_printer),
    Step("goods", _("The first three products"), has_goods),
    Step("cashier", _("A cashier with a PIN"), has_cashier),
    Step("sale", _("The first sale"), Bill.objects.exists),
)


def skipped() -> set[UUID]:
    return set(DoneDeed.objects.filter(pk__in=[step.key for step in STEPS]).values_list("pk", flat=True))


def still_open() -> list[Step]:
    """The steps neither done nor skipped."""
    open_steps = [step for step in STEPS if not step.is_done()]
    passed = skipped() if open_steps else set()
    return [step for step in open_steps if step.key not in passed]


def skip(code: str, *, by: User) -> None:
    """Takes the step off the list of open ones; it can still be done."""
    step = next((step for step in STEPS if step.code == code), None)
    if step is None:
        raise Invalid("step", _("There is no such step."))
    once = Once(step.key, "begin without a step", {"step": code}, by=0)
    once.make(AuditEntry.objects.all(), lambda: trail.record(by, "shop.step_skipped", code))
