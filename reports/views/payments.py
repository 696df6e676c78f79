"""The page of payments: by tender and day."""

from datetime import date

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.doors import managers_only
from pos import calendar, exports
from reports.figures import asked, payments, periods
from reports.figures.charts import Column, chart
from reports.figures.dimensions import DIMENSIONS
from reports.figures.naming import names
from reports.figures.payments import Paid
from reports.figures.queries import Taken
from reports.views.forms import FourWeeksForm
from reports.views.grids import Grid, Page, in_money, named, shown, sum_of, unclear
from reports.views.sales_cells import Cell, Line, opens

DRAWN = 62


@require_safe
@managers_only
def by_tender(request: HttpRequest) -> HttpResponseBase:
    form = FourWeeksForm(request.GET, today=calendar.today())
    if not form.is_valid():
        return unclear(request, form)
    sums = payments.by_tender(form.period)
    called = {code: named_one.name for code, named_one in names(DIMENSIONS["tender"], sums).items()}
    by_day = payments.by_day(form.period)
    days = {code: by_day.get(code, {}) for code in sums}
    page = Page(
        _("Payments"),
        _("What was taken, given back and counted. All payments together are the revenue."),
        [of_tenders(form.period, sums, called), of_days(form.period, days, called)],
        drawn=_("Revenue"),
        chart=chart(paid_columns(days)),
    )
    return shown(request, form, page, payments_as_table(days, called, named(_("Payments"), form)))


PAID_HEADS = (gettext_lazy("Taken"), gettext_lazy("Given back"), gettext_lazy("Change given"), gettext_lazy("Revenue"))


def paid_cells(paid: Paid, href: str) -> list[Cell]:
    return [in_money(getattr(paid, name), href) for name in ("taken", "given_back", "change", "stays")]


def of_tenders(period: periods.Period, sums: dict[str, Paid], called: dict[str, str]) -> Grid:
    by_day = f"{reverse('report_sales')}?{{}}"
    lines = [
        Line(
            called[code],
            paid_cells(paid, opens(period, {"tender": code})),
            by_day.format(asked.search(period, {"tender": code}, by="day")),
        )
        for code, paid in sums.items()
    ]
    total = paid_cells(sum(sums.values(), Paid()), opens(period, {})) if sums else ()
    return Grid(_("By payment"), [_("Payment"), *PAID_HEADS], lines, total)


def of_days(period: periods.Period, days: dict[str, dict[date, Paid]], called: dict[str, str]) -> Grid:
    """A column for each tender, then all of them, then what the drawers' counts were off by."""
    off = payments.differences(period)
    all_days = sorted({day for rows in days.values() for day in rows} | set(off))

    def line(day: date) -> Line:
        one = periods.day(day)
        cells = [in_money(rows.get(day, Paid()).stays, opens(one, {"tender": code})) for code, rows in days.items()]
        cells.append(in_money(sum_of(rows[day].stays for rows in days.values() if day in rows), opens(one, {})))
        cells.append(in_money(off.get(day), z_reports(one) if day in off else ""))
        name = date_format(day, _("D j N Y"))
        return Line(name, cells, f"{reverse('report_sales')}?{asked.search(one, {}, by='tender')}")

    total = [
        *(
            in_money(sum_of(paid.stays for paid in rows.values()), opens(period, {"tender": code}))
            for code, rows in days.items()
        ),
        in_money(sum_of(paid.stays for rows in days.values() for paid in rows.values()), opens(period, {})),
        in_money(sum_of(off.values()), z_reports(period)),
    ]
    heads = [_("Day"), *called.values(), _("Revenue"), _("Counted too much or too little")]
    return Grid.cut(_("By day"), heads, all_days, line, *(total if all_days else ()))


def z_reports(period: periods.Period) -> str:
    return f"{reverse('report_z')}?{asked.search(period, {})}"


def paid_columns(days: dict[str, dict[date, Paid]]) -> list[Column]:
    all_days = sorted({day for rows in days.values() for day in rows})[-DRAWN:]
    return [
        Column(
            f"{day.day}",
            date_format(day, _("D j N")),
            Taken(sum_of(rows[day].stays for rows in days.values() if day in rows)),
            minor=len(all_days) > 14 and day.day % 5 > 0,
        )
        for day in all_days
    ]


def payments_as_table(days: dict[str, dict[date, Paid]], called: dict[str, str], name: str) -> exports.Table:
    rows = sorted((day, code, paid) for code, of_tender in days.items() for day, paid in of_tender.items())
    return exports.Table(
        name,
        [
            (_("Day"), lambda row: row[0]),
            (_("Code"), lambda row: row[1]),
            (_("Payment"), lambda row: called[row[1]]),
            (_("Taken"), lambda row: row[2].taken),
            (_("Given back"), lambda row: row[2].given_back),
            (_("Change given"), lambda row: row[2].change),
            (_("Revenue"), lambda row: row[2].stays),
        ],
        rows,
    )
