"""Adds and changes the ways to pay."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import User
from billing.models import Tender, TenderKind
from billing.models.registers import EXCHANGE
from pos.errors import InUse, Invalid
from pos.unique import unique_or

CHANGEABLE = ("name", "is_active", "position")


@transaction.atomic
def add(tender: Tender, *, by: User) -> Tender:
    if tender.kind == TenderKind.EXCHANGE or tender.code == EXCHANGE:
        raise Invalid("kind", _("The tender for exchanges is the shop's own: there is one already."), "not_to_choose")
    tender.clean_fields()
    with unique_or(InUse(_("There is a tender with this code, or one for cash already."))):
        tender.save(force_insert=True)
    trail.record(by, "tender.added", tender.code, kind=tender.kind, **told(tender))
    return tender


@transaction.atomic
def change(code: str, *, by: User, **values: Any) -> Tender:
    """Changes name, place or state; code and kind stay, because bills name them."""
    tender = Tender.objects.select_for_update(no_key=True).get(pk=code)
    before = told(tender)
    for name, value in values.items():
        setattr(tender, name, value)
    if tender.kind == TenderKind.EXCHANGE and tender.is_active:
        raise Invalid("is_active", _("Nobody pays with the tender for exchanges: it stays switched off."))
    tender.clean_fields()
    tender.save(update_fields=CHANGEABLE)
    after = told(tender)
    if changed := {name: [before[name], after[name]] for name in after if before[name] != after[name]}:
        trail.record(by, "tender.changed", tender.code, **changed)
    return tender


@transaction.atomic
def put(code: str, *, kind: str, by: User, **values: Any) -> tuple[Tender, bool]:
    """Makes the tender or changes it, however often it is asked; tells whether it is new."""
    known = Tender.objects.filter(pk=code).first()
    if known is None:
        return add(Tender(code=code, kind=kind, **values), by=by), True
    if known.kind != kind:
        raise Invalid("kind", _("A tender keeps its kind: make another one."), "read_only")
    return change(code, by=by, **values), False


def told(tender: Tender) -> dict[str, Any]:
    return {name: getattr(tender, name) for name in CHANGEABLE}
