"""Categories and tax rates."""

from typing import Any, TypeVar

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import User
from inventory.models import Category, TaxRate
from pos.checks import refuse_nul
from pos.errors import InUse, Invalid
from pos.unique import unique_or

Entry = TypeVar("Entry", Category, TaxRate)


@transaction.atomic
def enter(entry: Entry, *, by: User, **values: Any) -> Entry:
    """Saves a new or changed entry."""
    deed = "changed" if entry.pk else "created"
    for name, value in values.items():
        setattr(entry, name, value)
    entry.clean_fields()
    refuse_nul("name", entry.name)
    if isinstance(entry, Category):
        refuse_circle(entry)
    named = _("There is already a %(kind)s of this name.") % {"kind": entry._meta.verbose_name}
    with unique_or(InUse(named, field="name")):
        entry.save()
    trail.record(by, f"{entry._meta.model_name}.{deed}", entry.name, **{n: str(v) for n, v in values.items()})
    return entry


@transaction.atomic
def remove(entry: Category | TaxRate, *, by: User) -> None:
    try:
        entry.delete()
    except ProtectedError as error:
        others = ", ".join(str(other) for other in sorted(error.protected_objects, key=str)[:3])
        raise InUse(_("%(entry)s is still used by %(others)s.") % {"entry": entry, "others": others}) from None
    trail.record(by, f"{entry._meta.model_name}.deleted", entry.name)


def refuse_circle(category: Category) -> None:
    """Refuses a category below itself. Locks all categories, so that two simultaneous changes cannot form a cycle."""
    parents = dict(Category.objects.select_for_update().order_by("pk").values_list("pk", "parent"))
    above = category.parent_id
    while above is not None:
        if above == category.pk:
            raise Invalid("parent", _("A category cannot stand below itself."))
        above = parents.get(above)
