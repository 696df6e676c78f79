"""The report pages, for managers."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import permitted
from accounts.models import Permission
from billing.models.amounts import Amounts
from inventory.shelf import low
from inventory.shelf.locations import Held
from pos import calendar, clock
from pos.templatetags.money import amount
from reports.figures import columns, periods, queries
from reports.figures.charts import Column, chart
from reports.figures.periods import Period
from reports.figures.queries import Purchased, Series
from reports.rollups import freshness
from reports.views.forms import WEEK, DayForm, MonthForm, PeriodForm, RangeForm, YearForm
from reports.views.grids import counted, in_money
from reports.views.sales_cells import Cell, Line, against

TOP, SHORT, SHOWN = 8, 8, 50

Page = Callable[[PeriodForm], dict[str, Any]]
View = Callable[..., HttpResponseBase]


def page(template: str, asks: type[PeriodForm]) -> Callable[[Page], View]:
    """Decorator for the page of a period; an invalid period is answered with an explanation and status 400."""

    def dressed(facts: Page) -> View:
        figures = freshness.asked_once(facts)

        @require_safe
        @permitted(Permission.REPORTS)
        @wraps(facts)
        def view(request: HttpRequest) -> HttpResponse:
            form = asks(request.GET, today=calendar.today())
            if not form.is_valid():
                return render(request, "reports/unclear.html", {"form": form}, status=400)
            shown = {"form": form, "period": form.period, "today": form.today}
            return render(request, template, shown | figures(form))

        return view

    return dressed


@page("reports/today.html", DayForm)
def today(form: PeriodForm) -> dict[str, Any]:
    day = form.period.start
    is_today = day == form.today
    week_before = periods.days_away(day, -WEEK)
    hours = queries.by_hour(day)
    hours_before = queries.by_hour(week_before) if week_before else None
    drawn = chart(columns.of_hours(day, hours, hours_before or {}))
    return {
        "is_today": is_today,
        "day_before": periods.days_away(day, -1),
        "day_after": periods.days_away(day, 1) if day < form.today else None,
        "week_before": week_before,
        "revenue": hours.revenue,
        **(beside(week_before, hours_before, is_today) if week_before and hours_before else {}),
        "chart": drawn,
        "series": taken_in(drawn.columns) if drawn else [],
        "tenders": queries.tenders(form.period),
        "products": sold_in(form.period, queries.purchased_products(form.period, TOP)),
        "against": against(form.period, form.today),
        **now(),
    }


def beside(day: date, hours: Series, is_today: bool) -> dict[str, Any]:
    """The same weekday a week before. For today, only its revenue up to the current time of day."""
    if not is_today:
        return {"before": hours.revenue}
    until = calendar.on_the_clock(clock.now()) - timedelta(days=WEEK)
    return {"until": until, "before": queries.revenue_until(day, until), "before_whole": hours.revenue.revenue}


def now() -> dict[str, Any]:
    """Drawers, stock and members as they are now, whichever day is shown."""
    drawers = queries.drawers()
    return {
        "drawers": drawers,
        "cash": queries.cash_in(drawers),
        "out": on_the_shelf(queries.out_of_stock()),
        "low": on_the_shelf(queries.running_low()),
        **queries.shelf(),
        "shown": SHORT,
        "members": queries.members_by_tier(),
    }


def on_the_shelf(lacking: QuerySet[Any]) -> list[tuple[Any, Held]]:
    """The first products with what is left of each, location by location; no location in a shop with a single one."""
    found: list[tuple[Any, Held]] = []
    for product in lacking[:SHORT]:
        only = Held(None, None, "", product.stock.quantity, product.reorder_point)
        found += [(product, held) for held in low.lacking_at(product) or [only]]
    return found[:SHORT]


@page("reports/month.html", MonthForm)
def month(form: PeriodForm) -> dict[str, Any]:
    start = form.period.start
    return {
        "before": periods.days_away(start, -1),
        "after": form.period.end if form.period.end <= form.today else None,
        "against": against(form.period, form.today),
        **over_days(form.period, columns.of_month_days),
    }


@page("reports/range.html", RangeForm)
def over_range(form: PeriodForm) -> dict[str, Any]:
    return over_days(form.period, columns.of_days)


def over_days(period: Period, as_columns: Callable[..., list[Any]]) -> dict[str, Any]:
    """The figures of a month or a range; the series is by day up to MOST_DAYS, otherwise by month."""
    by_days = len_of(period) <= columns.MOST_DAYS
    parts = queries.by_day(period) if by_days else queries.by_month(period)
    series = as_columns(parts) if by_days else columns.of_months(parts, period)
    products = queries.purchased_products(period, SHOWN + 1)
    return {
        "revenue": parts.revenue,
        "by_days": by_days,
        "series": taken_in(series),
        "chart": chart(series),
        "taxes": queries.taxes(period),
        "tenders": queries.tenders(period),
        "products": sold_in(period, products[:SHOWN]),
        "more_products": len(products) > SHOWN,
    }


def taken_in(series: Iterable[Column]) -> list[Line]:
    """The columns of a chart as a table."""
    return [
        Line(
            column.title,
            [in_money(column.taken.revenue, column.bills), counted(column.taken.sales, column.bills)],
            column.href,
            is_time=True,
        )
        for column in series
    ]


def sold_in(period: Period, products: Iterable[Purchased]) -> list[Line]:
    lines = []
    for sold in products:
        bills = columns.bills_of(period, product=str(sold.product))
        pieces = Cell(amount(sold.quantity, sold.sold_by), sold.quantity < 0, bills)
        lines.append(Line(sold.name, [pieces, in_money(sold.revenue, bills)]))
    return lines


def len_of(period: Period) -> int:
    return (period.end - period.start).days


@page("reports/year.html", YearForm)
def year(form: PeriodForm) -> dict[str, Any]:
    number = form.period.start.year
    months = queries.year_by_month(number)
    series = columns.of_months(months, form.period)
    sold = [taken.sold for taken in months.values()]
    return {
        "year": number,
        "before": number - 1 if number > periods.FIRST_YEAR else None,
        "after": number + 1 if number < form.today.year else None,
        "revenue": months.revenue,
        "chart": chart(series),
        "months": list(zip(series, sold, strict=True)),
        "sold": sum(sold, Amounts()),
    }
