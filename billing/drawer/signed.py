"""Has cash moved by hand, or a gift card sold without a bill, signed once it is committed and no lock is held."""

from functools import partial

from django.db import transaction

from billing.models import CashMovement, StoredValueEntry
from billing.receipts.signing import signing


def when_committed(booked: CashMovement | StoredValueEntry) -> None:
    transaction.on_commit(partial(signing.sign, booked))
