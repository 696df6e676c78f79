"""The page of cashiers: what each did beside selling, against the median of the shop, down to each single deed."""

from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts.doors import permitted
from accounts.models import Permission, User
from pos import calendar, exports
from pos.money import ZERO
from pos.templatetags.money import quantity
from reports.figures import asked, cashier_activity, cashier_deeds
from reports.figures.cashier_activity import COUNTED, Row
from reports.figures.cashier_deeds import Done
from reports.views.forms import FourWeeksForm
from reports.views.grids import Grid, Page, counted, in_money, named, shown, unclear
from reports.views.sales_cells import Cell, Line

HEADS = {
    "bills": gettext_lazy("Sales"),
    "revenue": gettext_lazy("Revenue"),
    "given_off": gettext_lazy("Discounts"),
    "overrides": gettext_lazy("Prices lowered"),
    "removed": gettext_lazy("Lines removed"),
    "no_sales": gettext_lazy("No sale"),
    "returns": gettext_lazy("Refunds"),
    "refunded": gettext_lazy("Refunded"),
    "soon_refunded": gettext_lazy("Own sale, within 10 min."),
    "same_card": gettext_lazy("Days with one card over 3 times"),
    "denied": gettext_lazy("Denied"),
    "difference": gettext_lazy("Over or short"),
}
SUMS = ("revenue", "given_off", "refunded", "difference")
TENTH = Decimal("0.1")


class CashiersForm(FourWeeksForm):
    """`who` and `deed` open one figure."""

    def __init__(self, query: Any, *, today: date) -> None:
        super().__init__(query, today=today)
        self.fields |= {
            "who": forms.ModelChoiceField(
                User.objects.all(), required=False, to_field_name="username", widget=forms.HiddenInput()
            ),
            "deed": forms.ChoiceField(choices=list(HEADS.items()), required=False, widget=forms.HiddenInput()),
        }


@require_safe
@permitted(Permission.REPORTS)
def cashiers(request: HttpRequest) -> HttpResponseBase:
    form = CashiersForm(request.GET, today=calendar.today())
    if not form.is_valid():
        return unclear(request, form)
    if form.cleaned_data["who"] and form.cleaned_data["deed"]:
        return deeds(request, form, form.cleaned_data["who"], form.cleaned_data["deed"])
    rows = cashier_activity.compared(form.period)
    lines = [Line(str(row.cashier), cells(form, row, rows)) for row in rows]
    page = Page(
        _("Cashiers"),
        _(
            "What each did beside selling. Marked is what is done much more often per bill than the others do it, or "
            "what calls for a look at all times. A mark is a question, not an answer."
        ),
        [Grid(_("Cashiers"), [_("Cashier"), *HEADS.values()], [*lines, middle(rows)] if rows else [])],
    )
    return shown(request, form, page, as_table(rows, named(_("Cashiers"), form)))


def cells(form: CashiersForm, row: Row, rows: list[Row]) -> list[Cell]:
    others = [other for other in rows if other is not row]
    found = []
    for deed in HEADS:
        number = getattr(row.conduct, deed)
        said = {"who": row.cashier.username, "deed": deed}
        href = f"?{asked.search(form.period, {}, **said)}" if number else ""
        cell = in_money(number, href) if deed in SUMS else counted(number, href)
        found.append(Cell(cell.text, cell.is_negative, href, note_of(deed, row, others)))
    return found


def note_of(deed: str, row: Row, others: list[Row]) -> str:
    """How far a striking figure is from what is usual, in words."""
    if deed not in row.striking:
        return ""
    if deed not in COUNTED:
        return _("look at this")
    usual = median(other.conduct.share(deed) for other in others)
    if not usual:
        return _("the others: hardly ever")
    times = quantity((row.conduct.share(deed) / usual).quantize(TENTH))
    return _("%(times)s times the median") % {"times": times}


def middle(rows: list[Row]) -> Line:
    """What is usual: the median of everyone, of each deed for a hundred bills."""
    found = []
    for deed in HEADS:
        if deed not in COUNTED:
            found.append(Cell(""))
            continue
        usual = median(row.conduct.share(deed) for row in rows)
        found.append(Cell(quantity(usual.quantize(TENTH))))
    return Line(_("Median, for 100 bills"), found)


def deeds(request: HttpRequest, form: CashiersForm, who: User, deed: str) -> HttpResponseBase:
    """The single deeds behind a figure."""
    found = cashier_deeds.of(deed, who, form.period)
    summed = sum((done.amount or ZERO for done in found), ZERO)
    count = ngettext("%(count)s time", "%(count)s times", len(found)) % {"count": len(found)}
    total = [Cell(count), in_money(summed)] if found else ()
    title = f"{HEADS[deed]}, {who}"
    page = Page(
        title,
        _("Everything this figure is made of, the latest first."),
        [Grid.cut(HEADS[deed], [_("When"), _("What"), _("Amount")], found, line, *total)],
        choices=[(_("All cashiers"), f"?{asked.search(form.period, {})}", False)],
    )
    return shown(request, form, page, deeds_table(found, named(title, form)))


def line(done: Done) -> Line:
    href = ""
    if done.bill:
        href = reverse("bill_detail", args=[done.bill])
    elif done.shift:
        href = reverse("z_report", args=[done.shift])
    name = date_format(localtime(done.at), _("d M Y, H:i"))
    what = " ".join(text for text in (done.bill, done.what) if text)
    return Line(name, [Cell(what), in_money(done.amount)], href)


def deeds_table(found: list[Done], name: str) -> exports.Table:
    return exports.Table(
        name,
        [
            (_("When"), lambda done: done.at),
            (_("Bill"), lambda done: done.bill),
            (_("What"), lambda done: done.what),
            (_("Amount"), lambda done: done.amount),
        ],
        found,
    )


def as_table(rows: list[Row], name: str) -> exports.Table:
    return exports.Table(
        name,
        [
            (_("Cashier"), lambda row: row.cashier.username),
            *((str(head), lambda row, deed=deed: getattr(row.conduct, deed)) for deed, head in HEADS.items()),
            (_("Marked"), lambda row: ", ".join(str(HEADS[deed]) for deed in HEADS if deed in row.striking)),
        ],
        rows,
    )
