"""The page of members: new ones, those who came back, retention by month of first purchase, and what they spent."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.doors import managers_only
from members.models import Member
from pos import calendar, exports
from pos.templatetags.money import share
from reports.figures import asked, membership, periods
from reports.figures.charts import Column, chart
from reports.figures.membership import ALL, BACK, NEW, Visited
from reports.figures.periods import Period
from reports.figures.queries import Taken
from reports.views.forms import RangeForm, day_field
from reports.views.grids import SHOWN, Grid, Page, counted, in_money, named, shown, sum_of, unclear
from reports.views.sales_cells import Cell, Line, opens

MONTHS, LATER = 11, 12
PER_MILLE = Decimal("0.001")
MONTH_HEADS = (
    gettext_lazy("Members who bought"),
    gettext_lazy("New"),
    gettext_lazy("Came back"),
    gettext_lazy("Spent by new ones"),
    gettext_lazy("Spent by those who came back"),
    gettext_lazy("Spent"),
)


class MonthsForm(RangeForm):
    """Whole months, the last twelve by default; `who` opens them to their members, `month` only one of them."""

    def __init__(self, query: Any, *, today: date) -> None:
        super().__init__(query, today=today)
        self.fields |= {
            "month": day_field(required=False, label=""),
            "who": forms.CharField(required=False, max_length=10, widget=forms.HiddenInput()),
        }
        self.fields["month"].widget = forms.HiddenInput()

    def usual(self) -> dict[str, Any]:
        first = periods.months_away(self.today, -MONTHS) or self.today
        return {**super().usual(), "from": first.isoformat()}

    def clean_who(self) -> str:
        who: str = self.cleaned_data["who"]
        if who not in ("", ALL, NEW, BACK):
            try:
                date.fromisoformat(who)
            except ValueError:
                raise forms.ValidationError(_("There is no such choice.")) from None
        return who

    def read(self, values: dict[str, Any]) -> Period:
        return periods.in_whole_months(super().read(values))


@require_safe
@managers_only
def members(request: HttpRequest) -> HttpResponseBase:
    form = MonthsForm(request.GET, today=calendar.today())
    if not form.is_valid():
        return unclear(request, form)
    if month := form.cleaned_data["month"]:
        return of_months(request, form, periods.month(month.year, month.month), form.cleaned_data["who"] or ALL)
    if who := form.cleaned_data["who"]:
        return of_months(request, form, form.period, who)
    found = membership.cohorts(form.period)
    months = sorted({row.month for row in found})
    columns = [Column(date_format(m, "M"), spoken(m), Taken(membership.spent(at(found, m)))) for m in months]
    page = Page(
        _("Members"),
        _("A member is new in the month of the first purchase, and came back in any later one."),
        [by_month(form, found, months), by_first(form, found, months)],
        drawn=_("Spent by members"),
        chart=chart(columns) if len(columns) > 1 else None,
    )
    return shown(request, form, page, as_table(found, named(_("Members"), form)))


def spoken(month: date) -> str:
    return date_format(month, _("F Y"))


def spoken_months(months: Period) -> str:
    first, last = spoken(months.start), spoken(months.last)
    return first if first == last else f"{first} – {last}"


def at(found: list[Visited], month: date) -> list[Visited]:
    return [row for row in found if row.month == month]


def address(form: MonthsForm, month: date | None, who: str = ALL) -> str:
    """Of all months without one."""
    return f"?{asked.search(form.period, {}, month=str(month) if month else '', who=who)}"


def by_month(form: MonthsForm, found: list[Visited], months: list[date]) -> Grid:
    lines = []
    for month in months:
        rows = at(found, month)
        new, back = [row for row in rows if row.is_new], [row for row in rows if not row.is_new]
        parts = ((rows, ALL), (new, NEW), (back, BACK))
        cells = [counted(membership.members(part), address(form, month, who)) for part, who in parts]
        cells += [in_money(membership.spent(part), address(form, month, who)) for part, who in (*parts[1:], parts[0])]
        lines.append(Line(spoken(month), cells, address(form, month)))
    new, back = [row for row in found if row.is_new], [row for row in found if not row.is_new]
    total = [
        *(Cell("–"), counted(membership.members(new), address(form, None, NEW)), Cell("–")),
        *(
            in_money(membership.spent(part), address(form, None, who))
            for part, who in ((new, NEW), (back, BACK), (found, ALL))
        ),
    ]
    return Grid(_("By month"), [_("Month"), *MONTH_HEADS], lines, total if lines else ())


def by_first(form: MonthsForm, found: list[Visited], months: list[date]) -> Grid:
    """Of those who first bought in a month, the part that bought again in each month after it."""
    lines = []
    for first in months:
        rows = {row.month: row for row in found if row.first == first}
        if first not in rows:
            continue
        begun = rows[first].members
        cells = [counted(begun, address(form, first, NEW))]
        for later in range(1, min(LATER, len(months))):
            month = periods.months_away(first, later)
            cells.append(retained(form, rows, first, month, begun) if month and month <= months[-1] else Cell(""))
        cells.append(in_money(sum_of(row.spent for row in rows.values()), address(form, None, str(first))))
        lines.append(Line(spoken(first), cells, address(form, first, NEW)))
    later_heads = [_("%(count)s later") % {"count": later} for later in range(1, min(LATER, len(months)))]
    return Grid(
        _("Who came back, by month of the first purchase"),
        [_("First purchase"), _("New"), *later_heads, _("Spent since")],
        lines,
    )


def retained(form: MonthsForm, rows: dict[date, Visited], first: date, month: date, begun: int) -> Cell:
    came = rows[month].members if month in rows else 0
    part = share((Decimal(came) / begun).quantize(PER_MILLE)) if begun else "–"
    return Cell(part, bills=address(form, month, str(first)) if came else "")


def of_months(request: HttpRequest, form: MonthsForm, months: Period, who: str) -> HttpResponseBase:
    """The members behind a figure; each opens to the bills of these months."""
    found = membership.of_months(months, who, None if request.GET.get("format") else SHOWN)
    named = found.first
    people = Member.objects.in_bulk([pk for pk, _sales, _spent in named])

    def line(bought: tuple[int, int, Decimal]) -> Line:
        member, sales, spent = people[bought[0]], *bought[1:]
        bills = opens(months, {"member": member.number})
        return Line(f"{member} {member.number}", [counted(sales, bills), in_money(spent, bills)], bills)

    total = [counted(found.sales), in_money(found.spent)] if found.count else []
    said = {ALL: _("All who bought"), NEW: _("New members"), BACK: _("Members who came back")}
    title = said.get(who) or _("First purchase in %(month)s") % {"month": spoken(date.fromisoformat(who))}
    page = Page(
        f"{title}, {spoken_months(months)}",
        _("Members and what they spent in these months. Each opens to the bills."),
        [Grid.cut(title, [_("Member"), _("Sales"), _("Spent")], named, line, *total, count=found.count)],
        choices=[(_("All months"), f"?{asked.search(form.period, {})}", False)],
        figures=[(_("Members who bought"), counted(found.bought))],
    )
    rows = [(people[pk], sales, spent) for pk, sales, spent in named]
    return shown(request, form, page, people_table(rows, f"{title} {months.start} {months.last}"))


def people_table(rows: list[tuple[Member, int, Decimal]], name: str) -> exports.Table:
    return exports.Table(
        name,
        [
            (_("Number"), lambda row: row[0].number),
            (_("Member"), lambda row: str(row[0])),
            (_("Sales"), lambda row: row[1]),
            (_("Spent"), lambda row: row[2]),
        ],
        rows,
    )


def as_table(found: list[Visited], name: str) -> exports.Table:
    return exports.Table(
        name,
        [
            (_("First purchase"), lambda row: row.first),
            (_("Month"), lambda row: row.month),
            (_("Members who bought"), lambda row: row.members),
            (_("Spent"), lambda row: row.spent),
        ],
        found,
    )
