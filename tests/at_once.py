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
    """Until every transaction of another database, or of PostgreSQL's own, that runs now has ended: the server's feed
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
    """What the deed returned or raised, on a connection of its own that is closed afterwards."""
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
    """What each deed returned or raised, all started together."""
    start = Barrier(len(deeds))
    with ThreadPoolExecutor(len(deeds)) as tills:
        answers = [tills.submit(alone, deed, lambda: start.wait(WAIT)) for deed in deeds]
        return [answer.result(WAIT) for answer in answers]


def outcomes_of(*deeds: Deed) -> list[str]:
    """What became of each deed, all started together: "done", or the code it was refused with, in order of the word."""

    def outcome(answer: Any) -> str:
        if isinstance(answer, Exception) and not isinstance(answer, Refused):
            raise answer
        return answer.code if isinstance(answer, Refused) else "done"

    return sorted(map(outcome, at_once(deeds)))


def after_waiting(hold: Deed, deed: Deed, then: Deed = lambda: None, *, until: Deed | None = None) -> Any:
    """What the deed returned or raised once it had stood behind what `hold` did; `then` happens while it stands there.

    `until` comes back when the deed has got there: mostly when somebody waits for a lock.
    """
    with ThreadPoolExecutor(1) as till:
        with transaction.atomic():
            hold()
            answer = till.submit(alone, deed)
            (until or until_somebody_waits)()
            then()
        return answer.result(WAIT)


def until_somebody_waits() -> None:
    """Another connection stands still behind a lock."""
    _until(lambda: _count(f"{OTHERS} AND wait_event_type = 'Lock'") > 0)


def deadlocks() -> int:
    """All that ever happened in this database, told once the tills' connections are gone."""
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
