"""The navigation of the reports: groups, the pages of the group that is open, and the bills behind a figure."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from reports.figures import columns
from reports.figures.periods import Period

register = template.Library()

GROUPS = (
    (
        _("Overview"),
        (
            ("report_today", _("Day")),
            ("report_month", _("Month")),
            ("report_year", _("Year")),
            ("report_range", _("Range")),
        ),
    ),
    (_("Sales"), (("report_sales", _("Sales")), ("report_products", _("Products")), ("report_members", _("Members")))),
    (
        _("Money"),
        (
            ("report_tenders", _("Payments")),
            ("report_taxes", _("Taxes")),
            ("report_owed", _("Owed")),
            ("report_z", _("Z reports")),
            ("report_journal", _("Journal")),
            ("tax_office", _("For the tax office")),
            ("report_outage", _("Outages")),
        ),
    ),
    (
        _("Goods"),
        (("report_stock", _("Stock value")), ("report_shrinkage", _("Shrinkage")), ("report_oversold", _("To count"))),
    ),
    (_("Staff"), (("report_cashiers", _("Cashiers")),)),
)


@register.inclusion_tag("reports/_nav.html")
def reports_nav(request: HttpRequest) -> dict[str, Any]:
    groups = [(title, [(reverse(name), label) for name, label in pages]) for title, pages in GROUPS]
    here = nearest(request.path, [href for _title, pages in groups for href, _label in pages])
    opened = next((title for title, pages in groups if here in dict(pages)), None)
    inside = next((pages for title, pages in groups if title is opened), [])
    return {
        "groups": [(title, pages[0][0], title is opened) for title, pages in groups],
        "opened": opened,
        "pages": [(href, label, href == here) for href, label in inside] if len(inside) > 1 else [],
        "is_page": request.path == here,
    }


@register.simple_tag
def bills_of(period: Period, **filters: object) -> str:
    return columns.bills_of(period, **{name: str(value) for name, value in filters.items()})


def nearest(path: str, pages: list[str]) -> str:
    """The page, or the one it stands below."""
    above = [href for href in pages if path == href or path.startswith(f"{href}/")]
    return max(above, key=len, default="")
