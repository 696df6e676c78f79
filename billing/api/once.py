"""How the API is asked to do something once, and how it answers."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from accounts.http import ApiRequest
from billing.api import documents
from billing.api.serializers import AskedSerializer
from billing.drawer.bill_once import Sold
from billing.models import Bill
from billing.receipts import finding
from pos.errors import Invalid

KEY = OpenApiParameter(
    "Idempotency-Key",
    UUID,
    OpenApiParameter.HEADER,
    required=True,
    description="Makes the sale happen exactly once, for ever. Ask again with the same key after a lost answer.",
)


def key_of(request: ApiRequest) -> UUID:
    try:
        return UUID(request.headers.get("Idempotency-Key", ""))
    except ValueError:
        raise Invalid("Idempotency-Key", "Send a UUID of your own making in this header.", "required") from None


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
    if sold.again:
        bill = finding.whole().get(pk=sold.bill.pk)
        return Response(document(bill), headers={"Idempotent-Replayed": "true"})
    return Response(document(sold.bill), status=201)
