"""How the API is asked to do something once, and how it answers."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from rest_framework.response import Response

from billing.api import documents
from billing.api.serializers import AskedSerializer
from billing.drawer.bill_once import Sold
from billing.models import Bill
from billing.receipts import finding
from pos.api.views import done

Shape = TypeVar("Shape", bound=AskedSerializer)


@cache
def built(shape: type[Shape], currency: str) -> Shape:
    """One for every request, in the decimals of this currency: to build its fields anew takes a tenth of a sale."""
    return shape()


def checked(serializer: Any) -> Any:
    serializer.is_valid(raise_exception=True)
    return serializer


def answered(sold: Sold, document: Callable[[Bill], documents.Document] = documents.bill) -> Response:
    """The new bill, or the one of before and a word that it is."""
    bill = finding.whole().get(pk=sold.bill.pk) if sold.again else sold.bill
    return done(document(bill), again=sold.again)
