"""Today is compared with the same weekday a week ago, up to the same time of day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from pos import clock
from pos.models import StoreSettings
from reports.figures import periods, queries
from tests.cast import signed_in
from tests.reports.books import booked_at
from tests.reports.test_pages import text_of

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def in_berlin(settings):
    settings.TIME_ZONE = "Europe/Berlin"


def at(wall: str, *, second_time: bool = False) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=BERLIN, fold=second_time)


def until(day: str, wall: str) -> int:
    return int(queries.revenue_until(date.fromisoformat(day), datetime.fromisoformat(wall)).revenue)


def test_sale_counts_only_after_its_own_second():
    booked_at(at("2026-11-21 16:09:59"), "1.00")
    booked_at(at("2026-11-21 16:10:00"), "2.00")
    assert until("2026-11-21", "2026-11-21 16:10:00") == 1
    assert until("2026-11-21", "2026-11-21 16:10:01") == 3
    assert until("2026-11-21", "2026-11-21 00:00:00") == 0


def test_sales_of_other_days_do_not_count():
    booked_at(at("2026-11-20 12:00"), "1.00")
    booked_at(at("2026-11-21 12:00"), "2.00")
    assert until("2026-11-21", "2026-11-21 13:00") == 2
    assert until("2026-11-21", "2026-11-23 00:00") == 2


def test_sales_after_midnight_before_the_cutoff_count_for_the_evening():
    booked_at(at("2026-11-21 03:30"), "1.00", cutoff_hour=4)
    booked_at(at("2026-11-21 23:00"), "2.00", cutoff_hour=4)
    booked_at(at("2026-11-22 01:00"), "4.00", cutoff_hour=4)
    booked_at(at("2026-11-22 02:00"), "8.00", cutoff_hour=4)
    assert until("2026-11-21", "2026-11-21 05:00") == 0
    assert until("2026-11-21", "2026-11-21 23:30") == 2
    assert until("2026-11-21", "2026-11-22 01:30") == 6


def test_refund_is_subtracted():
    booked_at(at("2026-11-21 10:00"), "5.00")
    booked_at(at("2026-11-21 11:00"), "-2.00")
    assert until("2026-11-21", "2026-11-21 12:00") == 3


def test_hour_skipped_in_spring_is_empty():
    booked_at(at("2027-03-28 01:59"), "1.00")
    booked_at(at("2027-03-28 03:00"), "2.00")
    assert [until("2027-03-28", f"2027-03-28 {time}") for time in ("02:00", "02:59", "03:00", "03:01")] == [1, 1, 1, 3]


def test_hour_repeated_in_autumn_is_counted_as_one():
    booked_at(at("2026-10-25 02:10"), "1.00")
    booked_at(at("2026-10-25 02:10", second_time=True), "2.00")
    booked_at(at("2026-10-25 02:40"), "4.00")
    assert [until("2026-10-25", f"2026-10-25 {time}") for time in ("02:00", "02:30", "03:00")] == [0, 3, 7]


def test_comparison_follows_the_clock_not_the_elapsed_hours():
    """Clocks in Europe went back between the two Saturdays: 168 hours before 10:00 it was 11:00."""
    booked_at(at("2026-10-24 09:59"), "1.00")
    booked_at(at("2026-10-24 10:30"), "2.00")
    assert at("2026-10-31 10:00").astimezone(UTC) - timedelta(hours=168) == at("2026-10-24 11:00").astimezone(UTC)
    assert until("2026-10-24", "2026-10-24 10:00") == 1


@pytest.mark.parametrize("time", ["00:30", "09:15", "16:10", "23:59"])
def test_hours_of_the_chart_add_up_to_the_takings(time):
    for hour in range(24):
        booked_at(at(f"2026-11-21 {hour:02}:05"), "1.00")
    hours = queries.by_hour(date(2026, 11, 21)).items()
    until_then = until("2026-11-21", f"2026-11-21 {time}")
    assert until_then == sum(taken.revenue for hour, taken in hours if f"{hour:02}:05" < time)


@pytest.mark.parametrize(
    ("now", "cutoff_hour", "a_week_ago", "revenue"),
    [
        ("2026-11-28 16:10", 0, "Sat 21 Nov. until 16:10", 1),
        ("2026-11-28 23:59", 0, "Sat 21 Nov. until 23:59", 3),
        ("2026-11-29 01:30", 4, "Sat 21 Nov. until 01:30", 3),
        ("2026-11-29 02:30", 4, "Sat 21 Nov. until 02:30", 7),
    ],
)
def test_page_of_today_compares_until_this_time(may, settings, now, cutoff_hour, a_week_ago, revenue):
    StoreSettings.change(by="may", cutoff_hour=cutoff_hour)
    booked_at(at("2026-11-21 09:00"), "1.00", cutoff_hour=cutoff_hour)
    booked_at(at("2026-11-21 18:00"), "2.00", cutoff_hour=cutoff_hour)
    booked_at(at("2026-11-22 02:00"), "4.00", cutoff_hour=cutoff_hour)
    settings.DEBUG = True
    with clock.set_to(at(now)):
        answer = signed_in(may).get(reverse("report_today"))
    whole = queries.revenue(periods.day(date(2026, 11, 21))).revenue
    assert (answer.context["before"].revenue, answer.context["before_whole"]) == (revenue, whole)
    shown = text_of(answer)
    assert f"{a_week_ago}: €{revenue}.00" in shown
    assert f"€{whole:.2f} on that whole day" in shown


def test_day_that_is_over_is_compared_whole(may_web):
    booked_at(at("2026-11-13 18:00"), "2.00")
    answer = may_web.get(reverse("report_today"), {"day": "2026-11-20"})
    assert "until" not in answer.context
    assert "Fri 13 Nov.: €2.00" in text_of(answer)


def test_other_periods_are_compared_with_nothing(may_web):
    for name in ("report_month", "report_range", "report_year"):
        assert may_web.get(reverse(name)).content.count(b"figure__note") == 4
