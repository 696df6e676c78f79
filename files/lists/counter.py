"""Lists of the counter: bills, shifts, baskets, unknown codes, printing and sending."""

from operator import attrgetter

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from billing.basket import baskets
from billing.codes import unknown_codes
from billing.models import ZReport
from billing.receipts import bill_search, outbox
from billing.views.forms import DaysForm
from files.lists.listed import AT_ONCE, Found, Listed, searched


def bills(asked: QueryDict) -> Found:
    text, days = searched(asked), DaysForm(asked).days()
    return Found(bill_search.Search(text, **days).rows().iterator(AT_ONCE), [text, *days.values()])


BILLS = Listed(
    "bills",
    _("Bills"),
    (
        (_("Number"), attrgetter("number")),
        (_("kind"), lambda bill: bill.get_kind_display()),
        (_("When"), attrgetter("at")),
        (_("business date"), attrgetter("business_date")),
        (_("Till"), lambda bill: bill.register.code),
        (_("Cashier"), lambda bill: bill.cashier.username),
        (_("Member"), lambda bill: bill.member.number if bill.member else ""),
        (_("Subtotal"), attrgetter("subtotal")),
        (_("Discount"), attrgetter("discount")),
        (_("Tax"), attrgetter("tax")),
        (_("Total"), attrgetter("total")),
    ),
    bills,
)
Z_REPORTS = Listed(
    "z-reports",
    _("Z reports"),
    (
        (_("Number"), attrgetter("number")),
        (_("Till"), lambda z: z.register.code),
        (_("Day"), attrgetter("shift.business_date")),
        (_("Closed"), attrgetter("shift.closed_at")),
        (_("By"), attrgetter("shift.closed_by.username")),
        (_("Sales"), lambda z: z.document["sales"]),
        (_("Total"), lambda z: z.document["total"]),
        (_("Expected"), attrgetter("shift.expected")),
        (_("Counted"), attrgetter("shift.counted")),
        (_("Difference"), lambda z: z.shift.counted - z.shift.expected),
        (_("Reason"), attrgetter("shift.difference_reason")),
    ),
    lambda _asked: Found(
        ZReport.objects.select_related("register", "shift__closed_by").order_by("-pk").iterator(AT_ONCE)
    ),
)
BASKETS = Listed(
    "baskets",
    _("Baskets"),
    (
        (_("Basket"), str),
        (_("State"), lambda basket: basket.get_state_display()),
        (_("Till"), lambda basket: basket.register.code),
        (_("Cashier"), attrgetter("cashier.username")),
        (_("Member"), lambda basket: basket.member.number if basket.member else ""),
        (_("Begun"), attrgetter("created_at")),
        (_("Untouched since"), attrgetter("updated_at")),
    ),
    lambda _asked: Found(baskets.unpaid().iterator(AT_ONCE)),
)
UNKNOWN = Listed(
    "unknown-codes",
    _("Unknown codes"),
    (
        (_("code"), attrgetter("code")),
        (_("Till"), lambda scan: scan.register.code),
        (_("By"), lambda scan: scan.by.username),
        (_("times"), attrgetter("times")),
        (_("When"), attrgetter("last_at")),
    ),
    lambda _asked: Found(unknown_codes.waiting().iterator(AT_ONCE)),
)
JOBS = Listed(
    "jobs",
    _("Printing and sending"),
    (
        (_("What"), attrgetter("subject")),
        (_("Till"), lambda job: job.register.code if job.register else ""),
        (_("Asked"), attrgetter("created_at")),
        (_("By"), attrgetter("by.username")),
        (_("State"), lambda job: job.get_state_display()),
        (_("What was wrong"), attrgetter("error")),
    ),
    lambda _asked: Found(outbox.not_done().iterator(AT_ONCE)),
)
COUNTER = (BILLS, Z_REPORTS, BASKETS, UNKNOWN, JOBS)
