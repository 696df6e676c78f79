"""Several tills at the same time: threads, each with a database connection of its own."""

from collections.abc import Callable, Sequence
from threading import Barrier, Thread
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

WAIT = 60


def at_once(deeds: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each deed returned or raised, all started together."""
    start = Barrier(len(deeds))
    answers: list[Any] = [None] * len(deeds)

    def do(n: int) -> None:
        connection = connections[DEFAULT_DB_ALIAS]
        options = {name: value for name, value in connection.settings_dict["OPTIONS"].items() if name != "pool"}
        connection.settings_dict = {**connection.settings_dict, "OPTIONS": options}
        try:
            connection.ensure_connection()
            start.wait(WAIT)
            answers[n] = deeds[n]()
        except Exception as error:
            answers[n] = error
        finally:
            connection.close()

    threads = [Thread(target=do, args=(n,), daemon=True) for n in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert not any(thread.is_alive() for thread in threads), "a till waits for ever"
    return answers
