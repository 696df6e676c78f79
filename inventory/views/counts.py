"""The pages of stocktaking: sheets, counting, review and booking."""

from decimal import Decimal
from functools import partial
from operator import attrgetter
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import permitted
from accounts.http import StaffRequest
from accounts.models import Permission
from inventory.counting import booking, entries, figures, sheets
from inventory.goods.search import Found
from inventory.models import CountDeed, CountEntry, CountScope, CountSheet
from inventory.views.forms import EntryForm, ReasonForm, RecountForm, SheetForm
from pos.errors import Refused
from pos.money import ZERO
from pos.web.key_pages import page_of, page_within
from pos.web.page_key import once_of

PAGE, SHOWN, LATEST, CHOICES = 50, 30, 12, 8
ONE = Decimal(1)
UNPROCESSABLE = 422


@never_cache
@require_safe
def counts(request: StaffRequest) -> HttpResponse:
    """All sheets, the newest first; a manager opens one here."""
    return show_counts(request)


def show_counts(request: StaffRequest, form: SheetForm | None = None, refusal: Refused | None = None) -> HttpResponse:
    page = page_of(CountSheet.objects.select_related("by", "location"), request.GET, PAGE)
    done = sheets.deeds(page.rows)
    context = {
        "page": page,
        "rows": [(sheet, sheets.state(done[sheet.pk])) for sheet in page.rows],
        "form": form or SheetForm(initial=last_limits()),
        "refusal": refusal,
    }
    return render(request, "inventory/counts.html", context, status=refusal.status if refusal else 200)


def last_limits() -> dict[str, Any]:
    """A new sheet begins with the limits of the last one."""
    last = CountSheet.objects.order_by("-pk").values("outlier_pieces", "outlier_money", "shows_expected").first()
    return dict(last or {})


@require_POST
@permitted(Permission.COUNTS)
def open_count(request: StaffRequest) -> HttpResponse:
    form = SheetForm(request.POST)
    try:
        asked = form.values()
        once = once_of(request, "count sheet", asked)
        sheet = once.make(CountSheet.objects.all(), partial(sheets.open_sheet, **asked, by=request.user))
    except Refused as refusal:
        return show_counts(request, form, refusal)
    return redirect("count", sheet.number)


@never_cache
@require_safe
def count(request: StaffRequest, number: str) -> HttpResponse:
    """The page to count on. The books are shown only if the sheet says so."""
    return show_sheet(request, known(number))


@require_POST
def count_entry(request: StaffRequest, number: str) -> HttpResponse:
    sheet, text = known(number), request.POST.get("code", "")
    found: list[Found] = []
    refusal: Refused | None = None
    try:
        asked = EntryForm(request.POST).values()
        once = once_of(request, f"entry of count {sheet.number}", asked)
        once.make(CountEntry.objects.all(), partial(enter, sheet, asked, request))
    except entries.UnknownCode as unknown:
        found = entries.named(text, CHOICES)
        refusal = None if found else unknown
    except Refused as refused:
        refusal = refused
    if refusal or found or request.htmx:
        return show_sheet(request, sheet, refusal, found=found, text=text if refusal or found else "")
    return redirect("count", sheet.number)


def enter(sheet: CountSheet, asked: dict[str, Any], request: StaffRequest) -> CountEntry:
    product, quantity = asked["product"], asked["quantity"]
    if product is None:
        product, read = entries.read(asked["code"])
        quantity = read if quantity is None else quantity
    return entries.count(sheet, product, ONE if quantity is None else quantity, by=request.user)


@require_POST
def take_back_entry(request: StaffRequest, number: str, entry_id: int) -> HttpResponse:
    sheet = known(number)
    entry = get_object_or_404(CountEntry, sheet=sheet, pk=entry_id)
    refusal: Refused | None = None
    try:
        once = once_of(request, f"entry {entry.pk} taken back", {})
        once.make(CountEntry.objects.all(), partial(entries.take_back, sheet, entry, by=request.user))
    except Refused as refused:
        refusal = refused
    if refusal or request.htmx:
        return show_sheet(request, sheet, refusal)
    return redirect("count", sheet.number)


def show_sheet(request: StaffRequest, sheet: CountSheet, refusal: Refused | None = None, **more: Any) -> HttpResponse:
    rows = figures.standing(sheet)
    missing = [row for row in rows if row.counted is None]
    context = {
        "sheet": sheet,
        "state": sheets.state(sheets.deeds([sheet])[sheet.pk]),
        "latest": latest(sheet, rows),
        "again": [row for row in rows if row.waits_for_recount],
        "missing": missing[:SHOWN],
        "number_missing": len(missing),
        "number_counted": len(rows) - len(missing),
        "is_free": sheet.scope == CountScope.FREE,
        "refusal": refusal,
        **more,
    }
    if request.htmx:
        return render(request, "inventory/_counting.html", context, status=UNPROCESSABLE if refusal else 200)
    return render(request, "inventory/count.html", context, status=refusal.status if refusal else 200)


def latest(sheet: CountSheet, rows: list[figures.Standing]) -> list[tuple[CountEntry, figures.Standing]]:
    by_product = {row.id: row for row in rows}
    return [(entry, by_product[entry.product_id]) for entry in entries.latest(sheet, LATEST)]


@never_cache
@require_safe
def count_paper(request: StaffRequest, number: str) -> HttpResponse:
    """The sheet to print, with blanks to write in."""
    sheet = known(number)
    rows = sorted(figures.standing(sheet), key=lambda row: (row.name.casefold(), row.id))
    return render(request, "inventory/count_paper.html", {"sheet": sheet, "rows": rows, "blanks": range(30)})


@never_cache
@require_safe
@permitted(Permission.COUNTS)
def count_review(request: StaffRequest, number: str) -> HttpResponse:
    return show_review(request, known(number))


def show_review(request: StaffRequest, sheet: CountSheet, refusal: Refused | None = None) -> HttpResponse:
    """What was counted beside the books, the largest differences first."""
    done = sheets.deeds([sheet])[sheet.pk]
    rows = figures.booked(sheet) if "booked" in done else figures.standing(sheet)
    again = [row for row in rows if "booked" not in done and figures.needs_recount(sheet, row)]
    counted = [row for row in rows if row.counted is not None]
    counted.sort(key=lambda row: (-abs(row.at_cost), -abs(row.at_price), -abs(row.variance), row.name))
    context = {
        "sheet": sheet,
        "state": sheets.state(done),
        "deeds": sorted(done.values(), key=lambda deed: deed.pk),
        "totals": figures.totals(rows),
        "page": page_within(counted, request.GET, PAGE, attrgetter("id")),
        "again": {row.id for row in again},
        "zero": ZERO,
        "refusal": refusal,
    }
    return render(request, "inventory/count_review.html", context, status=refusal.status if refusal else 200)


@require_POST
@permitted(Permission.COUNTS)
def count_recount(request: StaffRequest, number: str) -> HttpResponse:
    """Has the ticked products counted again; without any, all outliers."""
    sheet = known(number)
    try:
        asked = RecountForm(request.POST, [row.id for row in figures.standing(sheet)]).values()
        by = request.user
        if asked["product"]:
            made = booking.ask_recount(sheet, asked["product"], by=by)
        else:
            made = booking.ask_outliers(sheet, by=by)
    except Refused as refusal:
        return show_review(request, sheet, refusal)
    told = ngettext("%(number)s product is counted again.", "%(number)s products are counted again.", len(made))
    messages.success(request, told % {"number": len(made)})
    return redirect("count_review", sheet.number)


@require_POST
@permitted(Permission.COUNTS)
def book_count(request: StaffRequest, number: str) -> HttpResponse:
    sheet = known(number)
    accepts = "accept_outliers" in request.POST
    book = partial(booking.book, sheet, by=request.user, accept_outliers=accepts)
    return ended(request, sheet, "booked", book, {"accept_outliers": accepts}, _("The count is booked."))


@require_POST
@permitted(Permission.COUNTS)
def drop_count(request: StaffRequest, number: str) -> HttpResponse:
    sheet = known(number)
    drop = partial(sheets.drop, sheet, by=request.user)
    return ended(request, sheet, "dropped", drop, {}, _("The count is given up. Nothing was booked."))


@require_POST
@permitted(Permission.COUNTS)
def undo_count(request: StaffRequest, number: str) -> HttpResponse:
    sheet = known(number)
    asked = {"reason": request.POST.get("reason", "")}
    undo = partial(booking.undo, sheet, by=request.user, **asked)
    return ended(request, sheet, "undone", undo, asked, _("The count is undone by a counter-booking."))


def ended(
    request: StaffRequest, sheet: CountSheet, deed: str, verb: Any, asked: dict[str, Any], outcome: Any
) -> HttpResponse:
    try:
        ReasonForm(request.POST).values()
        once_of(request, f"count {sheet.number} {deed}", asked).make(CountDeed.objects.all(), verb)
    except Refused as refusal:
        return show_review(request, sheet, refusal)
    messages.success(request, outcome)
    return redirect("count_review", sheet.number)


def known(number: str) -> CountSheet:
    return get_object_or_404(CountSheet, number=number.replace("\0", ""))
