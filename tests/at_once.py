"""Several tills at the same time: threads, each with a database connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import monotonic, sleep
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from pos.errors import Refused

WAIT = 30
Deed = Callable[[], Any]
OTHERS = (
    "FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


OF_OTHERS = """
    SELECT pid, backend_xid::text FROM pg_stat_activity
     WHERE backend_xid IS NOT NULL AND (datname <> current_database() OR backend_type = 'autovacuum worker')
"""


def wait_for_tests_beside() -> None:
    """Waits for every transaction now running in another database or in PostgreSQL itself: the server's feed
    waits for those too."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(OF_OTHERS)
        waited_for = set(cursor.fetchall())
        for _turn in range(600):
            cursor.execute(OF_OTHERS)
            if waited_for.isdisjoint(cursor.fetchall()):
                return
            sleep(0.1)


def alone(deed: Deed, start: Callable[[], Any] = lambda: None) -> Any:
    """Returns what the function returned or raised; it runs on its own connection, closed afterwards."""
    own = connections[DEFAULT_DB_ALIAS]
    options = {name: value for name, value in own.settings_dict["OPTIONS"].items() if name != "pool"}
    own.settings_dict = {**own.settings_dict, "OPTIONS": options}
    try:
        own.ensure_connection()
        start()
        return deed()
    except Exception as error:
        return error
    finally:
        own.close()


def at_once(deeds: Sequence[Deed]) -> list[Any]:
    """Starts all functions together; returns what each returned or raised."""
    start = Barrier(len(deeds))
    with ThreadPoolExecutor(len(deeds)) as tills:
        answers = [tills.submit(alone, deed, lambda: start.wait(WAIT)) for deed in deeds]
        return [answer.result(WAIT) for answer in answers]


def outcomes_of(*deeds: Deed) -> list[str]:
    """Starts all functions together; returns, sorted, "done" or the code of the refusal for each."""

    def outcome(answer: Any) -> str:
        if isinstance(answer, Exception) and not isinstance(answer, Refused):
            raise answer
        return answer.code if isinstance(answer, Refused) else "done"

    return sorted(map(outcome, at_once(deeds)))


def after_waiting(hold: Deed, deed: Deed, then: Deed = lambda: None, *, until: Deed | None = None) -> Any:
    """Runs `deed` while `hold` keeps it waiting, calls `then` meanwhile, and returns what the deed returned or raised.

    `until` returns once the deed is waiting; by default once a connection waits for a lock.
    """
    with ThreadPoolExecutor(1) as till:
        with transaction.atomic():
            hold()
            answer = till.submit(alone, deed)
            (until or until_somebody_waits)()
            then()
        return answer.result(WAIT)


def until_somebody_waits() -> None:
    """Waits until another connection waits for a lock."""
    _until(lambda: _count(f"{OTHERS} AND wait_event_type = 'Lock'") > 0)


def deadlocks() -> int:
    """The number of deadlocks ever in this database, read after the tills' connections have closed."""
    _until(lambda: _count(f"{OTHERS} AND state IS DISTINCT FROM 'idle'") == 0)
    return _count(
        "FROM pg_stat_get_db_deadlocks((SELECT oid FROM pg_database WHERE datname = current_database())) d", "d"
    )


def _count(rest: str, what: str = "count(*)") -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(f"SELECT {what} {rest}")
        return cursor.fetchone()[0]


def _until(holds: Callable[[], bool]) -> None:
    end = monotonic() + WAIT
    while not holds():
        assert monotonic() < end, "this never came"
        sleep(0.005)
