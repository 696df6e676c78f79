"""The database: its migrations, last night's audit, what is slow in it, its write-ahead log and its disk."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import connection
from django.db.migrations.exceptions import NodeNotFoundError
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from pos import clock, upkeep
from pos.backups.restoring import unknown_migrations
from pos.models import UpkeepKind
from pos.postgres import room
from reports.doctor.finding import Finding, bad, good, look

A_DAY = timedelta(hours=26)
KEPT_WAL = 2_000_000_000
SLOW_SECONDS = 5
SLOW = """
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user
       AND (state = 'active' AND statement_timestamp() - query_start > %(long)s * interval '1 second'
            OR state LIKE 'idle in transaction%%' AND statement_timestamp() - state_change > interval '1 minute')
       AND application_name NOT LIKE 'pg_dump%%'
"""
WAL = """
    SELECT coalesce((SELECT max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)) FROM pg_replication_slots), 0),
           (SELECT last_failed_time > coalesce(last_archived_time, '-infinity') FROM pg_stat_archiver)
"""


def findings() -> Iterator[Finding]:
    yield migrations()
    yield audit()
    yield slow()
    yield wal()
    yield disk()


def newer_than_the_code() -> list[str]:
    """Migrations of the database this code does not have."""
    return unknown_migrations(MigrationExecutor(connection).loader.applied_migrations)


def to_apply() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrations() -> Finding:
    title, do = _("Migrations"), _("Install the version that made them, or restore a backup of before.")
    try:
        newer, count = newer_than_the_code(), to_apply()
    except NodeNotFoundError as error:  # only some of those that are one migration now
        return bad("migrations", title, str(error), do)
    if newer:
        says = _("The database is newer than this version: it has %(names)s.") % {"names": ", ".join(newer[:3])}
        return bad("migrations", title, says, do)
    if count:
        says = _("%(count)s are not applied.") % {"count": count}
        return bad("migrations", title, says, _("Run manage.py migrate."))
    return good("migrations", title, _("All are applied."))


def audit() -> Finding:
    title, last = _("Audit of the books"), upkeep.last_ended(UpkeepKind.AUDIT)
    if last is None:
        says = _("No night has passed since the shop began.")
        return look("audit", title, says, _("The worker audits every night at 4. Until then: manage.py audit."))
    if not last.is_good:
        do = _("Run manage.py audit for every row, restore nothing yet, and ask whoever looks after the database.")
        return bad("audit", title, last.says, do)
    if last.begun_at < clock.now() - A_DAY:
        says = _("The last one is older than a day.")
        return look("audit", title, says, _("See that the worker runs: manage.py work."))
    return good("audit", title, last.says)


def slow() -> Finding:
    title = _("Slow queries")
    with connection.cursor() as cursor:
        cursor.execute(SLOW, {"long": SLOW_SECONDS})
        count = cursor.fetchone()[0]
    if count:
        says = _("%(count)s statements take longer than %(seconds)s seconds.") % {
            "count": count,
            "seconds": SLOW_SECONDS,
        }
        return look("slow", title, says, _("Look at pg_stat_activity; a large report by day slows the tills."))
    return good("slow", title, _("Nothing takes longer than %(seconds)s seconds.") % {"seconds": SLOW_SECONDS})


def wal() -> Finding:
    title = _("Write-ahead log of the database")
    with connection.cursor() as cursor:
        cursor.execute(WAL)
        kept, fails = cursor.fetchone()
    if fails:
        says = _("The database cannot archive its write-ahead log, and keeps all of it.")
        return bad("wal", title, says, _("Look into the log of PostgreSQL for archive_command."))
    if kept > KEPT_WAL:
        says = _("A replica that is away holds back %(size)s GB.") % {"size": round(kept / 1e9, 1)}
        return bad("wal", title, says, _("Bring the replica back, or drop its slot: pg_drop_replication_slot."))
    return good("wal", title, _("Nothing holds it back."))


def disk() -> Finding:
    """Wherever the database lies; how full this machine's own disks are, the findings of the machine say."""
    title = _("Disk of the database")
    connection.ensure_connection()
    if not room.is_left(connection.connection):
        says = _("It is full: nothing can be sold.")
        return bad("database_disk", title, says, _("Make room on it. PostgreSQL goes on by itself once there is some."))
    return good("database_disk", title, _("It takes what is written."))
