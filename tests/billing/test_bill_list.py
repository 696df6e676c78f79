from datetime import date

import pytest
from django.http import QueryDict

from billing.receipts import bill_search
from billing.views.forms import DaysForm
from tests.reports.books import booked

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("from=2025-03-02&to=2025-03-03", [3, 2]),
        ("from=2025-03-03", [4, 3]),
        ("to=2025-03-01", [1]),
        ("from=2025-03-04&to=2025-03-01", []),
        ("", [4, 3, 2, 1]),
        ("from=yesterday&to=%00", [4, 3, 2, 1]),
    ],
)
def test_bills_of_a_date_range_include_both_end_days(asked: str, found: list[int]) -> None:
    for day in range(1, 5):
        booked(date(2025, 3, day))
    bills = bill_search.Search("", **DaysForm(QueryDict(asked)).days()).rows()
    assert [bill.business_date.day for bill in bills] == found
