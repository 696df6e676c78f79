"""Reports read from a standby while it is up to date; the till never does."""

import re
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from billing.models import Bill
from inventory.models import Product
from pos.postgres import standby
from tests.counter import sell
from tests.standby import following, wait_until_it_has

FOLLOWS, AWAY = re.compile(r"Read from the standby, \d+ seconds? behind."), "The standby is away"
HOUR = 3600


def test_router_sends_no_write_to_the_standby() -> None:
    router = standby.ReportReads()
    assert (router.db_for_read(Bill), router.db_for_write(Bill)) == ("default", "default")
    with standby.reading_from(standby.ALIAS):
        assert (router.db_for_read(Bill), router.db_for_write(Bill)) == ("replica", "default")
    assert not router.allow_migrate("replica", "billing")


@pytest.mark.django_db(transaction=True)
def test_reports_read_from_the_standby_and_go_on_when_it_is_killed(
    shift: Any,
    ana: User,
    tea: Product,
    may_web: Client,
    may_api: Client,
    settings: Any,
    monkeypatch: Any,
) -> None:
    def sold() -> Bill:
        return sell((tea, "1"), by=ana, cash="20.00", register="R1")

    assert "standby" not in may_web.get("/reports").text
    with following() as server:
        bill = sold()
        settings.DATABASE_ROUTERS = ["pos.postgres.standby.ReportReads"]
        settings.DATABASE_REPLICA_LAG = HOUR
        wait_until_it_has(bill)
        with CaptureQueriesContext(connection) as here, CaptureQueriesContext(connections["replica"]) as there:
            page = may_web.get("/reports").text
        assert FOLLOWS.search(page)
        assert "12.50" in page
        assert "billing_bill" in str(there.captured_queries)
        assert "billing_bill" not in str(here.captured_queries)

        day = f"from={bill.business_date}&to={bill.business_date}"
        with CaptureQueriesContext(connection) as here:
            assert may_api.get(f"/api/v1/reports/revenue?{day}").json()["revenue"] == "12.50"
            file = b"".join(may_web.get(f"/reports/sales/bills?{day}&format=csv").streaming_content)  # type: ignore[attr-defined]
        assert bill.number.encode() in file
        assert "billing_bill" not in str(here.captured_queries)

        with CaptureQueriesContext(connections["replica"]) as there:
            sold()
            may_web.get("/bills")
        assert not there.captured_queries

        with connections["replica"].cursor() as cursor:
            cursor.execute("SELECT pg_wal_replay_pause()")
        settings.DATABASE_REPLICA_LAG = -1
        last = sold()
        page = may_web.get("/reports").text
        assert AWAY in page
        assert "37.50" in page
        with connections["replica"].cursor() as cursor:
            cursor.execute("SELECT pg_wal_replay_resume()")
        settings.DATABASE_REPLICA_LAG = HOUR
        wait_until_it_has(last)

        look = standby.look

        def look_and_kill() -> standby.Standing:
            found = look()
            server.kill()
            server.wait()
            return found

        monkeypatch.setattr(standby, "look", look_and_kill)
        page = may_web.get("/reports").text
        assert AWAY in page
        assert "37.50" in page
        monkeypatch.setattr(standby, "look", look)
        assert AWAY in may_web.get("/reports/month").text
