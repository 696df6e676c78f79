"""How often a key may ask. Each web process counts for itself, so that a request costs no statement for it: a key is
always served as often as its limit says, and at most that often by each process."""

from math import ceil
from threading import Lock
from time import monotonic

from django.utils.translation import gettext_lazy as _

from pos.errors import Refused

WINDOW = 60.0
counted: dict[int, tuple[float, int]] = {}  # key -> when its minute began, and how often it asked since
guard = Lock()


class TooManyRequests(Refused):
    code = "too_many_requests"
    status = 429
    message = _("This key asks too often. Wait before asking again.")


def count(key: int, most: int) -> None:
    now = monotonic()
    with guard:
        began, asked = counted.get(key, (now, 0))
        if now - began >= WINDOW:
            began, asked = now, 0
        if asked >= most:
            wait = ceil(began + WINDOW - now)
            raise TooManyRequests(retry_after=wait, per_minute=most)
        counted[key] = began, asked + 1
