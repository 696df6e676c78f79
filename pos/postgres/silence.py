"""Gives up on a database server that stays silent: a frozen one sends neither an answer nor an error, and its own time
limits do not fire."""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import psycopg
from django.db import connection
from psycopg.abc import RV, PQGen
from psycopg.errors import _WaitTimeout

CHECK, A_MOMENT = "", 1.0  # what the pool asks; seconds


class Impatient(psycopg.Connection[Any]):
    """A connection that waits at most `longest` seconds for an answer, then closes itself and raises
    OperationalError."""

    longest: float | None = None
    answered: float = 0

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            answer = super().wait(gen, interval, self.longest)
        except _WaitTimeout as silence:
            self.pgconn.finish()
            raise psycopg.OperationalError("the database server does not answer") from silence
        self.answered = monotonic()
        return answer

    def execute(self, query: Any, *args: Any, **options: Any) -> psycopg.Cursor[Any]:
        """The pool asks "" to see whether the connection still works: the server is not asked again for each request
        while it is known to."""
        if query == CHECK and self.works:
            return self.cursor()
        return super().execute(query, *args, **options)

    @property
    def works(self) -> bool:
        """Whether the server answered a moment ago and has not hung up since."""
        if self.closed or monotonic() - self.answered > A_MOMENT:
            return False
        line = select.poll()
        line.register(self.pgconn.socket, select.POLLIN)
        return not line.poll(0)


def gives_up_after(seconds: float) -> type[Impatient]:
    return type("Impatient", (Impatient,), {"longest": seconds})


@contextmanager
def unlimited() -> Iterator[None]:
    """Inside a transaction: its statements may take as long as they need, on the server and here, and so may the checks
    that wait for its end, which are made before the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        with patience():
            yield
            if not connection.needs_rollback:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def patience() -> Iterator[None]:
    """The connection waits for answers as long as it takes."""
    patient = connection.connection
    # one that is not from the pool waits as long as it takes, and so does one that does so already
    if not isinstance(patient, Impatient) or "longest" in vars(patient):
        yield
        return
    patient.longest = None
    try:
        yield
    finally:
        del patient.longest
