"""A deed is done once for its key, however often it is asked for."""

from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from pos.db_retry import patiently, sqlstate
from pos.errors import Invalid, Refused

BEYOND_A_CHECK = "23514"
Done = TypeVar("Done")


class KeyReused(Refused):
    code = "key_reused"
    status = 422
    message = _("This key already belongs to another sale.")


def once(deed: Callable[[], Done], *, is_done: Callable[[], bool]) -> Done:
    """Do it in a transaction of its own, again after a deadlock.

    `deed` looks for its key first and answers with what was done before. `is_done` tells whether a row with the key
    exists: then a request at another register was faster between that look and the write, and `deed` looks again.
    """
    in_transaction = patiently(transaction.atomic(durable=True)(deed))
    try:
        return in_transaction()
    except IntegrityError as error:
        if sqlstate(error) == BEYOND_A_CHECK:
            raise Invalid("lines", _("This is more than the books can hold."), "too_large") from None
        if not is_done():
            raise
        return in_transaction()
