"""The desk: where a manager lands after signing in."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import managers_only, person
from pos import calendar, clock
from reports.beginning import steps
from reports.figures import attention, periods, queries, tills
from reports.views.forms import WEEK


@require_safe
@managers_only
def desk(request: HttpRequest) -> HttpResponse:
    manager = person(request)
    attention.count_badge_anew(manager)
    cards = attention.counted(attention.CARDS, manager)
    facts = {
        "waiting": [card for card in cards if card[1]],
        "quiet": [card for card in cards if not card[1] and card[0].is_offered()],
        "tills": tills.now(),
        "open_steps": steps.still_open(),
        **takings(),
    }
    return render(request, "reports/desk/desk.html", facts)


def takings() -> dict[str, Any]:
    """Today's revenue, and that of the same weekday a week before up to the same time of day."""
    today, until = calendar.today(), calendar.on_the_clock(clock.now()) - timedelta(days=WEEK)
    week_before = periods.days_away(today, -WEEK)
    return {
        "today": today,
        "revenue": queries.revenue(periods.day(today)),
        "week_before": week_before,
        "until": until,
        "before": week_before and queries.revenue_until(week_before, until),
    }
