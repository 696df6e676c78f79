"""The doctor, for managers: what is well, what is not, and what to do; the nights and drills before."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import managers_only
from reports.doctor.examination import examine
from reports.doctor.finding import State
from reports.doctor.nights import latest


@require_safe
@managers_only
def doctor(request: HttpRequest) -> HttpResponse:
    found = examine()
    facts = {
        "open": [finding for finding in found if finding.state is not State.GOOD],
        "well": [finding for finding in found if finding.state is State.GOOD],
        "runs": latest(),
        "is_bad": any(finding.state is State.BAD for finding in found),
    }
    return render(request, "reports/doctor.html", facts)
