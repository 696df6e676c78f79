"""The archive of Z reports: by day and till, with what they come to."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.doors import managers_only
from billing.models import Register, ZReport
from pos import calendar, exports
from pos.money import ZERO
from reports.figures import asked, z_archive
from reports.views.forms import FourWeeksForm
from reports.views.grids import Grid, Page, counted, in_money, named, shown, unclear
from reports.views.sales_cells import Cell, Line

PAGE = 50
HEADS = (
    gettext_lazy("Till"),
    gettext_lazy("Day"),
    gettext_lazy("Closed"),
    gettext_lazy("Sales"),
    gettext_lazy("Revenue"),
    gettext_lazy("Expected"),
    gettext_lazy("Counted"),
    gettext_lazy("Difference"),
)


class ArchiveForm(FourWeeksForm):
    """`after` is the Z where the page before ended."""

    def __init__(self, query: Any, *, today: date) -> None:
        super().__init__(query, today=today)
        self.fields |= {
            "register": forms.ModelChoiceField(
                Register.objects.all(), label=_("Till"), required=False, empty_label=_("all"), to_field_name="code"
            ),
            "after": forms.IntegerField(
                required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput(), localize=False
            ),
        }

    @property
    def register(self) -> Register | None:
        found: Register | None = self.cleaned_data["register"]
        return found


@require_safe
@managers_only
def archive(request: HttpRequest) -> HttpResponseBase:
    form = ArchiveForm(request.GET, today=calendar.today())
    if not form.is_valid():
        return unclear(request, form)
    till, after = form.register, form.cleaned_data["after"]
    register = till.pk if till else None
    found = z_archive.page(form.period, register, PAGE + 1, after)
    more = found[PAGE - 1].pk if len(found) > PAGE else None
    code = till.code if till else ""
    total = z_archive.total(form.period, register)
    page = Page(
        _("Z reports"),
        _("One for each closed shift, by the day it began. The last row adds up all of them."),
        [of_reports(found[:PAGE], total)],
        figures=[
            (_("Z reports"), counted(total.reports)),
            (_("Revenue"), in_money(total.revenue)),
            (_("Difference"), in_money(total.difference)),
        ],
        newest=address(form, code) if after else "",
        older=address(form, code, after=str(more)) if more else "",
    )
    table = as_table(z_archive.every(form.period, register), named(_("Z reports"), form, code))
    return shown(request, form, page, table)


def address(form: ArchiveForm, register: str, **more: str) -> str:
    return f"?{asked.search(form.period, {}, register=register, **more)}"


def of_reports(found: list[ZReport], total: z_archive.Total) -> Grid:
    together = [
        *(Cell(""), Cell(""), Cell(""), Cell(""), in_money(total.revenue)),
        *(Cell(""), Cell(""), in_money(total.difference)),
    ]
    return Grid(_("Z reports"), [_("Number"), *HEADS], [line(z) for z in found], together if found else ())


def line(z: ZReport) -> Line:
    shift, href = z.shift, reverse("z_report", args=[z.shift_id])
    closed = f"{date_format(localtime(shift.closed_at), _('d M, H:i'))} {shift.closed_by}"
    expected, found = shift.expected or ZERO, shift.counted or ZERO  # a closed shift has both
    cells = [
        *(Cell(z.register.code), Cell(date_format(shift.business_date, _("D j N Y"))), Cell(closed)),
        *(counted(z.document["sales"], href), in_money(Decimal(z.document["total"]), href)),
        *(in_money(amount, href) for amount in (expected, found, found - expected)),
    ]
    return Line(f"Z {z.number}", cells, href)


def as_table(found: Any, name: str) -> exports.Table:
    return exports.Table(
        name,
        [
            (_("Number"), lambda z: z.number),
            (_("Till"), lambda z: z.register.code),
            (_("Day"), lambda z: z.shift.business_date),
            (_("Closed"), lambda z: z.shift.closed_at),
            (_("By"), lambda z: z.shift.closed_by.username),
            (_("Sales"), lambda z: z.document["sales"]),
            (_("Revenue"), lambda z: z.document["total"]),
            (_("Expected"), lambda z: z.shift.expected),
            (_("Counted"), lambda z: z.shift.counted),
            (_("Difference"), lambda z: z.shift.counted - z.shift.expected),
        ],
        found,
    )
