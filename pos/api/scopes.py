"""Which scope a machine's key needs for each route of the API. A route or method that is not named here is for people
only."""

from collections.abc import Mapping

READ, WRITE = "read", "write"
Needs = Mapping[str, str]  # method -> scope; an empty scope means any key


def reads(resource: str) -> Needs:
    return {"GET": f"{resource}:{READ}"}


def writes(resource: str, *methods: str) -> Needs:
    return dict.fromkeys(methods or ("POST",), f"{resource}:{WRITE}")


def asks(resource: str) -> Needs:
    """A POST that only answers a question."""
    return {"POST": f"{resource}:{READ}"}


def both(resource: str, *methods: str) -> Needs:
    return {**reads(resource), **writes(resource, *methods)}


ROW = ("PATCH", "DELETE")
NEEDS: Mapping[str, Needs] = {
    "api-products": both("products"),
    "api-product": both("products", *ROW),
    "api-product-image": writes("products", "PUT", "DELETE"),
    "api-categories": both("products"),
    "api-category": both("products", *ROW),
    "api-tax-rates": reads("products"),
    "api-tax-rate": reads("products"),
    "api-product-stock": both("stock"),
    "api-labels": asks("products"),
    "api-label-patterns": reads("products"),
    "api-label-try": asks("products"),
    "api-label-pattern": reads("products"),
    "api-reasons": reads("stock"),
    "api-reason": reads("stock"),
    "api-locations": reads("stock"),
    "api-location": reads("stock"),
    "api-transfers": both("stock"),
    "api-transfer": reads("stock"),
    "api-transfer-receive": writes("stock"),
    "api-transfer-call-back": writes("stock"),
    "api-transfer-give-up": writes("stock"),
    "api-transfer-undo": writes("stock"),
    "api-counts": both("stock"),
    "api-count": reads("stock"),
    "api-count-entries": both("stock"),
    "api-count-entry-take-back": writes("stock"),
    "api-suppliers": both("purchasing"),
    "api-supplier": both("purchasing", "PATCH"),
    "api-supplier-articles": both("purchasing"),
    "api-supplier-article": writes("purchasing", "DELETE"),
    "api-purchase-orders": both("purchasing"),
    "api-purchase-order": both("purchasing", "PATCH"),
    "api-purchase-order-send": writes("purchasing"),
    "api-purchase-order-close": writes("purchasing"),
    "api-purchase-order-pdf": reads("purchasing"),
    "api-purchase-order-mail": writes("purchasing"),
    "api-goods-receipts": both("purchasing"),
    "api-goods-receipt": reads("purchasing"),
    "api-goods-receipt-reverse": writes("purchasing"),
    "api-supplier-returns": both("purchasing"),
    "api-products-bulk": writes("products"),
    "api-stock-bulk": writes("stock"),
    "api-members-bulk": writes("members"),
    "api-quotes": asks("bills"),
    "api-bills": both("bills"),
    "api-bill-by-key": reads("bills"),
    "api-bill": reads("bills"),
    "api-baskets": both("bills"),
    "api-basket": both("bills", "PATCH"),
    "api-basket-gift-cards": writes("bills"),
    "api-basket-gift-card": writes("bills", "DELETE"),
    "api-basket-lines": writes("bills"),
    "api-basket-line": writes("bills", "PATCH"),
    "api-basket-park": writes("bills"),
    "api-basket-pay": writes("bills"),
    "api-basket-points": writes("bills", "PUT"),
    "api-basket-resume": writes("bills"),
    "api-basket-take-over": writes("bills"),
    "api-basket-drop": writes("bills"),
    "api-late-sales": writes("late-sales"),
    "api-bill-signature": reads("bills"),
    "api-exchange-quotes": asks("bills"),
    "api-bill-refunds": writes("bills"),
    "api-bill-exchanges": writes("bills"),
    "api-refunds": writes("bills"),
    "api-bill-prints": both("papers"),
    "api-bill-mail": writes("papers"),
    "api-jobs": reads("papers"),
    "api-job": both("papers", "DELETE"),
    "api-job-retry": writes("papers"),
    "api-gift-cards": writes("gift-cards"),
    "api-gift-card-look-up": asks("gift-cards"),
    "api-me": {"GET": ""},
    "api-changes": {"GET": ""},  # the view asks for the scope of each type
    "api-snapshot": {"GET": ""},
    "api-tenders": reads("settings"),
    "api-tender": reads("settings"),
    "api-registers": reads("registers"),
    "api-register": reads("registers"),
    "api-register-favourites": reads("registers"),
    "api-register-shifts": writes("shifts"),
    "api-shifts": reads("shifts"),
    "api-shift": reads("shifts"),
    "api-shift-close": writes("shifts"),
    "api-shift-report": reads("shifts"),
    "api-members": both("members"),
    "api-member": both("members", "PATCH"),
    "api-member-consent": writes("members"),
    "api-member-vip": writes("members", "PUT", "DELETE"),
    "api-member-points": reads("members"),
    "api-settings": reads("settings"),
    "api-settings-history": reads("settings"),
    "api-report-revenue": reads("reports"),
    "api-report-transactions": reads("reports"),
    "api-report-purchased-products": reads("reports"),
    "api-report-monthly-transactions": reads("reports"),
    "api-report-monthly-sold-products": reads("reports"),
    "api-report-members-by-tier": reads("reports"),
    "api-report-current-cash": reads("reports"),
    "api-report-oversold": reads("reports"),
    "api-report-out-of-stock": reads("reports"),
    "api-report-cashiers": reads("reports"),
    "api-report-sales": reads("reports"),
    "api-report-shrinkage": reads("reports"),
    "api-report-assortment": reads("reports"),
    "api-report-members-by-month": reads("reports"),
    "api-report-owed": reads("reports"),
    "api-report-stock-value": reads("reports"),
    "api-journal": reads("reports"),
}
# What tells of every location together, and cannot be told of some
OF_EVERY_LOCATION = frozenset(
    f"api-report-{name}" for name in ("oversold", "out-of-stock", "shrinkage", "assortment", "stock-value")
)
SCOPES = sorted({scope for needs in NEEDS.values() for scope in needs.values() if scope})
PRACTISED = f"bills:{WRITE}"
REAL = [scope for scope in SCOPES if scope.endswith(f":{WRITE}") and scope != PRACTISED]  # never for practice


def needed(route: str | None, method: str | None) -> str | None:
    """The scope for a method of a named route; None where no key may."""
    return NEEDS.get(route or "", {}).get("GET" if method == "HEAD" else str(method))
