"""POS_TEST_DATE moves the clock of a test run, of its processes and of its database, and lets it run on.

    POS_TEST_DATE=2028-02-29T12:00+01:00 .venv/bin/pytest tests/billing

It does not move the clock of the browser and of PostgreSQL's own notes (`real_time`), so their tests are left out,
nor of programs in a process of their own (`pos.embedded`, `manage.py check`, `import pos.settings` and the like in
tests/pos and tests/test_architecture.py), which read no date.
The servers that tests start share the clock: `program` runs them.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import time_machine

from pos import clock

REAL = "statement_timestamp()"
IN_BROWSER = {"browser", "either_counter"}  # the second asks for a browser as it runs
RUN_AWAY = """
import runpy, time, time_machine
time_machine.travel(time.time() + {seconds}, tick=True).start()
runpy.run_module("{module}", run_name="__main__", alter_sys=True)
"""
away = timedelta(0)


def move() -> None:
    """Must run before the migrations create the database's shop_now(), which gives every row its default time."""
    if moment := os.environ.get("POS_TEST_DATE"):
        global away  # noqa: PLW0603  set once, before anything runs
        away = _travel(datetime.fromisoformat(moment))
        moved = f"({REAL} + interval '{away.total_seconds():f} seconds')"
        assert isinstance(clock.FUNCTION.sql, str)
        clock.FUNCTION.sql = clock.FUNCTION.sql.replace(REAL, moved)


def program(module: str) -> list[str]:
    """The command that runs a module in another process with this run's clock."""
    return ["-c", RUN_AWAY.format(seconds=away.total_seconds(), module=module)] if away else ["-m", module]


@contextmanager
def real_time() -> Iterator[None]:
    """Within the block the clock is the machine's, for programs whose clock is not moved."""
    real = time_machine.escape_hatch.time.time() if away else time.time()
    with time_machine.travel(real, tick=True):
        yield


def _travel(to: datetime) -> timedelta:
    if to.tzinfo is None:
        raise pytest.UsageError("POS_TEST_DATE needs its distance from UTC: 2028-02-29T12:00+01:00.")
    real = time.time_ns()
    time_machine.travel(to, tick=True).start()
    return timedelta(microseconds=(time.time_ns() - real) // 1000)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not os.environ.get("POS_TEST_DATE"):
        return
    out_of_reach = [
        item
        for item in items
        if IN_BROWSER.intersection(getattr(item, "fixturenames", ())) or item.get_closest_marker("real_time")
    ]
    config.hook.pytest_deselected(items=out_of_reach)
    items[:] = [item for item in items if item not in set(out_of_reach)]
