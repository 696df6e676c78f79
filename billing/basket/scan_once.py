"""What is scanned happens once, also when its answer was lost and the browser sends it again."""

from collections.abc import Callable
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from billing.basket import baskets, whose
from billing.basket.whose import Standing
from billing.models import Basket
from pos.errors import Invalid


@transaction.atomic
def once(basket_id: int, scan: str, deed: Callable[[Basket], object], *, at: Standing) -> None:
    """Call `deed` with the basket, held, unless the scan of this name was done before.

    The basket of somebody else is refused. A page without script names no scan; a refused scan was not done.
    """
    name = named(scan) if scan else None
    basket = baskets.hold(basket_id)
    whose.refuse_others(basket, at)
    if name is None or is_new(basket_id, name):
        deed(basket)


def is_new(basket_id: int, name: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO billing_scanseen (basket_id, scan) VALUES (%s, %s) ON CONFLICT DO NOTHING", [basket_id, name]
        )
        return cursor.rowcount == 1


def named(scan: str) -> UUID:
    try:
        return UUID(scan)
    except ValueError:
        raise Invalid("once", _("This is no name of a scan.")) from None
