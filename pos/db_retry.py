"""Retries after a deadlock or lock timeout: errors after which nothing was written."""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection

P = ParamSpec("P")
R = TypeVar("R")
DEADLOCK, SERIALIZATION, LOCK_TIMEOUT = "40P01", "40001", "55P03"
TRIES = 3


def sqlstate(error: Exception) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""


def patiently(verb: Callable[P, R]) -> Callable[P, R]:
    """Decorator: calls the whole function again, at most twice, after a deadlock or a lock timeout."""

    @wraps(verb)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, TRIES + 1):
            try:
                return verb(*args, **kwargs)
            except OperationalError as error:
                passing = sqlstate(error) in (DEADLOCK, SERIALIZATION, LOCK_TIMEOUT)
                if not passing or attempt == TRIES or connection.in_atomic_block:
                    raise
                time.sleep(random.uniform(0.05, 0.4))
        raise AssertionError("unreachable")

    return call
