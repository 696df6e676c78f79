"""Adds and changes the patterns by which the shop's own labels are read."""

from typing import Any

from django.db import connection, transaction
from django.db.models import CheckConstraint
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import User
from billing.models import LabelPattern
from pos.errors import InUse
from pos.unique import unique_or

FACTS = ("name", "prefix", "kind", "item_digits", "has_price_check", "value_digits", "decimals", "is_active")


@transaction.atomic
def keep(pattern: LabelPattern, *, by: User) -> LabelPattern:
    """Saves a new or changed pattern. No two active ones read the same codes."""
    deed = "changed" if pattern.pk else "added"
    pattern.clean_fields()
    for constraint in LabelPattern._meta.constraints:
        if isinstance(constraint, CheckConstraint):
            constraint.validate(LabelPattern, pattern)
    with connection.cursor() as cursor:  # one at a time: two that exclude each other would wait for each other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('billing.codes.patterns'))")
    with unique_or(InUse(_("Another pattern already reads codes that begin like this."), field="prefix")):
        pattern.save()
    trail.record(by, f"label_pattern.{deed}", pattern.prefix, **{name: getattr(pattern, name) for name in FACTS})
    return pattern


@transaction.atomic
def change(pattern: LabelPattern, *, by: User, **values: Any) -> LabelPattern:
    """Changes the fields named, of the pattern as it is now."""
    pattern = LabelPattern.objects.select_for_update(no_key=True).get(pk=pattern.pk)
    for name, value in values.items():
        setattr(pattern, name, value)
    return keep(pattern, by=by)
