"""A manager has outliers counted again, books the sheet in one transaction, and undoes it by a counter-booking."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Permission, User
from inventory.counting import entries, figures, sheets
from inventory.counting.figures import Standing
from inventory.models import CountDeed, CountLine, CountRecount, CountSheet, SheetDeed, StockMovement
from inventory.shelf import stock
from pos.checks import check_text
from pos.errors import Invalid, ManagersOnly, Refused
from pos.money import MOST_QUANTITY, ZERO

MOST_NAMED = 3


class NothingCounted(Refused):
    code = "nothing_counted"
    message = _("Nothing was counted on this sheet.")


class NeedsRecount(Refused):
    code = "needs_recount"
    message = _("Some products have to be counted again first.")


class CountedSince(Refused):
    code = "counted_since"
    message = _("Another count came in between. Count these again.")


class Contradicted(Refused):
    code = "count_contradicted"
    message = _("More was sold since than was counted. Count these again.")


class NotBooked(Refused):
    code = "not_booked"
    message = _("Only a booked count can be undone.")


class UndoneBefore(Refused):
    code = "undone_before"
    message = _("This count was undone before.")


@transaction.atomic
def ask_recount(sheet: CountSheet, products: Collection[int], *, by: User) -> list[CountRecount]:
    """Has products counted again: their next entries replace what was counted."""
    refuse_others(by)
    sheets.hold(sheet)
    sheets.refuse_closed(sheet)
    rows = {row.id: row for row in figures.standing(sheet)}
    if unknown := [product for product in products if product not in rows or rows[product].counted is None]:
        raise entries.NotOnSheet(_("Only what was counted can be counted again."), products=unknown)
    return CountRecount.objects.bulk_create(
        CountRecount(sheet=sheet, product_id=product, round=rows[product].round + 1, by=by)
        for product in sorted(set(products))
        if not rows[product].waits_for_recount
    )


@transaction.atomic
def ask_outliers(sheet: CountSheet, *, by: User) -> list[CountRecount]:
    """Has everything counted again that must be before booking."""
    refuse_others(by)
    sheets.hold(sheet)
    wanted = [row.id for row in figures.standing(sheet) if figures.needs_recount(sheet, row)]
    return ask_recount(sheet, wanted, by=by)


@transaction.atomic
def book(sheet: CountSheet, *, by: User, accept_outliers: bool = False) -> CountDeed:
    """Books each difference between what was counted and what the books expected then, on top of the stock now."""
    refuse_others(by)
    sheets.hold(sheet)
    sheets.refuse_closed(sheet)
    products = [row.id for row in figures.standing(sheet) if row.counted is not None]
    if not products:
        raise NothingCounted
    stock.lock(products, location=sheet.location_id)
    rows = [row for row in figures.standing(sheet) if row.counted is not None]  # again, with the stock held
    if not accept_outliers:
        refuse_if(NeedsRecount, [row for row in rows if figures.needs_recount(sheet, row)])
    refuse_if(CountedSince, [row for row in rows if row.counted_since])
    refuse_if(Contradicted, [row for row in rows if row.in_stock + row.variance < 0 and not row.allow_negative])
    for row in rows:
        check_fits(row)
    CountLine.objects.bulk_create(
        CountLine(
            sheet=sheet,
            product_id=row.id,
            counted=row.counted or ZERO,
            expected=row.expected or ZERO,
            cost=row.cost,
            price=row.price,
        )
        for row in rows
    )
    found = {row.id: row.variance for row in rows}
    stock.correct(found, reference=f"count {sheet.number}", by=by.pk, location=sheet.location_id)
    return CountDeed.objects.create(sheet=sheet, deed=SheetDeed.BOOKED, by=by)


@transaction.atomic
def undo(sheet: CountSheet, *, reason: str, by: User) -> CountDeed:
    """Books the opposite of every line. Refused where a later count has set the books right since."""
    refuse_others(by)
    check_text("reason", reason, sheets.LONGEST_REASON)
    if not reason.strip():
        raise Invalid("reason", _("Say why this count is undone."), "required")
    sheets.hold(sheet)
    done = sheets.deeds([sheet])[sheet.pk]
    if SheetDeed.UNDONE in done:
        raise UndoneBefore(number=sheet.number)
    if SheetDeed.BOOKED not in done:
        raise NotBooked(number=sheet.number)
    lines = {line.product_id: line for line in sheet.lines.all()}
    goods = stock.lock(lines, location=sheet.location_id)
    refuse_named(CountedSince, counted_after(sheet, lines))
    short = [pk for pk, line in lines.items() if goods[pk].quantity < line.variance and not goods[pk].allow_negative]
    refuse_named(stock.OutOfStock, short)
    moved = {product: -line.variance for product, line in sorted(lines.items())}
    stock.correct(moved, reference=f"count {sheet.number} undone", by=by.pk, location=sheet.location_id)
    return CountDeed.objects.create(sheet=sheet, deed=SheetDeed.UNDONE, reason=reason.strip(), by=by)


def counted_after(sheet: CountSheet, products: Collection[int]) -> list[int]:
    counts = StockMovement.objects.filter(kind="count", product__in=products, location=sheet.location_id)
    own = dict(counts.filter(reference=f"count {sheet.number}").values_list("product", "pk"))
    later = counts.filter(pk__gt=min(own.values(), default=0)).values_list("product", "pk")
    return sorted({product for product, pk in later if pk > own[product]})


def refuse_others(by: User) -> None:
    if not by.may(Permission.COUNTS):
        raise ManagersOnly


def check_fits(row: Standing) -> None:
    if abs(row.in_stock + row.variance) > MOST_QUANTITY or abs(row.variance) > MOST_QUANTITY:
        raise Invalid("quantity", _("%(name)s: this is more than the books can hold.") % {"name": row.name})


def refuse_if(refusal: type[Refused], rows: list[Standing]) -> None:
    refuse_named(refusal, [row.id for row in rows])


def refuse_named(refusal: type[Refused], products: list[int]) -> None:
    """Refuses with the names of the first few products, and all of them as facts."""
    if not products:
        return
    names = entries.product_names(products[:MOST_NAMED])
    more = "" if len(products) <= MOST_NAMED else " …"
    raise refusal(
        _("%(sentence)s (%(names)s)") % {"sentence": refusal.message, "names": names + more}, products=products
    )
