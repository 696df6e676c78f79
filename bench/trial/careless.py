"""The shop's server with one of its guards removed: a trial that does not find the damage proves nothing.

gunicorn bench.trial.careless:without_locks
"""

import os
from collections.abc import Callable
from time import monotonic
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pos.settings")

from pos.wsgi import application

WITHOUT_CHECK = "ALTER TABLE inventory_stock DROP CONSTRAINT stock_not_below_zero"
App = Callable[[dict[str, Any], Callable[..., Any]], Any]
held: dict[int, bytearray] = {}
LEAK = 4_000_000


def with_unlocked_stock() -> App:
    """Stock is read without its lock, so that two sales see the same last piece."""
    from inventory.shelf import stock

    stock.LOCK = stock.READ
    return application


def with_papers_in_the_request() -> App:
    """A request for a receipt waits until it is printed or sent."""
    from billing.api import papers
    from billing.receipts import outbox

    for view in (papers.BillPrints, papers.BillMail):
        post: Any = view.post

        def at_once(self: Any, *args: Any, post: Any = post, **kwargs: Any) -> Any:
            answer = post(self, *args, **kwargs)
            outbox.work_one()
            return answer

        view.post = at_once  # type: ignore[method-assign]
    return application


def with_a_leak() -> App:
    """Requests leak memory: the same amount each second, so that slow machines show it and fast ones do not run out."""

    def leaking(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if (second := int(monotonic())) not in held:
            held[second] = bytearray(os.urandom(1) * LEAK)
        return application(environ, start_response)

    return leaking
