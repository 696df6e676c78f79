"""The page of what the shop owes: gift cards, store credit and points at the end of any day, by age."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.doors import managers_only
from billing.models import StoredValue
from members.models import Member
from pos import calendar, exports
from pos.money import ZERO
from reports.figures import owing
from reports.figures.owing import GIFT_CARD, POINTS, STORE_CREDIT, Owing
from reports.views.forms import DayForm
from reports.views.grids import SHOWN, Grid, Line, Page, in_money, shown, unclear
from reports.views.sales_cells import Cell

KINDS = {
    GIFT_CARD: gettext_lazy("Gift cards"),
    STORE_CREDIT: gettext_lazy("Store credit"),
    POINTS: gettext_lazy("Points"),
}
HEADS = (
    gettext_lazy("Up to 30 days old"),
    gettext_lazy("31 to 90 days"),
    gettext_lazy("91 to 365 days"),
    gettext_lazy("Over a year"),
    gettext_lazy("Below zero"),
    gettext_lazy("Owed"),
)


class OwingForm(DayForm):
    """`kind` opens one kind to its holders."""

    kind = forms.ChoiceField(choices=list(KINDS.items()), required=False, widget=forms.HiddenInput())


@require_safe
@managers_only
def owed(request: HttpRequest) -> HttpResponseBase:
    form = OwingForm(request.GET, today=calendar.today())
    if not form.is_valid():
        return unclear(request, form)
    day, kind = form.period.start, form.cleaned_data["kind"]
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
        [Grid(_("By age"), [_("To holders of"), *HEADS], lines, cells(together(found.values())))],
    )
    rows = [(str(KINDS[kind]), one) for kind, one in found.items()]
    return shown(request, form, page, as_table(rows, f"{_('Owed to customers')} {day}"))


def of_holders(request: HttpRequest, form: OwingForm, day: date, kind: str) -> HttpResponseBase:
    found = owing.holders(day, kind)
    named = found if request.GET.get("format") else found[:SHOWN]
    called = members(named) if kind == POINTS else cards(named)

    def line(held: tuple[int, Owing]) -> Line:
        name, href = called[held[0]]
        return Line(name, cells(held[1], href), href)

    total = cells(together(one for _holder, one in found)) if found else ()
    page = Page(
        KINDS[kind],
        _("Everyone who held some at the end of the day, the most first."),
        [Grid.cut(KINDS[kind], [_("Holder"), *HEADS], found, line, *total)],
        choices=[(_("All that is owed"), f"?day={day}", False)],
    )
    rows = [(called[holder][0], one) for holder, one in named]
    return shown(request, form, page, as_table(rows, f"{_('Owed to customers')} {day} {KINDS[kind]}"))


def together(parts: Any) -> Owing:
    return Owing(*(sum(column, ZERO) for column in zip(Owing().parts, *(one.parts for one in parts), strict=True)))


def cells(one: Owing, href: str = "") -> list[Cell]:
    parts = [in_money(amount, href) if amount else Cell("–") for amount in one.parts]
    return [*parts, in_money(one.total, href)]


def members(found: list[tuple[int, Owing]]) -> dict[int, tuple[str, str]]:
    rows = Member.objects.in_bulk([holder for holder, _one in found])
    return {pk: (f"{row} {row.number}", reverse("member_detail", args=[row.number])) for pk, row in rows.items()}


def cards(found: list[tuple[int, Owing]]) -> dict[int, tuple[str, str]]:
    rows = StoredValue.objects.in_bulk([holder for holder, _one in found])
    return {pk: (str(row), "") for pk, row in rows.items()}


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
