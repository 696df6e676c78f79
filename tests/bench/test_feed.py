"""A short form of the feed's benchmark: a late commit, and a reader killed while writers commit and roll back."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from bench import feed
from tests import cast, keys
from tests.at_once import wait_for_tests_beside

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def url() -> str:
    known: dict[str, Any] = connection.get_connection_params()
    return make_conninfo(
        **{name: known[name] for name in ("host", "port", "user", "password", "dbname") if known.get(name)}
    )


@pytest.fixture
def reader(live_server: LiveServer, may: User, tmp_path: Path) -> feed.Reader:
    key = keys.made(may, *keys.READING).secret
    return feed.Reader(live_server.url, key, tmp_path / "mirror.sqlite")


def test_mirror_of_a_killed_reader_equals_the_shop(
    url: str, reader: feed.Reader, live_server: LiveServer, tmp_path: Path
) -> None:
    goods = [cast.product(f"Jam {n}").pk for n in range(8)]
    reader.start()
    reader.wait_for("SELECT 1 FROM place")
    wait_for_tests_beside()
    assert feed.late(url, reader, goods, 0.5)["held_back"]
    feed.killed(url, reader, goods, kills=4)
    wait_for_tests_beside()
    reader.finish()
    told = reader.told()
    assert told["read_twice"] == 0 and told["entries"] > 20
    key = reader.environment["SHOP_KEY"]
    assert feed.compared(url, live_server.url, reader, tmp_path, key)["same"]
