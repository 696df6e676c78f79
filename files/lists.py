"""The lists that have a page of their own, as tables for a file, filtered as on that page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.codes import unknown_codes
from billing.models import Bill
from billing.receipts import finding
from inventory.models import Stock
from pos.exports import Getter, Table

AT_ONCE = 2000
Filters = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    name: str
    title: Promise
    columns: tuple[tuple[Promise, Getter], ...]
    rows: Callable[[Filters], Iterable[Any]]

    def table(self, filters: Filters) -> Table:
        said = " ".join(str(value) for value in filters.values() if value)
        return Table(f"{self.title} {said}", [(str(title), read) for title, read in self.columns], self.rows(filters))


def bills(filters: Filters) -> Iterable[Bill]:
    first: date | None = filters.get("first")
    last: date | None = filters.get("last")
    return finding.matching(filters.get("q", ""), first=first, last=last).iterator(AT_ONCE)


BILLS = Listed(
    "bills",
    _("Bills"),
    (
        (_("Number"), attrgetter("number")),
        (_("kind"), lambda bill: bill.get_kind_display()),
        (_("When"), attrgetter("at")),
        (_("business date"), attrgetter("business_date")),
        (_("Till"), lambda bill: bill.register.code),
        (_("Cashier"), lambda bill: bill.cashier.username),
        (_("Member"), lambda bill: bill.member.number if bill.member else ""),
        (_("Subtotal"), attrgetter("subtotal")),
        (_("Discount"), attrgetter("discount")),
        (_("Tax"), attrgetter("tax")),
        (_("Total"), attrgetter("total")),
    ),
    bills,
)
STOCK = Listed(
    "stock",
    _("Stock"),
    (
        (_("SKU"), attrgetter("product.sku")),
        (_("Name"), attrgetter("product.name")),
        (_("Stock"), attrgetter("quantity")),
        (_("Reorder point"), attrgetter("product.reorder_point")),
        (_("Cost"), attrgetter("product.cost")),
    ),
    lambda _filters: Stock.objects.select_related("product").order_by("product__name", "pk").iterator(AT_ONCE),
)
UNKNOWN = Listed(
    "unknown-codes",
    _("Unknown codes"),
    (
        (_("code"), attrgetter("code")),
        (_("Till"), lambda scan: scan.register.code),
        (_("By"), lambda scan: scan.by.username),
        (_("times"), attrgetter("times")),
        (_("When"), attrgetter("last_at")),
    ),
    lambda _filters: unknown_codes.waiting().iterator(AT_ONCE),
)
LISTS = {listed.name: listed for listed in (BILLS, STOCK, UNKNOWN)}
# These have a list in the back office, which is exported there as it is filtered
BACK_OFFICE = (
    (_("Products"), "admin:inventory_product_export"),
    (_("Stock movements"), "admin:inventory_stockmovement_export"),
    (_("Members"), "admin:members_member_export"),
    (_("Shifts"), "admin:billing_shift_export"),
    (_("Z reports"), "admin:billing_zreport_export"),
    (_("Approvals"), "admin:accounts_approval_export"),
    (_("Trail"), "admin:accounts_auditentry_export"),
)
