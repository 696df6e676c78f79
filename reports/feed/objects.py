"""The objects of the feed, as the API shows them elsewhere, many at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.api.settings import SettingsSerializer
from accounts.models import User
from billing.api import documents
from billing.models import Bill, Shift, StoredValue
from billing.receipts import origins, page_of_bills
from inventory.api.serializers import CategorySerializer, ProductSerializer, TaxRateSerializer
from inventory.models import Category, Product, Stock, TaxRate
from inventory.shelf import bound_keys
from members.api import MemberSerializer
from members.models import Member
from pos.models import StoreSettings
from pos.money import quantity_text, text

Told = tuple[str, dict[str, Any]]  # the id an integrator knows, and the document


@dataclass(frozen=True, slots=True)
class Kind:
    """Where objects of a kind lie, the scope a key needs for them, and how they are told, to a key that is bound to
    locations too."""

    scope: str
    rows: Callable[[], QuerySet[Any]]
    tell: Callable[[Sequence[Any], User | None], list[dict[str, Any]]]
    name: Callable[[Any], str] = lambda row: str(row.pk)

    def told(self, found: Sequence[Any], by: User | None = None) -> dict[int, Told]:
        return {row.pk: (self.name(row), told) for row, told in zip(found, self.tell(found, by), strict=True)}


def serialized(serializer: type[Any]) -> Callable[[Sequence[Any], User | None], list[dict[str, Any]]]:
    return lambda found, _by: [dict(one) for one in serializer(found, many=True).data]


def products(found: Sequence[Product], by: User | None) -> list[dict[str, Any]]:
    bound_keys.show_own(found, by)
    return serialized(ProductSerializer)(found, by)


def stocks(found: Sequence[Stock], by: User | None) -> list[dict[str, Any]]:
    own = bound_keys.places_of(by)
    tells_first = own is None or None in own
    return [
        {
            "product": row.pk,
            "quantity": quantity_text(row.quantity) if tells_first else None,
            "oversold": quantity_text(row.oversold) if tells_first else None,
            "allow_negative": row.allow_negative,
            "by_location": [
                {
                    "location": there.location.code,
                    "quantity": quantity_text(there.quantity),
                    "reorder_point": None if there.reorder_point is None else quantity_text(there.reorder_point),
                }
                for there in row.product.elsewhere.all()
                if own is None or there.location_id in own
            ],
        }
        for row in found
    ]


def bills(found: Sequence[Bill], _by: User | None) -> list[dict[str, Any]]:
    filled = page_of_bills.filled(found)
    came_from = origins.of(filled)
    return [documents.bill(bill, came_from=came_from) for bill in filled]


def cards(found: Sequence[StoredValue], _by: User | None) -> list[dict[str, Any]]:
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
        products,
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
        lambda found, _by: [documents.shift(shift) for shift in found],
    ),
    "settings": Kind("settings:read", StoreSettings.objects.all, serialized(SettingsSerializer)),
}
