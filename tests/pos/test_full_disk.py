"""With the database's disk full the shop is not ready until there is space again."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from bench.trial import small_disk
from pos.embedded import server
from reports.doctor import books
from reports.doctor.finding import State

pytestmark = pytest.mark.django_db(transaction=True)
MEGABYTES = 2


@pytest.fixture
def disk() -> Iterator[Path]:
    """A small disk for the database's temporary files."""
    name = connection.settings_dict["NAME"]
    owner = Path(asked("SHOW data_directory")).stat()
    place = server.BASE_DIR / "var" / f"full-{name}"
    try:
        with small_disk.mounted(place, MEGABYTES) as made:
            os.chown(made, owner.st_uid, owner.st_gid)
            run(f"CREATE TABLESPACE small LOCATION '{made}'", f'ALTER DATABASE "{name}" SET temp_tablespaces = small')
            try:
                yield made
            finally:
                run(f'ALTER DATABASE "{name}" RESET temp_tablespaces', "DROP TABLESPACE small")
    except small_disk.CannotMount as reason:
        pytest.skip(str(reason))
    finally:
        shutil.rmtree(place, ignore_errors=True)


def asked(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_shop_with_a_full_disk_is_not_ready_until_there_is_space(disk: Path, client: Client) -> None:
    assert client.get("/readyz").status_code == 200
    ballast = small_disk.fill(disk)
    full = client.get("/readyz?details")
    assert (full.status_code, full.text.partition(":")[0]) == (503, "the disk of the database is full")
    assert client.get("/sign-in").status_code == 200  # reading still works
    ballast.unlink()
    assert client.get("/readyz").status_code == 200


def test_doctor_says_that_the_disk_of_the_database_is_full(disk: Path) -> None:
    run("SET temp_tablespaces = small")  # this connection was opened before the disk was mounted
    try:
        assert books.disk().state is State.GOOD
        small_disk.fill(disk)
        found = books.disk()
    finally:
        run("RESET temp_tablespaces")
    assert (found.state, found.says) == (State.BAD, "It is full: nothing can be sold.")


def test_checking_for_disk_space_leaves_nothing_behind() -> None:
    assert books.disk().state is State.GOOD
    assert asked("SHOW work_mem") != "64kB"
    assert asked("SELECT count(*) FROM pg_ls_tmpdir()") == 0
