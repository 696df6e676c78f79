"""What is scanned happens once, also when its answer was lost and the browser sends it again."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from billing import baskets
from billing.models import ScanSeen
from pos.errors import Invalid


@transaction.atomic
def once(basket_id: int, scan: str, deed: Callable[[], object]) -> None:
    """Do it unless the scan of this name was done. A page without script names nothing; a refused scan was not done."""
    if not scan:
        deed()
        return
    name = named(scan)
    basket = baskets.hold(basket_id)
    if ScanSeen.objects.filter(basket=basket, scan=name).exists():
        return
    deed()
    ScanSeen.objects.create(basket=basket, scan=name)


def named(scan: str) -> UUID:
    try:
        return UUID(scan)
    except ValueError:
        raise Invalid("once", "This is no name of a scan.") from None
