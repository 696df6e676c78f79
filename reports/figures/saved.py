"""Questions of the page of sales, kept under a name: for their owner, or for all managers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import TooManyFieldsSent
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import User
from pos import calendar
from pos.checks import check_text, refuse_nul
from pos.errors import InUse, Invalid, Refused
from pos.unique import unique_or
from reports.figures import asked, periods
from reports.figures.dimensions import FILTERS
from reports.figures.measures import MEASURES
from reports.figures.periods import Period
from reports.models import SavedView

LONGEST_NAME, LONGEST_QUERY, MOST, USUAL_DAYS = 60, 2000, 100, 28
KEPT = ("by", "compare", "sort", *FILTERS)
SAME_NAME = _("You have a view of this name already.")


class TooManyViews(Refused):
    code = "too_many_views"
    message = _("A person keeps 100 views at most. Remove some first.")


def shown_to(user: User) -> QuerySet[SavedView]:
    """Their own, and what the others share. A standby may not know yet what was saved just now."""
    return SavedView.objects.using(DEFAULT_DB_ALIAS).filter(Q(owner=user) | Q(is_shared=True)).select_related("owner")


def of(user: User) -> QuerySet[SavedView]:
    return SavedView.objects.filter(owner=user).select_related("owner")


@transaction.atomic
def save(*, name: str, query: str, is_shared: bool, by: User) -> SavedView:
    """Keeps a question; `query` is its address after the question mark.

    Days that end today move on with the calendar, others stay as they are.
    """
    name = checked_name(name)
    period, kept = understood(query)
    if of(by).count() >= MOST:
        raise TooManyViews
    moves = period.last == calendar.today()
    days = {"days": period.length} if moves else {"first": period.start, "last": period.last}
    with unique_or(InUse(SAME_NAME, field="name")):
        view = SavedView.objects.create(owner=by, name=name, asked=kept, is_shared=is_shared, **days)
    trail.record(by, "view.saved", name, query=query, shared=is_shared)
    return view


@transaction.atomic
def change(view: SavedView, *, by: User, name: str | None = None, is_shared: bool | None = None) -> SavedView:
    """Renames it, shares it or keeps it private."""
    view.name = view.name if name is None else checked_name(name)
    view.is_shared = view.is_shared if is_shared is None else is_shared
    with unique_or(InUse(SAME_NAME, field="name")):
        view.save(update_fields=["name", "is_shared"])
    trail.record(by, "view.changed", view.name, shared=view.is_shared)
    return view


@transaction.atomic
def remove(view: SavedView, *, by: User) -> None:
    """Of two who remove it at once, one is told of in the trail."""
    if SavedView.objects.filter(pk=view.pk).delete()[0]:
        trail.record(by, "view.removed", view.name)


def checked_name(name: str) -> str:
    name = name.strip()
    check_text("name", name, LONGEST_NAME, shortest=1, message=_("A name has 1 to %(longest)s characters."))
    return name


def understood(query: str) -> tuple[Period, dict[str, str]]:
    """The days and the parts of a question, each as the page of sales would take it; what that page does not know is
    left out."""
    check_text("query", query, LONGEST_QUERY, cards_pass=True)
    try:
        params = QueryDict(query)
    except TooManyFieldsSent:
        raise Invalid("query", _("This is no question of the page of sales."), "query") from None
    period = days_of(params)
    kept = {name: text for name in KEPT if (text := (params.get(name) or "").strip())}
    for name, text in kept.items():
        refuse_nul(name, text)
    kept.setdefault("by", "day")
    asked.question(period, kept, by=kept["by"])
    asked.compared(kept.get("compare", ""))
    if kept.get("sort", "").removeprefix("-") not in MEASURES:
        kept.pop("sort", None)
    return period, kept


def days_of(params: Mapping[str, Any]) -> Period:
    today = calendar.today()
    first = read_day("from", params.get("from")) or periods.days_away(today, 1 - USUAL_DAYS) or today
    return periods.between(first, read_day("to", params.get("to")) or today)


def read_day(name: str, text: str | None) -> date | None:
    try:
        found = parse_date(text) if text else None
    except ValueError:
        found = None
    if text and found is None:
        raise Invalid(name, _("A day is written as 2026-03-31."), "invalid")
    return found


def search(view: SavedView, today: date, *, for_page: bool = True) -> str:
    """The address of the view after its question mark, as of today. The API does not sort."""
    names = ("by", "compare", "sort") if for_page else ("by", "compare")
    more = {name: view.asked.get(name, "") for name in names}
    return asked.search(period_of(view, today), asked.filters_of(view.asked), **more)


def period_of(view: SavedView, today: date) -> Period:
    if view.first and view.last:
        return periods.between(view.first, view.last)
    return periods.between(periods.days_away(today, 1 - (view.days or 1)) or today, today)
