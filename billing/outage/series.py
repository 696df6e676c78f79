"""The number series of provisional receipts. Each browser at a register has its own, so that no number is used
twice."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import User
from billing import counter
from billing.models import Register
from pos.errors import Refused


class NoLeave(Refused):
    code = "no_outage_sales"
    status = 403
    message = _("This register may not sell in an outage.")


@transaction.atomic
def hand_out(register: str, *, by: User) -> str:
    """Hands out a new series: R1-P3, whose receipts are R1-P3-0001, R1-P3-0002 and so on."""
    held = Register.objects.get(pk=counter.lock(register).id)
    if not held.outage_sales:
        raise NoLeave(register=held.code)
    held.last_outage_series += 1
    held.save(update_fields=["last_outage_series"])
    series = f"{held.code}-P{held.last_outage_series}"
    trail.record(by, "outage.series", series)
    return series
