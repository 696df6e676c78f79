"""The audit covers imported bills and final journals."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from billing.drawer import counting, shifts
from billing.history import importing
from billing.history.mapping import Columns
from billing.models import Register
from inventory.models import Product
from pos import calendar, clock
from reports.journal import days
from tests.counter import sell
from tests.ledgers import plant
from tests.proof import assert_books_are_right, broken

ROWS = (
    "invoice,stock_code,description,quantity,invoiced_at,unit_price,customer_id",
    "7,X,Cup,2,2010-01-05 10:00:00,9.00,",
    "C8,X,Cup,-1,2010-01-06 10:00:00,9.00,",
)
PLANTED = {
    "I37": ["DELETE FROM billing_importedbill WHERE invoice = 'C8'"],
    "I37.shelf": [
        (
            "INSERT INTO inventory_stockmovement (product_id, kind, quantity, reference, reason, by_id) "
            "SELECT id, 'count', 1, 'bill H1-000001', '', (SELECT min(id) FROM accounts_user) "
            "FROM inventory_product WHERE sku = 'X'"
        )
    ],
    "I38": [
        """UPDATE reports_journalday SET document = jsonb_set(document, '{entries,0,lines,0,debit}', '"0.01"')""",
    ],
    "I38.revenue": [
        """UPDATE reports_journalday SET document = replace(document::text, '"revenue"', '"over"')::jsonb""",
    ],
}


@pytest.fixture
def looked_back(tmp_path: Path, may: User, r1: Register, tea: Product, settings: Any) -> None:
    """Two imported bills, and a final journal of the day before yesterday: yesterday's is not final at midnight."""
    settings.DEBUG = True
    path = tmp_path / "old.csv"
    path.write_text("\n".join(ROWS))
    importing.run(path, Columns(), by=may, tell=lambda _rows: None, say=lambda _what: None)
    day = calendar.today() - timedelta(days=2)
    with clock.set_to(calendar.beginning(day, 0) + timedelta(hours=12)):
        shift = shifts.open_shift(r1.code, opening_float=tea.price, by=may)
        sell((tea, "2"), by=may, cash="25.00")
        counting.close_shift(shift.pk, counted=3 * tea.price, by=may)
    assert days.handed_over(day)["final"]
    assert_books_are_right()


@pytest.mark.parametrize("code", PLANTED)
def test_violation_is_found(code: str, looked_back: None) -> None:
    plant(PLANTED[code])
    assert code in broken()
