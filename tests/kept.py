"""One shop for many tests: built once, and each test's changes rolled back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

Built = TypeVar("Built")
QUICK = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}


@contextmanager
def kept(blocker: DjangoDbBlocker, build: Callable[[], Built]) -> Iterator[Built]:
    """For a fixture of a module whose tests need no second connection: their transactions lie within this one."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # durable blocks may stand inside
    with blocker.unblock(), override_settings(**QUICK):
        block.__enter__()
        built = build()
        check_constraints()
    yield built
    with blocker.unblock():
        transaction.set_rollback(True)
        block.__exit__(None, None, None)


def check_constraints() -> None:
    """Now: a table with checks to come cannot be altered."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
