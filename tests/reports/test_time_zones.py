"""A business date follows the shop's time zone, however long the clock makes that day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from reports.figures import periods, queries
from tests.reports.books import booked_at

ZONES = [
    "Asia/Jakarta",
    "America/St_Johns",
    "Pacific/Kiritimati",
    "Asia/Kathmandu",
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",
    "UTC",
]
BOUNDARIES = [
    "2027-12-31 23:59:59.999999",
    "2028-01-01 00:00:00",
    "2028-01-31 23:59:59.999999",
    "2028-02-01 00:00:00",
    "2028-02-28 23:59:59.999999",
    "2028-02-29 00:00:00",
    "2028-02-29 23:59:59.999999",
    "2028-03-01 00:00:00",
    "2028-06-30 23:30:00",
    "2028-07-01 03:59:59.999999",
    "2028-12-31 23:59:59.999999",
    "2029-01-01 00:00:00",
]
# The day a zone's clock changes, and the number of quarter hours of that day.
LONG_AND_SHORT_DAYS = [
    ("Europe/Paris", date(2028, 3, 26), 92),
    ("Europe/Paris", date(2028, 10, 29), 100),
    ("America/New_York", date(2028, 3, 12), 92),
    ("America/New_York", date(2028, 11, 5), 100),
    ("America/St_Johns", date(2028, 3, 12), 92),
    ("America/St_Johns", date(2028, 11, 5), 100),
    ("Australia/Lord_Howe", date(2028, 10, 1), 94),
    ("Australia/Lord_Howe", date(2028, 4, 2), 98),
    ("Asia/Kathmandu", date(2028, 3, 26), 96),
]

pytestmark = pytest.mark.django_db


@pytest.fixture(params=ZONES)
def zone(request, settings):
    settings.TIME_ZONE = request.param
    return ZoneInfo(request.param)


@pytest.mark.parametrize("cutoff_hour", [0, 4])
def test_seed_d56_bill_belongs_to_the_shops_day_and_days_add_up(zone, cutoff_hour):
    walls = [datetime.fromisoformat(wall) for wall in BOUNDARIES]
    for euros, wall in enumerate(walls, 1):
        booked_at(wall.replace(tzinfo=zone), f"{euros}.00", cutoff_hour=cutoff_hour)
    days = [wall.date() - timedelta(days=wall.hour < cutoff_hour) for wall in walls]
    for day in days:
        expected = sum(euros for euros, other in enumerate(days, 1) if other == day)
        assert queries.revenue(periods.day(day)).revenue == expected
        assert sum(taken.revenue for taken in queries.by_hour(day).values()) == expected
    for number in (2027, 2028, 2029):
        year = queries.revenue(periods.year(number)).revenue
        months = [queries.revenue(periods.month(number, month)).revenue for month in range(1, 13)]
        assert [taken.revenue for taken in queries.year_by_month(number).values()] == months
        assert sum(months) == year == sum(n for n, day in enumerate(days, 1) if day.year == number)
    for month in range(1, 13):
        period = periods.month(2028, month)
        by_day = queries.by_day(period)
        assert list(by_day) == period.days
        assert sum(taken.revenue for taken in by_day.values()) == queries.revenue(period).revenue


@pytest.mark.parametrize(("name", "day", "quarters"), LONG_AND_SHORT_DAYS)
def test_day_of_a_clock_change_counts_each_hour_once(settings, name, day, quarters):
    settings.TIME_ZONE = name
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(name)).astimezone(UTC)
    step = timedelta(minutes=15)
    for quarter in range(-1, quarters + 1):
        booked_at(midnight + quarter * step, "1.00")
    assert queries.revenue(periods.day(day)).sales == quarters
    assert sum(taken.sales for taken in queries.by_hour(day).values()) == quarters


def test_hours_are_those_of_the_shops_clock(settings):
    settings.TIME_ZONE = "Asia/Kathmandu"
    booked_at(datetime(2028, 5, 1, 3, 14, 59, tzinfo=UTC), "1.00")  # 08:59:59 in Kathmandu
    booked_at(datetime(2028, 5, 1, 3, 15, tzinfo=UTC), "2.00")
    hours = queries.by_hour(date(2028, 5, 1))
    assert (hours[8].revenue, hours[9].revenue) == (1, 2)
    assert sum(taken.sales for taken in hours.values()) == 2


def test_sales_before_the_cutoff_belong_to_the_day_before(zone):
    booked_at(datetime(2028, 5, 2, 3, 59, 59, tzinfo=zone), "1.00", cutoff_hour=4)
    booked_at(datetime(2028, 5, 2, 4, tzinfo=zone), "2.00", cutoff_hour=4)
    assert queries.revenue(periods.day(date(2028, 5, 1))).revenue == 1
    assert queries.revenue(periods.day(date(2028, 5, 2))).revenue == 2


def test_time_zone_of_the_request_changes_no_day(zone):
    booked_at(datetime(2028, 12, 31, 23, 59, tzinfo=zone), "7.00")
    with timezone.override("Pacific/Kiritimati"):
        assert queries.year_by_month(2028)[date(2028, 12, 1)].revenue == 7
