"""Does the imports that wait, one at a time: a small one while the page waits, a large one in `manage.py work`.

The whole import is one transaction that holds its row: a process that dies leaves nothing behind, and the import waits
again. How far it is stands in the name of its database session, which others see before the transaction ends.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from files import imports
from files.models import FileImport, State
from pos.clock import Now
from pos.errors import Refused
from pos.imports import Task

log = logging.getLogger(__name__)
MOST_TRIES = 3
TAKE = """
    UPDATE files_fileimport SET tries = tries + 1
     WHERE id = (SELECT id FROM files_fileimport WHERE state = 'waiting' AND (%(pk)s = 0 OR id = %(pk)s)
                  ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id
"""
ALONE = "SELECT pg_try_advisory_lock(hashtextextended('file import', 0))"
OVER = "SELECT pg_advisory_unlock(hashtextextended('file import', 0))"


def work_one(pk: int = 0) -> bool:
    """Does the import, or the next that waits; returns whether there was one it could do. While another is under way
    it does none: that one waits for the next turn."""
    with _alone() as is_alone:
        return is_alone and _work_one(pk)


def jobs_counted() -> dict[tuple[str, str], int]:
    return {("import", "waiting"): FileImport.objects.filter(state=State.WAITING).count()}


def _work_one(pk: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"pk": pk})
        taken = cursor.fetchone()
    if taken is None:
        return False
    try:
        with transaction.atomic():
            row = FileImport.objects.select_for_update(skip_locked=True, of=("self",)).select_related("by")
            if waiting := row.filter(pk=taken[0], state=State.WAITING).first():
                _do(waiting)
    except Refused as refused:
        _give_back(taken[0], refused.message, refused.facts.get("steep", 0))
    except DatabaseError as error:
        log.warning("import %s: %s", taken[0], error)
        _give_back(taken[0], _("The database was too busy for this import. Try again."), 0)
    return True


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether no other import is under way: two at once would each make what the other makes. The lock is the
    session's, and ends with it."""
    with connection.cursor() as cursor:
        cursor.execute(ALONE)
        is_alone = cursor.fetchone()[0]
    try:
        yield is_alone
    finally:
        if is_alone:
            with suppress(DatabaseError), connection.cursor() as cursor:
                cursor.execute(OVER)


def _do(row: FileImport) -> None:
    with translation.override(row.language or None):
        if row.tries > MOST_TRIES:
            row.state, row.report = State.OPEN, {"problem": _("This import was begun three times and never ended.")}
            row.save(update_fields=["state", "report"])
            return
        report = imports.take_in(row, Task(row.by, row.file_name, run=row.pk, tell=lambda done: _tell(row.pk, done)))
    row.report = imports.told(report)
    row.state = State.DONE if report.is_written else State.OPEN
    if report.is_written:
        row.content = b""
        FileImport.objects.filter(pk=row.pk).update(done_at=Now(), state=State.DONE, content=b"", report=row.report)
    else:
        row.save(update_fields=["state", "report"])


def _give_back(pk: int, problem: str, steep: int) -> None:
    FileImport.objects.filter(pk=pk, state=State.WAITING).update(
        state=State.OPEN, report={"problem": problem, "steep": steep}
    )


def _tell(pk: int, done: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('application_name', %s, true)", [f"import {pk} {done}"])


def how_far(pk: int) -> int | None:
    """How many rows are read; None while the import waits for its turn."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_stat_activity WHERE application_name LIKE %s LIMIT 1", [f"import {pk} %"]
        )
        found = cursor.fetchone()
    return int(found[0].rpartition(" ")[2]) if found else None
