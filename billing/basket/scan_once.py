"""Does each scan once, even if the answer was lost and the browser sends it again."""

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
    """Locks the basket and calls `deed` with it, unless the scan with this id was done before.

    Refuses a basket of another cashier. Without script a page sends no id. A refused scan does not count as done.
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
