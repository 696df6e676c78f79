"""How the shop's database backend sends its statements."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext


@pytest.mark.django_db
def test_statements_are_written_out_only_where_somebody_asks_for_them(settings: Any) -> None:
    settings.DEBUG = True
    connection.queries_log.clear()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert not connection.queries
    with CaptureQueriesContext(connection) as captured, connection.cursor() as cursor:
        cursor.execute("SELECT 2")
    assert [query["sql"] for query in captured] == ["SELECT 2"]
