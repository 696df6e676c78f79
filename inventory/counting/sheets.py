"""Count sheets: opened over some products, given up, found and held."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from inventory.goods import search
from inventory.models import (
    Category,
    CountDeed,
    CountListing,
    CountScope,
    CountSheet,
    LocationStock,
    Product,
    SheetDeed,
)
from inventory.shelf import bound_keys, locations, oversold
from pos.checks import check_text
from pos.errors import Invalid, Refused
from pos.money import MOST_MONEY, MOST_QUANTITY, in_thousandths

LONGEST_TITLE = 100
LONGEST_REASON = 200
LONGEST_SEARCH = 250
MOST_SHEETS = 999_999
ENDS = (SheetDeed.BOOKED, SheetDeed.DROPPED)


class SheetClosed(Refused):
    code = "sheet_closed"
    message = _("This count is finished. Open another sheet.")


class NothingToCount(Refused):
    code = "nothing_to_count"
    message = _("No product belongs on this sheet.")


@transaction.atomic
def open_sheet(
    *,
    by: User,
    scope: str = CountScope.FREE,
    title: str = "",
    category: Category | None = None,
    search_text: str = "",
    shows_expected: bool = False,
    outlier_pieces: Decimal | None = None,
    outlier_money: Decimal | None = None,
    location: int | None = None,
) -> CountSheet:
    """Opens a sheet over the products of its scope; the shop goes on selling."""
    check_scope(scope, category, search_text)
    check_text("title", title, LONGEST_TITLE)
    check_limit("outlier_pieces", outlier_pieces, MOST_QUANTITY)
    check_limit("outlier_money", outlier_money, MOST_MONEY)
    here = locations.known(location)
    bound_keys.refuse_elsewhere(by, location)
    wanted = chosen(scope, category, search_text, location)
    if wanted is not None and not wanted:
        raise NothingToCount
    sheet = CountSheet.objects.create(
        number=_next_number(),
        title=title.strip() or usual_title(scope, category, search_text),
        scope=scope,
        location=here,
        shows_expected=shows_expected,
        outlier_pieces=outlier_pieces,
        outlier_money=outlier_money,
        by=by,
    )
    CountListing.objects.bulk_create(
        (CountListing(sheet=sheet, product_id=product) for product in wanted or ()), batch_size=5000
    )
    sheet.refresh_from_db()
    return sheet


def check_scope(scope: str, category: Category | None, search_text: str) -> None:
    if scope not in CountScope.values:
        raise Invalid("scope", _("Choose what to count."))
    if (category is not None) != (scope == CountScope.CATEGORY):
        raise Invalid("category", _("A sheet of a category needs one, others have none."))
    check_text("search", search_text, LONGEST_SEARCH)
    if bool(search_text.strip()) != (scope == CountScope.SEARCH):
        raise Invalid("search", _("A sheet of a search needs its words, others have none."))


def check_limit(field: str, limit: Decimal | None, most: Decimal) -> None:
    if limit is not None and not (limit.is_finite() and 0 <= limit <= most and in_thousandths(limit)):
        raise Invalid(field, _("A limit is zero or more, with at most three decimals."))


def chosen(scope: str, category: Category | None, search_text: str, location: int | None = None) -> list[int] | None:
    """The products of a scope; None where any product may be scanned. Goods off sale are left out once all are gone."""
    if scope == CountScope.FREE:
        return None
    rows: QuerySet[Product] = Product.objects.filter(stock__isnull=False)
    if category is not None:
        rows = rows.filter(category__in=with_those_below(category))
    elif scope == CountScope.SEARCH:
        rows = rows.filter(search.matches(search_text))
    else:
        rows = oversold.to_count_at(location)
    left = ~Q(stock__quantity=0)
    if location is not None:
        left = Q(Exists(LocationStock.objects.filter(location=location, product=OuterRef("pk")).exclude(quantity=0)))
    there = rows.filter(Q(is_active=True) | left)
    return sorted(set(there.values_list("pk", flat=True)))


def with_those_below(category: Category) -> set[int]:
    children: dict[int | None, list[int]] = {}
    for pk, parent in Category.objects.values_list("pk", "parent"):
        children.setdefault(parent, []).append(pk)
    found, waiting = set(), [category.pk]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += children.get(here, [])
    return found


def usual_title(scope: str, category: Category | None, search_text: str) -> str:
    if category is not None:
        return category.name[:LONGEST_TITLE]
    return search_text.strip()[:LONGEST_TITLE] or str(CountScope(scope).label)


@transaction.atomic
def drop(sheet: CountSheet, *, by: User, reason: str = "") -> CountDeed:
    """Gives a sheet up: nothing is booked."""
    check_text("reason", reason, LONGEST_REASON)
    hold(sheet)
    refuse_closed(sheet)
    return CountDeed.objects.create(sheet=sheet, deed=SheetDeed.DROPPED, reason=reason.strip(), by=by)


def hold(sheet: CountSheet) -> None:
    """Locks the sheet until the transaction ends: nobody counts on it meanwhile. Taken before any stock."""
    list(CountSheet.objects.select_for_update().filter(pk=sheet.pk))


def share(sheet: CountSheet) -> None:
    """Holds the sheet against its booking, beside others who count on it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM inventory_countsheet WHERE id = %s FOR SHARE", [sheet.pk])


def deeds(sheets: Iterable[CountSheet]) -> dict[int, dict[str, CountDeed]]:
    """What became of each sheet, by deed."""
    found: dict[int, dict[str, CountDeed]] = {sheet.pk: {} for sheet in sheets}
    for deed in CountDeed.objects.filter(sheet__in=found).select_related("by"):
        found[deed.sheet_id][deed.deed] = deed
    return found


def state(done: dict[str, CountDeed]) -> str:
    """ "undone", "booked", "dropped", or "open"."""
    return next((deed for deed in (SheetDeed.UNDONE, *ENDS) if deed in done), "open")


def refuse_closed(sheet: CountSheet) -> None:
    if CountDeed.objects.filter(sheet=sheet, deed__in=ENDS).exists():
        raise SheetClosed(number=sheet.number)


def _next_number() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('count sheet', 0))")
        cursor.execute("SELECT coalesce(max(substr(number, 3)::int), 0) + 1 FROM inventory_countsheet")
        number = cursor.fetchone()[0]
    if number > MOST_SHEETS:
        raise Refused(_("All numbers of count sheets are used."))
    return f"C-{number:06d}"
