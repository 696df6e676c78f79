"""The shop's server with one of its guards removed: a trial that does not find the damage proves nothing.

gunicorn bench.trial.careless:without_locks
"""

import os
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pos.settings")

from pos.wsgi import application

WITHOUT_CHECK = "ALTER TABLE inventory_stock DROP CONSTRAINT stock_not_below_zero"
App = Callable[[dict[str, Any], Callable[..., Any]], Any]
held: list[bytearray] = []
LEAK = 100_000


def with_unlocked_stock() -> App:
    """Stock is read without its lock, so that two sales see the same last piece."""
    from inventory.shelf import stock

    stock.LOCK = stock.READ
    return application
