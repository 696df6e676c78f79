"""A short form of the trial: PostgreSQL is killed three times while tills sell; the count finds planted damage."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection

from bench.trial import books, figures, kills, shop
from bench.trial.acknowledged import Acknowledged
from bench.trial.cluster import Cluster
from bench.trial.ground import Ground
from bench.trial.tills import Told
from pos.embedded import server

pytestmark = [pytest.mark.real_time, pytest.mark.django_db(transaction=True)]
TILLS, KILLS = 4, 3


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL's user may enter."""
    made = server.BASE_DIR / "var" / f"trial-{connection.settings_dict['NAME']}"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def ground(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    """A shop in its own cluster, copied from the tests' books: migrating would take longer than the kills."""
    monkeypatch.setattr(shop, "SCARCE", 4)
    monkeypatch.setenv("SECRET_KEY", settings.SECRET_KEY)
    made, cluster = shop.set_up(TILLS), Cluster(folder / "postgres")
    cluster.start()
    try:
        copy_books(cluster)
        cluster.keep()
        yield Ground(cluster, made, folder, tills=TILLS, processes=1)
    finally:
        server.stop(cluster.data)


def copy_books(cluster: Cluster) -> None:
    """Without grants to the shop's role, which does not exist there."""
    params = connection.get_connection_params()
    dump = [
        server.binaries() / "pg_dump",
        "-h",
        params["host"],
        "-U",
        server.OWNER,
        "-x",
        "--exclude-table-data=pos_ledgerrewriting",
        params["dbname"],
    ]
    written = subprocess.run(dump, check=True, capture_output=True).stdout
    folder = str(server.socket_directory(cluster.data))
    load = [server.binaries() / "psql", "-q", "-h", folder, "-U", server.OWNER, "-v", "ON_ERROR_STOP=1", "pos"]
    subprocess.run(load, check=True, input=written, stdout=subprocess.DEVNULL)


def test_kills_of_postgresql_lose_and_double_no_sale(ground: Ground) -> None:
    found = kills.postgres(ground, KILLS)
    assert found["holds"], json.dumps(found)
    assert (found["kills"], ground.cluster.kills) == (KILLS, KILLS)
    assert found["acknowledged"] > KILLS
    assert figures.summed({"postgres": found})["lost"] == 0
    told = planted(ground)
    assert (told["lost"], told["doubled"]) == (2, 1)
    assert not books.holds(told | {"audit": "clean"})


def planted(ground: Ground) -> dict[str, Any]:
    """Plants a lost sale, one with another number, and one booked twice."""
    told = Told(Acknowledged(ground.notes()))
    key = ground.cluster.ask("SELECT key FROM billing_bill LIMIT 1")[0][0]
    told.acknowledged.note(uuid4(), "T0-000001")
    told.acknowledged.note(key, "T9-999999")
    ground.cluster.ask("ALTER TABLE billing_payment DISABLE TRIGGER ALL")
    two = "SELECT ctid FROM billing_payment WHERE reference LIKE 'till %' LIMIT 2"
    ground.cluster.ask(f"UPDATE billing_payment SET reference = 'till 9 sale 1' WHERE ctid = ANY(ARRAY({two}))")
    return books.counted(ground.cluster, told)


def test_table_says_when_a_control_found_no_damage() -> None:
    sound = {"did": "3 kills", "audit": "clean", "p99_ms": 1.0, "holds": True} | dict.fromkeys(figures.SUMMED, 0)
    unseen = {"control": "no lock", "found": 0, "seen": False}
    found = {"storm": sound | {"control": unseen}}
    assert "no lock: 0, NOT SEEN" in figures.table(found)[-1]
    assert not figures.hold(found)
    assert figures.hold({"storm": sound | {"control": unseen | {"seen": True}}})
