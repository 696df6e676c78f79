"""Says in words what the trail recorded: names of fields, and their values before and after."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext

from accounts.models import AuditEntry
from pos.back_office.figures import pen_for

NOTHING, DEEPEST = "—", 8
# The table that holds the fields an entry tells about, by the first word of its code. Rooms above are known by name.
TABLES = {
    "category": "inventory.Category",
    "key": "accounts.ApiKey",
    "label_pattern": "billing.LabelPattern",
    "member": "members.Member",
    "person_limits": "accounts.ApprovalRule",
    "product": "inventory.Product",
    "register": "billing.Register",
    "second_factor": "accounts.TokenFamily",
    "settings": "pos.StoreSettings",
    "sign_in": "accounts.TokenFamily",
    "taxrate": "inventory.TaxRate",
    "tender": "billing.Tender",
    "user": "accounts.User",
    "webhook": "reports.Webhook",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of an entry; `before` is None where nothing was changed."""

    name: str
    label: str
    before: str | None
    after: str


def told(entry: AuditEntry) -> list[Fact]:
    subject = entry.action.partition(".")[0]
    return [fact(subject, name, value) for name, value in entry.facts.items()]


def fact(subject: str, name: str, value: Any) -> Fact:
    """A list of two is a change: what was, and what is. `reorder_point.STORE` is a field at a location."""
    column, _, place = name.partition(".")
    field = field_of(subject, column)
    label = str(capfirst(f"{field.verbose_name} {place}".strip() if field else name.replace("_", " ")))
    if isinstance(value, list) and len(value) == 2 and name != "fields":
        return Fact(name, label, shown(field, value[0]), shown(field, value[1]))
    return Fact(name, label, None, shown(field, value))


def field_of(subject: str, name: str) -> models.Field | None:
    if subject not in TABLES:
        return None
    try:
        field = apps.get_model(TABLES[subject])._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, models.Field) else None


def shown(field: models.Field | None, value: Any, deep: int = 0) -> str:
    """`deep` is how many lists and tables the value lies in; deeper than a few nothing is told."""
    if value is None or value == "":
        return NOTHING
    if field is not None and field.name == "logo":
        return gettext("a picture")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if deep > DEEPEST:
        return "…"
    if isinstance(value, list):
        return ", ".join(shown(None, one, deep + 1) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {shown(None, one, deep + 1)}" for name, one in value.items())
    return figure(field, value)


def figure(field: models.Field | None, value: Any) -> str:
    pen = pen_for(field) if isinstance(field, models.DecimalField) else None
    try:
        return pen(Decimal(str(value))) if pen else str(value)
    except ArithmeticError:
        return str(value)
