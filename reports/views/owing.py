"""The page of what the shop owes: gift cards, store credit and points at the end of any day, by age."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.doors import managers_only
from billing.models import StoredValue, StoredValueKind
from members.models import Member, PointsKind
from pos import calendar, exports
from pos.money import ZERO
from reports.figures import owing
from reports.figures.dimensions import UNKNOWN
from reports.figures.owing import EVERY_KIND, GIFT_CARD, POINTS, STORE_CREDIT, Changed, Held, Owing
from reports.views.forms import DayForm
from reports.views.grids import SHOWN, Grid, Page, in_money, shown, unclear
from reports.views.sales_cells import Cell, Line

KINDS = {
    GIFT_CARD: gettext_lazy("Gift cards"),
    STORE_CREDIT: gettext_lazy("Store credit"),
    POINTS: gettext_lazy("Points"),
}
WHAT = dict([*StoredValueKind.choices, *PointsKind.choices])
HEADS = (
    gettext_lazy("Up to 30 days old"),
    gettext_lazy("31 to 90 days"),
    gettext_lazy("91 to 365 days"),
    gettext_lazy("Over a year"),
    gettext_lazy("Below zero"),
    gettext_lazy("Owed"),
)


class OwingForm(DayForm):
    """`kind` opens one kind to its holders, `holder` one of them to what was given and used."""

    kind = forms.ChoiceField(choices=[*KINDS.items(), (EVERY_KIND, "")], required=False, widget=forms.HiddenInput())
    holder = forms.IntegerField(
        required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput(), localize=False
    )


@require_safe
@managers_only
def owed(request: HttpRequest) -> HttpResponseBase:
    form = OwingForm(request.GET, today=calendar.today())
    if not form.is_valid():
        return unclear(request, form)
    day, kind = form.period.start, form.cleaned_data["kind"]
    if kind in KINDS and form.cleaned_data["holder"]:
        return of_holder(request, form, day, kind)
    if kind:
        return of_holders(request, form, day, kind)
    found = owing.by_kind(day)
    lines = [
        Line(str(KINDS[kind]), cells(one, f"?day={day}&kind={kind}"), f"?day={day}&kind={kind}")
        for kind, one in found.items()
    ]
    page = Page(
        _("Owed to customers"),
        _("What gift cards, store credit and points were worth at the end of the day. The oldest is used first."),
        [
            Grid(
                _("By age"),
                [_("To holders of"), *HEADS],
                lines,
                cells(together(found.values()), f"?day={day}&kind={EVERY_KIND}"),
            )
        ],
    )
    rows = [(str(KINDS[kind]), one) for kind, one in found.items()]
    return shown(request, form, page, as_table(rows, f"{_('Owed to customers')} {day}"))


def of_holders(request: HttpRequest, form: OwingForm, day: date, kind: str) -> HttpResponseBase:
    found = owing.holders(day, kind, None if request.GET.get("format") else SHOWN)
    named = found.first
    names = {
        each: called([held.holder for held in named if held.kind == each], each)
        for each in (KINDS if kind == EVERY_KIND else [kind])
    }
    title = KINDS.get(kind, _("Everything owed"))

    def name(held: Held) -> str:
        said = names[held.kind][held.holder]
        return f"{KINDS[held.kind]}: {said}" if kind == EVERY_KIND else said

    def line(held: Held) -> Line:
        href = f"?day={day}&kind={held.kind}&holder={held.holder}"
        return Line(name(held), cells(held.owing, href), href)

    total = cells(found.owing) if found.count else ()
    page = Page(
        title,
        _("Everyone who held some at the end of the day, the most first."),
        [Grid.cut(title, [_("Holder"), *HEADS], named, line, *total, count=found.count)],
        choices=[(_("All that is owed"), f"?day={day}", False)],
    )
    rows = [(name(held), held.owing) for held in named]
    return shown(request, form, page, as_table(rows, f"{_('Owed to customers')} {day} {title}"))


def of_holder(request: HttpRequest, form: OwingForm, day: date, kind: str) -> HttpResponseBase:
    """What one holder's amount is the sum of."""
    holder = form.cleaned_data["holder"]
    name = called([holder], kind).get(holder)
    if name is None:
        form.add_error("holder", UNKNOWN)
        return unclear(request, form)
    held = owing.of_holder(day, kind, holder)
    found = owing.changes(day, kind, holder)
    total = in_money(sum((one.amount for one in found), ZERO))
    page = Page(
        name,
        _("Everything that was given and used until the end of the day, the latest first."),
        [
            Grid.cut(
                KINDS[kind], [_("Day"), _("What"), _("Bill"), _("Amount")], found, changed, Cell(""), Cell(""), total
            )
        ],
        choices=[(KINDS[kind], f"?day={day}&kind={kind}", False)],
        figures=list(zip(HEADS, cells(held), strict=True)),
    )
    return shown(request, form, page, changes_table(found, f"{KINDS[kind]} {name} {day}"))


def changed(one: Changed) -> Line:
    href = reverse("bill_detail", args=[one.bill]) if one.bill else ""
    cells = [Cell(str(WHAT[one.kind])), Cell(one.bill), in_money(one.amount, href)]
    return Line(date_format(one.day, _("D j N Y")), cells, href)


def together(parts: Any) -> Owing:
    return Owing(*(sum(column, ZERO) for column in zip(Owing().parts, *(one.parts for one in parts), strict=True)))


def cells(one: Owing, href: str = "") -> list[Cell]:
    parts = [in_money(amount, href) if amount else Cell("–") for amount in one.parts]
    return [*parts, in_money(one.total, href)]


def called(holders: list[int], kind: str) -> dict[int, str]:
    if kind == POINTS:
        return {pk: f"{row} {row.number}" for pk, row in Member.objects.in_bulk(holders).items()}
    return {pk: str(row) for pk, row in StoredValue.objects.filter(kind=kind).in_bulk(holders).items()}


def changes_table(found: list[Changed], name: str) -> exports.Table:
    return exports.Table(
        name,
        [
            (_("Day"), lambda one: one.day),
            (_("What"), lambda one: str(WHAT[one.kind])),
            (_("Bill"), lambda one: one.bill),
            (_("Amount"), lambda one: one.amount),
        ],
        found,
    )


def as_table(rows: list[tuple[str, Owing]], name: str) -> exports.Table:
    return exports.Table(
        name,
        [
            (_("To holders of"), lambda row: row[0]),
            *((str(head), lambda row, place=place: row[1].parts[place]) for place, head in enumerate(HEADS[:-1])),
            (str(HEADS[-1]), lambda row: row[1].total),
        ],
        rows,
    )
