from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import timezone

from billing.drawer import shifts
from pos import clock
from pos.money import ZERO

pytestmark = pytest.mark.django_db
NEW_YEAR = datetime(2026, 1, 1, 9, 30, tzinfo=UTC)
ROOMS = ["accounts", "billing", "demo", "inventory", "members", "pos", "reports"]


def test_clock_is_that_of_the_database():
    assert abs(clock.now() - timezone.now()) < timedelta(minutes=1)


def test_clock_can_be_set_and_is_reset_afterwards(settings, r1, ana):
    settings.DEBUG = True
    with clock.set_to(NEW_YEAR):
        shift = shifts.open_shift("R1", opening_float=ZERO, by=ana)
    assert (shift.opened_at, shift.cash_movements.get().at) == (NEW_YEAR, NEW_YEAR)
    assert str(shift.business_date) == "2026-01-01"
    assert clock.now().year > 2025


def test_clock_is_reset_after_an_exception(settings, r1, ana):
    settings.DEBUG = True
    with pytest.raises(RuntimeError), clock.set_to(NEW_YEAR):
        raise RuntimeError
    assert clock.now() > NEW_YEAR + timedelta(days=1)


def test_clock_of_a_shop_in_service_cannot_be_set(settings):
    settings.DEBUG = False
    with pytest.raises(ImproperlyConfigured), clock.set_to(NEW_YEAR):
        pass


def test_no_door_sets_the_clock(settings):
    speakers = {
        path.relative_to(settings.BASE_DIR).as_posix()
        for room in ROOMS
        for path in (settings.BASE_DIR / room).rglob("*.py")
        if "clock.set_to(" in path.read_text()
    }
    assert all(path.startswith("demo/") for path in speakers)


def test_every_default_time_is_the_shops():
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT table_name, column_name, column_default FROM information_schema.columns
             WHERE table_schema = 'public' AND column_default ~ 'timestamp|now' AND column_default <> 'shop_now()'
            """
        )
        assert cursor.fetchall() == []
