"""Records codes the till does not know, until a manager assigns them to a product or dismisses them."""

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import User
from billing.models import Register, UnknownScan
from inventory.goods import products, search
from inventory.models import Product
from pos.clock import Now
from pos.errors import Invalid, ManagersOnly, Refused

SHOWN_AT_A_TILL = 5


class Settled(Refused):
    code = "in_use"
    message = _("Somebody has dealt with this code already.")


class WhichProduct(Refused):
    """Several products match; `found` are the candidates."""

    code = "which_product"
    message = _("Several products could be meant. Choose one.")

    def __init__(self, found: list[Product]) -> None:
        super().__init__(products=[product.pk for product in found])
        self.found = found


def note(code: str, *, register: Register, by: User) -> None:
    """Records the code, once however often it is scanned. A code settled before becomes open again."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO billing_unknownscan AS u (code, times, first_at, last_at, register_id, by_id, on_screen)
            VALUES (%s, 1, shop_now(), shop_now(), %s, %s, true)
            ON CONFLICT (code) DO UPDATE
               SET times = least(u.times::bigint + 1, 2147483647), last_at = shop_now(), on_screen = true,
                   register_id = excluded.register_id, by_id = excluded.by_id,
                   settled_at = NULL, settled_by_id = NULL, product_id = NULL
            """,
            [code[:200], register.pk, by.pk],
        )


def waiting() -> QuerySet[UnknownScan]:
    return UnknownScan.objects.filter(settled_at=None).select_related("register", "by")


def at_till(register: Register) -> list[str]:
    """The newest unknown codes that this till still shows."""
    shown = UnknownScan.objects.filter(register=register, on_screen=True, settled_at=None)
    return list(shown.values_list("code", flat=True)[:SHOWN_AT_A_TILL])


def set_aside(register: Register) -> None:
    """Hides the codes at this till; the manager's list keeps them."""
    UnknownScan.objects.filter(register=register, on_screen=True).update(on_screen=False)


@transaction.atomic
def attach(scan_id: int, wanted: str, *, by: User) -> Product:
    """Assigns the code to a product, given by id, SKU, barcode or a name that only one product has."""
    scan = hold(scan_id, by)
    product = meant(wanted)
    codes = [*product.barcodes.values_list("code", flat=True), scan.code]
    products.edit(product, by=by, codes=codes)
    settle(scan, by, product)
    return product


@transaction.atomic
def dismiss(scan_id: int, *, by: User) -> None:
    scan = hold(scan_id, by)
    settle(scan, by, None)
    trail.record(by, "code.dismissed", scan.code)


def hold(scan_id: int, by: User) -> UnknownScan:
    if not by.is_manager:
        raise ManagersOnly
    scan = UnknownScan.objects.select_for_update().filter(pk=scan_id, settled_at=None).first()
    if scan is None:
        raise Settled
    return scan


def meant(wanted: str) -> Product:
    wanted = wanted.replace("\0", "").strip()[:100]
    if not wanted:
        raise Invalid("product", _("Which product? Type its name, SKU or barcode."), "required")
    found = Product.objects.filter(sku__iexact=wanted).first()
    if found is None and not (hits := search.products(wanted, limit=8)):
        raise Invalid("product", _("No product is called %(wanted)s.") % {"wanted": wanted}, "unknown_product")
    if found is None and len(hits) > 1:
        raise WhichProduct(list(Product.objects.filter(pk__in=[hit.pk for hit in hits])))
    return found or Product.objects.get(pk=hits[0].pk)


def settle(scan: UnknownScan, by: User, product: Product | None) -> None:
    scan.settled_at, scan.settled_by, scan.product, scan.on_screen = Now(), by, product, False
    scan.save()
