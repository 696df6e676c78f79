"""Does each scan once, even if the answer was lost and the browser sends it again."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from billing.basket import baskets, whose
from billing.basket.whose import Standing
from billing.models import Basket
from pos.errors import Invalid
from pos.postgres.rows import rows

HOLD_AND_NOTE = f"""
    WITH held AS ({baskets.HOLD}), noted AS (
        INSERT INTO billing_scanseen (basket_id, scan) SELECT id, %s FROM held ON CONFLICT DO NOTHING RETURNING scan
    )
    SELECT held.*, EXISTS (SELECT FROM noted) FROM held
"""


@transaction.atomic
def once(basket_id: int, scan: str, deed: Callable[[Basket], object], *, at: Standing) -> Basket:
    """Locks the basket, calls `deed` with it, unless the scan with this id was done before, and returns it.

    Refuses a basket of another cashier. Without script a page sends no id. A refused scan does not count as done.
    """
    basket, is_new = held_for(basket_id, named(scan)) if scan else (baskets.hold(basket_id), True)
    whose.refuse_others(basket, at)
    if is_new:
        deed(basket)
    return basket


def held_for(basket_id: int, scan: UUID) -> tuple[Basket, bool]:
    """The basket, locked, and whether its scan is new, in one statement."""
    found = rows(HOLD_AND_NOTE, [basket_id, scan])
    return baskets.held(found), bool(found[0][-1])


def named(scan: str) -> UUID:
    try:
        return UUID(scan)
    except ValueError:
        raise Invalid("once", _("This is no name of a scan.")) from None
