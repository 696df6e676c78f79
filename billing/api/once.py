"""Reads requests and builds answers of the API's operations that are done once per key."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from rest_framework.response import Response

from billing.api import documents
from billing.api.serializers import AskedSerializer
from billing.drawer.bill_once import Sold
from billing.models import Bill
from billing.receipts import finding, practice
from pos.api.views import done

Shape = TypeVar("Shape", bound=AskedSerializer)


@cache
def built(shape: type[Shape], currency: str) -> Shape:
    """One serializer instance for all requests and this currency's decimals, because building its fields takes a tenth
    of the time of a sale."""
    return shape()


def checked(serializer: Any) -> Any:
    serializer.is_valid(raise_exception=True)
    return serializer


def answered(sold: Sold, document: Callable[[Bill], documents.Document] = documents.bill) -> Response:
    """The answer with the bill: new, or written before and marked as replayed."""
    with practice.present(sold.bill.number):
        whole = finding.whole().get(pk=sold.bill.pk) if sold.again or sold.bill.is_practice else sold.bill
        return done(document(whole), again=sold.again)
