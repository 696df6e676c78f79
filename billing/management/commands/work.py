"""Prints and mails what is due, imports long lists, gives up old baskets and sign-ins, until it is stopped."""

import logging
import os
import signal
from argparse import ArgumentParser
from collections.abc import Callable
from threading import Event, Thread
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections
from django.utils.module_loading import import_string

from accounts.access import open_sign_ins
from billing.basket import baskets
from billing.receipts import outbox
from pos import rewritings, upkeep
from pos.events import feed

log, tasks = logging.getLogger(__name__), logging.getLogger("pos.tasks")
PAUSE = 1.0
DATABASE_PAUSE = 5.0
TIDY_EVERY = 3600.0


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")
        parser.add_argument("--alive", action="store_true", help="fail when what is due has waited for minutes")
        parser.add_argument("--with-parent", action="store_true", help="end when the starting process ends")

    def handle(self, *args: Any, once: bool, alive: bool, with_parent: bool, **options: Any) -> None:
        if alive and outbox.is_late():
            raise CommandError("Nobody prints and sends what is due.")
        if alive:
            return
        if once:
            tidy_up()
            for deed in (outbox.work_one, *beside()):
                while done(deed):
                    pass
            return
        told = Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: told.set())
        for deed in beside():
            Thread(target=again_and_again, args=(deed, told), daemon=True).start()
        parent, tidy_at = os.getppid(), monotonic()
        while not told.is_set() and (not with_parent or os.getppid() == parent):
            if monotonic() >= tidy_at:
                told.wait(pause(tidy_up))
                tidy_at = monotonic() + TIDY_EVERY
            told.wait(pause(outbox.work_one))


def tidy_up() -> int:
    """Once an hour; returns how many rows were touched."""
    forgotten = baskets.drop_untouched() + outbox.forget_old() + upkeep.forget_old() + feed.forget_old()
    forgotten += open_sign_ins.forget_old()
    return forgotten + rewritings.note(rewritings.counted())


def beside() -> list[Callable[[], bool]]:
    return [import_string(name) for name in settings.WORK_BESIDE_PRINTING]


def again_and_again(deed: Callable[[], bool], told: Event) -> None:
    """A long task must not hold up the printers."""
    while not told.is_set():
        told.wait(pause(deed))


def pause(deed: Callable[[], int | bool]) -> float:
    """Runs one task and returns how many seconds to wait before the next."""
    try:
        return 0.0 if done(deed) else PAUSE
    except DatabaseError as error:
        log.warning("the database is away: %s", error)
        return DATABASE_PAUSE
    finally:
        close_old_connections()  # there are more tasks than connections: a task that waits holds none


def done(deed: Callable[[], int | bool]) -> bool:
    """Does what the task has to do now and logs it; returns whether there was anything."""
    begun = monotonic()
    if not deed():
        return False
    facts = {"task": f"{deed.__module__}.{deed.__name__}", "ms": round((monotonic() - begun) * 1000)}
    tasks.info("done", extra={"facts": facts})
    return True
