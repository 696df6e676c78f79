"""What disappeared from the shelf, by cause, for managers."""

from typing import Any

from inventory.models import MovementKind
from reports.figures import shrinkage
from reports.views.figures import page
from reports.views.forms import FourWeeksForm, PeriodForm


@page("reports/shrinkage.html", FourWeeksForm)
def by_cause(form: PeriodForm) -> dict[str, Any]:
    return {"COUNT": MovementKind.COUNT.value, **shrinkage.told(form.period)}
