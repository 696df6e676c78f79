"""What is taken at the same moment by somebody else: the database decides, and the second hears why."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from pos.db_retry import sqlstate
from pos.errors import Refused

UNIQUE, EXCLUSION = "23505", "23P01"


@contextmanager
def unique_or(refusal: Refused) -> Iterator[None]:
    """Write within, or raise the refusal where a unique or exclusion constraint forbids it. Any other fault stays what
    it is."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if sqlstate(error) not in (UNIQUE, EXCLUSION):
            raise
        raise refusal from None
