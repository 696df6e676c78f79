"""The audit covers offline sales."""

from decimal import Decimal as D

import pytest
from django.utils import timezone

from accounts.models import User
from billing.drawer import shifts
from billing.models import Register
from billing.outage.posting import post
from billing.outage.problems import close, settle
from inventory.models import Product
from tests.ledgers import plant
from tests.outage import sale
from tests.proof import assert_books_are_right, broken

SOLD = "R1-P1-0002"
ANA = "(SELECT id FROM accounts_user WHERE username = 'ana')"
FORGET = "UPDATE billing_outagesale SET differences = '[]' WHERE provisional_number = '{}'"
PLANTED = {
    "I27": [f"UPDATE billing_outagesale SET provisional_number = 'R2-P1-0002' WHERE provisional_number = '{SOLD}'"],
    "I27.numbers": [
        "ALTER TABLE billing_outagesale DROP CONSTRAINT provisional_number_once",
        f"UPDATE billing_outagesale SET provisional_number = '{SOLD}'",
    ],
    "I27.booked": ["UPDATE billing_outagesale SET booked_on = booked_on - 1 WHERE booked_on IS NOT NULL"],
    "I27.differences": [FORGET.format(SOLD)],
    "I27.problems": ["UPDATE billing_outageproblem SET digest = '' WHERE content->>'number' = 'R1-P1-0003'"],
    "I27.settled": ["UPDATE billing_outageproblem SET reason = 'another reason' WHERE reason <> ''"],
}


@pytest.fixture
def outage(leave: Register, ana: User, may: User, tea: Product, milk: Product) -> None:
    """Offline sales: two posted as sold, one at its old price, one closed, one waiting, one from a copied browser."""
    shifts.open_shift("API", opening_float=D(0), by=may)
    post(sale((tea, "1"), number="R1-P1-0001", at=timezone.now().isoformat()), by=ana)
    post(sale((tea, "1"), number=SOLD), by=ana)
    dearer = sale((milk, "2"), number="R1-P1-0003")
    Product.objects.filter(pk=milk.pk).update(price=D("2.50"))
    old = post(dearer, by=ana).problem
    short = post(sale((tea, "11"), number="R1-P1-0004", cash="200.00"), by=ana).problem
    post(sale((tea, "12"), number="R1-P1-0005", cash="200.00"), by=ana)
    copy = post(sale((tea, "1"), number=SOLD), by=ana).problem
    assert old and short and copy
    settle(old.pk, by=may)
    settle(copy.pk, by=may)
    close(short.pk, reason="carried back to the shelf", by=may)


def test_audit_of_offline_sales_finds_nothing(outage: None) -> None:
    assert_books_are_right()


@pytest.mark.parametrize("code", PLANTED)
def test_planted_violation_of_an_outage_is_found_and_nothing_else(outage: None, code: str) -> None:
    plant(PLANTED[code])
    found = broken()
    if any("DROP " in statement for statement in PLANTED[code]):
        found.pop("I19.guard")  # dropping the guard to plant the violation is reported as well
    assert list(found) == [code]


OF_OUTAGES = "(SELECT bill_id FROM billing_outagesale)"
OTHER_WAYS = {
    "paid by card": ("I27", [f"UPDATE billing_payment SET method = 'card' WHERE bill_id IN {OF_OUTAGES}"]),
    "two sales in one bill": (
        "I27",
        [
            "ALTER TABLE billing_outagesale DROP CONSTRAINT billing_outagesale_bill_id_key",
            "UPDATE billing_outagesale SET bill_id = (SELECT max(bill_id) FROM billing_outagesale)",
        ],
    ),
    "total differs": ("I27.differences", ["UPDATE billing_outagesale SET shown_total = 1, differences = '[]'"]),
    "waits though sold": (
        "I27.problems",
        [
            (
                f"UPDATE billing_bill SET key = (SELECT key FROM billing_outageproblem WHERE settled_at IS NULL) "
                f"WHERE id = (SELECT max(bill_id) FROM {OF_OUTAGES} sold)"
            )
        ],
    ),
    "on a day of neither": ("I15", [f"UPDATE billing_bill SET business_date = '2026-01-02' WHERE id IN {OF_OUTAGES}"]),
    "settled by another": (
        "I27.settled",
        [f"UPDATE billing_outageproblem SET settled_by_id = {ANA} WHERE bill_id IS NOT NULL"],
    ),
}


@pytest.mark.parametrize("way", OTHER_WAYS)
def test_other_violations_of_an_outage_are_found_too(outage: None, way: str) -> None:
    code, deeds = OTHER_WAYS[way]
    plant(deeds)
    assert code in broken()
