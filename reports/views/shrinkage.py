"""What disappeared from the shelf, by cause, for managers."""

from typing import Any

from inventory.models import MovementKind
from pos.calendar import beginning
from pos.models import StoreSettings
from pos.money import ZERO
from reports.figures import shrinkage
from reports.views.figures import page
from reports.views.forms import FourWeeksForm, PeriodForm


@page("reports/shrinkage.html", FourWeeksForm)
def by_cause(form: PeriodForm) -> dict[str, Any]:
    cutoff = StoreSettings.in_force().cutoff_hour
    causes = shrinkage.by_cause(beginning(form.period.start, cutoff), beginning(form.period.end, cutoff))
    return {
        "causes": causes,
        "COUNT": MovementKind.COUNT.value,
        "at_cost": sum((cause.at_cost for cause in causes), ZERO),
        "at_price": sum((cause.at_price for cause in causes), ZERO),
    }
