"""The objects of the feed, as the API shows them elsewhere, many at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.api.settings import SettingsSerializer
from billing.api import documents
from billing.models import Bill, Shift, StoredValue
from billing.receipts import origins, page_of_bills
from inventory.api.serializers import CategorySerializer, ProductSerializer, TaxRateSerializer
from inventory.models import Category, Product, Stock, TaxRate
from members.api import MemberSerializer
from members.models import Member
from pos.models import StoreSettings
from pos.money import quantity_text, text

Told = tuple[str, dict[str, Any]]  # the id an integrator knows, and the document


@dataclass(frozen=True, slots=True)
class Kind:
    """Where objects of a kind lie, the scope a key needs for them, and how they are told."""

    scope: str
    rows: Callable[[], QuerySet[Any]]
    tell: Callable[[Sequence[Any]], list[dict[str, Any]]]
    name: Callable[[Any], str] = lambda row: str(row.pk)

    def told(self, found: Sequence[Any]) -> dict[int, Told]:
        return {row.pk: (self.name(row), told) for row, told in zip(found, self.tell(found), strict=True)}


def serialized(serializer: type[Any]) -> Callable[[Sequence[Any]], list[dict[str, Any]]]:
    return lambda found: [dict(one) for one in serializer(found, many=True).data]


def stocks(found: Sequence[Stock]) -> list[dict[str, Any]]:
    return [
        {
            "product": row.pk,
            "quantity": quantity_text(row.quantity),
            "oversold": quantity_text(row.oversold),
            "allow_negative": row.allow_negative,
            "by_location": [
                {
                    "location": there.location.code,
                    "quantity": quantity_text(there.quantity),
                    "reorder_point": None if there.reorder_point is None else quantity_text(there.reorder_point),
                }
                for there in row.product.elsewhere.all()
            ],
        }
        for row in found
    ]


def bills(found: Sequence[Bill]) -> list[dict[str, Any]]:
    filled = page_of_bills.filled(found)
    came_from = origins.of(filled)
    return [documents.bill(bill, came_from=came_from) for bill in filled]


def cards(found: Sequence[StoredValue]) -> list[dict[str, Any]]:
    return [
        {
            "id": card.pk,
            "kind": card.kind,
            "last4": card.last4,
            "balance": text(card.balance),
            "is_blocked": card.is_blocked,
        }
        for card in found
    ]


KINDS: Mapping[str, Kind] = {
    "product": Kind(
        "products:read",
        lambda: Product.objects.select_related("stock").prefetch_related("barcodes"),
        serialized(ProductSerializer),
    ),
    "stock": Kind("stock:read", lambda: Stock.objects.prefetch_related("product__elsewhere__location"), stocks),
    "category": Kind("products:read", Category.objects.all, serialized(CategorySerializer)),
    "tax_rate": Kind("products:read", TaxRate.objects.all, serialized(TaxRateSerializer)),
    "member": Kind("members:read", Member.objects.all, serialized(MemberSerializer)),
    "bill": Kind("bills:read", page_of_bills.bare, bills, lambda bill: str(bill.number)),
    "gift_card": Kind("gift-cards:read", StoredValue.objects.all, cards),
    "shift": Kind(
        "shifts:read",
        lambda: Shift.objects.select_related("register", "opened_by", "closed_by"),
        lambda found: [documents.shift(shift) for shift in found],
    ),
    "settings": Kind("settings:read", StoreSettings.objects.all, serialized(SettingsSerializer)),
}
