"""Several people at the same moment, each on a connection of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection, connections

Result = TypeVar("Result")


def at_once(people: int, deed: Callable[[int], Result]) -> list[Result]:
    start = Barrier(people)

    def turn(number: int) -> Result:
        connection.ensure_connection()  # everybody is in the shop before anybody begins
        start.wait()
        try:
            return deed(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(people) as crowd:
        return list(crowd.map(turn, range(people)))
