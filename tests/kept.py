"""Shops that many tests use: what each of them changes is rolled back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

T = TypeVar("T")
QUICK_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@contextmanager
def taken_back() -> Iterator[None]:
    """Rolls back what is done within."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # durable blocks may stand inside
    with block:
        yield
        transaction.set_rollback(True)


@contextmanager
def kept(blocker: DjangoDbBlocker, build: Callable[[], T]) -> Iterator[T]:
    """For a fixture of a module whose tests need no second connection: their transactions lie within this one."""
    with blocker.unblock(), taken_back():
        with override_settings(PASSWORD_HASHERS=QUICK_HASHERS):
            made = build()
        check_constraints()
        yield made


def check_constraints() -> None:
    """Now: a table with checks to come cannot be altered."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
