"""A database of any older version is taken over whole, or refused."""

import pytest
from django.db import connection
from django.db.migrations.exceptions import NodeNotFoundError
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.django_db
ROOMS = ("pos", "accounts", "inventory", "members", "billing", "reports", "files")
DISK = MigrationLoader(None).disk_migrations
GUARDED = [app for app in ROOMS if (app, "0002_guards") in DISK]
LATER = [(app, name) for (app, name), found in DISK.items() if app in ROOMS and not found.replaces]


def recorded() -> set[tuple[str, str]]:
    return set(MigrationRecorder(connection).applied_migrations())


def forget(*names: tuple[str, str]) -> None:
    """As if these had never been run."""
    recorder = MigrationRecorder(connection)
    for name in names:
        recorder.record_unapplied(*name)


def left_to_run() -> set[tuple[str, str]]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return {(migration.app_label, migration.name) for migration, _backwards in plan}


def folded(app: str) -> list[tuple[str, str]]:
    return [old for (room, _name), new in DISK.items() if room == app for old in new.replaces]


def test_database_of_the_version_before_runs_only_what_came_later() -> None:
    forget(*((app, name) for app, name in DISK if app in ROOMS))
    assert recorded() >= {old for app in ROOMS for old in folded(app)}
    assert left_to_run() == set(LATER)


@pytest.mark.parametrize("app", GUARDED)
def test_room_begun_runs_what_is_left(app: str) -> None:
    left = [(app, "0002_guards"), *(later for later in LATER if later[0] == app)]
    forget(*left, *DISK[app, "0002_guards"].replaces)
    assert left_to_run() == set(left)


@pytest.mark.parametrize("app", GUARDED)
def test_database_that_stopped_between_old_migrations_is_refused(app: str) -> None:
    forget((app, "0001_shop"), (app, "0002_guards"), *LATER)
    for old in reversed(DISK[app, "0001_shop"].replaces[1:]):  # its newest, then one more at a time
        forget(old)
        with pytest.raises(NodeNotFoundError, match="some of the replaced migrations are already applied"):
            left_to_run()
