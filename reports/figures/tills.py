"""The tills as they are now."""

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from billing.models import Bill, Register, RegisterKind, Shift


@dataclass(frozen=True, slots=True)
class Till:
    """A till, its open shift and the last bill of that shift."""

    register: Register
    shift: Shift | None
    last_bill: Bill | None


def now() -> list[Till]:
    """The active tills and any register with an open shift, by code."""
    newest = Bill.objects.filter(shift=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    running = Shift.objects.open().select_related("register", "opened_by").annotate(newest=Subquery(newest))
    shifts = {shift.register_id: (shift, shift.newest) for shift in running}
    bills = Bill.objects.select_related("cashier").in_bulk([newest for _shift, newest in shifts.values() if newest])
    standing = {till.pk: till for till in Register.objects.filter(is_active=True, kind=RegisterKind.TILL)}
    every = standing | {shift.register_id: shift.register for shift, _newest in shifts.values()}
    found = []
    for register in sorted(every.values(), key=lambda register: register.code):
        shift, last = shifts.get(register.pk, (None, None))
        found.append(Till(register, shift, bills.get(last) if last else None))
    return found
