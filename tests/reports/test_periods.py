from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.errors import Invalid
from reports.figures import periods
from reports.figures.periods import Period

YEARS = st.integers(1, 9998)


def test_month_ends_before_the_first_of_the_next():
    assert periods.month(2026, 12) == Period(date(2026, 12, 1), date(2027, 1, 1))
    assert periods.month(2028, 2).last == date(2028, 2, 29)


def test_both_ends_of_a_range_belong_to_it():
    assert periods.between(date(2026, 3, 1), date(2026, 3, 3)).days == [date(2026, 3, d) for d in (1, 2, 3)]
    assert len(periods.day(date(2026, 3, 1)).days) == 1


@given(YEARS)
def test_twelve_months_are_the_year(number):
    months = [periods.month(number, month) for month in range(1, 13)]
    assert [a.end for a in months[:-1]] == [b.start for b in months[1:]]
    assert Period(months[0].start, months[-1].end) == periods.year(number)


def test_dates_beyond_the_calendar_are_none():
    assert periods.days_away(date(1, 1, 7), -7) is None
    assert periods.days_away(date(9998, 12, 31), 1) is None
    assert periods.days_away(date(2028, 2, 28), 2) == date(2028, 3, 1)


@pytest.mark.parametrize("number", [0, -1, 9999, 10_000, 10**30])
def test_seed_d60_year_outside_the_calendar_is_refused(number):
    for ask in (lambda: periods.year(number), lambda: periods.month(number, 1)):
        with pytest.raises(Invalid) as refused:
            ask()
        assert refused.value.field == "year"


@pytest.mark.parametrize("number", [0, 13, -1])
def test_month_outside_the_year_is_refused(number):
    with pytest.raises(Invalid):
        periods.month(2026, number)


def test_seed_d60_reversed_range_is_refused():
    with pytest.raises(Invalid) as refused:
        periods.between(date(2026, 3, 2), date(2026, 3, 1))
    assert (refused.value.field, refused.value.reason) == ("to", "reversed")


def test_seed_d60_range_to_the_end_of_time_is_refused():
    with pytest.raises(Invalid):
        periods.between(date(2026, 1, 1), date(9999, 12, 31))
