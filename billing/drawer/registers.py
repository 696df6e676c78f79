"""Adds and changes registers and the settings of their scanners and printers."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import User
from billing import counter
from billing.counter import Till
from billing.drawer import shifts
from billing.models import Basket, BasketState, Register, RegisterKind
from billing.receipts import printer
from inventory.models import Location
from inventory.shelf import locations
from pos.columns import columns_of, made
from pos.errors import InUse, Invalid, Refused
from pos.postgres.rows import rows
from pos.unique import unique_or

PRINTER = ("printer_host", "printer_port", "drawer_kick")
SCANNER = ("scan_prefix", "scan_suffix", "scan_pause")


WITH_OPEN_SHIFT = f"""
    SELECT {columns_of(Register, "r")} FROM billing_register r
      LEFT JOIN billing_shift s ON s.register_id = r.id AND s.closed_at IS NULL
     WHERE r.code = %s AND r.is_active AND (r.is_training OR s.id IS NOT NULL)
"""


def with_open_shift(code: str) -> Register | None:
    """The register, if its shift is open or it is in training. In plain SQL because most pages of the till ask."""
    found = rows(WITH_OPEN_SHIFT, [code])
    return made(Register, found[0]) if found else None


def bills_made() -> dict[str, int]:
    """How many sales and refunds were ever numbered, read from the registers: imported history not counted."""
    numbers = Register.objects.exclude(kind=RegisterKind.HISTORY)
    return numbers.aggregate(sale=Coalesce(Sum("last_sale"), 0), refund=Coalesce(Sum("last_refund"), 0))


def serving(code: str) -> Register:
    """The register, if its shift is open or, as an API register's, opens by itself. Refuses any other."""
    found = Register.objects.filter(code__iexact=code, is_active=True).exclude(kind=RegisterKind.HISTORY).first()
    if found is None:
        raise Invalid("register", counter.NO_REGISTER, "unknown_register")
    if found.kind != RegisterKind.API and with_open_shift(found.code) is None:
        raise shifts.NoOpenShift(register=found.code)
    return found


class OnlyHistory(Refused):
    code = "only_history"
    message = _("This series holds imported bills only: nothing is sold in it.")


class OnlyTillsTrain(Refused):
    code = "only_tills_train"
    message = _("Only a till that does not sell in an outage can be put into training.")


class BasketsWait(Refused):
    code = "baskets_wait"
    message = _("Pay or drop the open baskets of this register first.")


@transaction.atomic
def add(*, code: str, name: str, kind: str, by: User, **devices: Any) -> Register:
    if kind == RegisterKind.HISTORY:
        raise OnlyHistory()
    register = Register(code=code, name=name, kind=kind, **devices)
    register.full_clean(validate_constraints=False)
    usable(register.location)
    check_training(register)
    check_printer(register)
    with unique_or(InUse(_("There is a register with this code."), field="code")):
        register.save()
    trail.record(by, "register.added", register.code)
    return register


@transaction.atomic
def change(changed: Register, *, by: User) -> None:
    """Changes a register's name, devices or state. Refuses to switch off a register with an open shift."""
    till = counter.lock(changed.code, also_off=True)
    if changed.is_active and till.kind == RegisterKind.HISTORY:
        raise OnlyHistory()
    if not changed.is_active and counter.at_hand(till).shift is not None:
        raise shifts.ShiftIsOpen(_("Close the register's shift first."))
    if changed.is_training != till.is_training:
        refuse_while_it_sells(till)
    check_training(changed)
    check_printer(changed)
    names = ("name", "is_active", "outage_sales", "is_training", *SCANNER, *PRINTER)
    facts = {name: getattr(changed, name) for name in names}
    Register.objects.filter(pk=till.id).update(**facts, location=usable(changed.location))
    moved = {"location": str(changed.location or "")} if till.location != changed.location_id else {}
    trail.record(by, "register.changed", changed.code, **facts, **moved)


@transaction.atomic
def change_parts(code: str, *, by: User, **facts: Any) -> None:
    """Changes these facts alone: what another request changes meanwhile stays changed."""
    held = counter.lock(code, also_off=True)
    register = Register.objects.get(pk=held.id)
    for name, value in facts.items():
        setattr(register, name, value)
    change(register, by=by)


def refuse_while_it_sells(till: Till) -> None:
    """A sale begun in earnest is not finished for practice, nor the other way round."""
    if counter.at_hand(till).shift is not None:
        raise shifts.ShiftIsOpen(_("Close the register's shift first."))
    if Basket.objects.filter(register=till.id, state=BasketState.OPEN).not_empty().exists():
        raise BasketsWait()


def in_training() -> QuerySet[Register]:
    return Register.objects.filter(is_active=True, is_training=True).order_by("code")


def check_training(register: Register) -> None:
    if register.is_training and (register.kind != RegisterKind.TILL or register.outage_sales):
        raise OnlyTillsTrain()


def usable(location: Location | None) -> Location | None:
    """Refuses a location that is switched off, now or meanwhile."""
    return locations.held(location.pk) if location else None


def check_printer(register: Register) -> None:
    register.clean_fields(exclude=["code", "kind"])
    if register.printer_host:
        printer.check_host(register.printer_host)
