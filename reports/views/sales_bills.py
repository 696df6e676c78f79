"""The bills behind a figure, and what they come to."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import managers_only
from pos import calendar, exports
from pos.templatetags.money import quantity
from reports.figures import asked, opened, payments
from reports.figures.measures import MEASURES, Measure, Sums
from reports.figures.question import Question, answer
from reports.rollups.sources import TAKINGS_FACTS
from reports.views.grids import counted, in_money
from reports.views.sales_cells import Cell, cell, chips
from reports.views.sales_forms import BillsForm

PAGE = 50
SAID = [
    MEASURES[name]
    for name in (
        "revenue",
        "net",
        "tax",
        "bills",
        "sales",
        "average",
        "margin",
        "margin_rate",
        "pieces",
        "kilograms",
        "discount",
        "vip_discount",
        "refunded",
    )
]


@require_safe
@managers_only
def bills(request: HttpRequest) -> HttpResponseBase:
    form = BillsForm(request.GET, today=calendar.today())
    if not form.is_valid():
        return render(request, "reports/unclear.html", {"form": form}, status=400)
    if wanted := request.GET.get("format"):
        return exports.answer(bills_as_table(form), wanted)
    found = opened.bills(form.question, PAGE + 1, form.cleaned_data["after"])
    total = answer(form.question).total
    more = found[PAGE - 1].place if len(found) > PAGE else None
    context = {
        "form": form,
        "period": form.period,
        "rows": found[:PAGE],
        "next": f"?{asked.search(form.period, form.filters, after=f'{more[0]}.{more[1]}')}" if more else "",
        "first": f"?{asked.search(form.period, form.filters)}" if form.cleaned_data["after"] else "",
        "figures": [
            *((measure.title, cell(measure, measure.read(total))) for measure in said(form.question, total)),
            *handed_over(form.question, total),
        ],
        "revenue": total["revenue"],
        "is_part": form.question.source.facts != TAKINGS_FACTS,
        "chips": chips(form),
    }
    return render(request, "reports/sales/bills.html", context)


def said(question: Question, total: Sums) -> list[Measure]:
    """Kilograms only where something was weighed, what VIPs got off only where they did."""
    known = [measure for measure in SAID if measure in question.measures]
    return [measure for measure in known if measure.name not in ("kilograms", "vip_discount") or total[measure.name]]


def handed_over(question: Question, total: Sums) -> list[tuple[Any, Cell]]:
    """What was taken for these bills, in any way or one, and what was handed out for it."""
    if "tender" in question.filters:
        paid = payments.of(question.filters["tender"], total)
        less = [(_("Taken, less given back"), in_money(paid.taken - paid.given_back))]
        less.append((_("Payments"), counted(int(total["payments"]))))
    elif "change" in total:
        paid, less = payments.together(total), [(_("Points earned"), Cell(quantity(total["points_earned"])))]
    else:
        return []
    return [(_("Taken"), in_money(paid.taken)), (_("Change given"), in_money(paid.change)), *less]


def bills_as_table(form: BillsForm) -> exports.Table:
    said = " ".join([str(form.period.start), str(form.period.last), *form.filters.values()])
    return exports.Table(
        f"{_('Bills')} {said}",
        [
            (_("Number"), lambda row: row.bill.number),
            (_("When"), lambda row: row.bill.at),
            (_("business date"), lambda row: row.bill.business_date),
            (_("Till"), lambda row: row.bill.register.code),
            (_("Cashier"), lambda row: row.bill.cashier.username),
            (_("Revenue"), lambda row: row.part),
            (_("Total"), lambda row: row.bill.total),
        ],
        opened.every(form.question),
    )
