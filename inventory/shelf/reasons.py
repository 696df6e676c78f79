"""The reasons offered for a deed. A deed keeps text, so that a reason changed later changes nothing in the books."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import User
from inventory.models import Reason
from pos.checks import check_text, refuse_nul
from pos.errors import InUse, Invalid
from pos.unique import unique_or

LONGEST = 200


def offered(*deeds: str) -> list[str]:
    """In the order the shop chose."""
    return list(Reason.objects.filter(deed__in=deeds, is_active=True).values_list("text", flat=True))


def by_code(deed: str) -> dict[str, str]:
    return dict(Reason.objects.filter(deed=deed, is_active=True).values_list("code", "text"))


def text_of(deed: str, code: str, note: str = "") -> str:
    """The text of a reason given by its code, with a note behind it."""
    return chosen(by_code(deed), code, note)


def chosen(known: dict[str, str], code: str, note: str = "", *, of: str = "reason") -> str:
    """The same from reasons already read; `of` is the field of the note, `<of>_code` that of the code."""
    if (text := known.get(code)) is None:
        raise Invalid(of + "_code", _("The shop has no such reason for this."), "does_not_exist")
    said = f"{text}: {note.strip()}" if note.strip() else text
    check_text(of, said, LONGEST)
    return said


@transaction.atomic
def change(reason: Reason, *, by: User, **values: Any) -> Reason:
    """Changes the fields named, of the reason as it is now."""
    reason = Reason.objects.select_for_update(no_key=True).get(pk=reason.pk)
    for name, value in values.items():
        setattr(reason, name, value)
    return keep(reason, by=by)


@transaction.atomic
def keep(reason: Reason, *, by: User) -> Reason:
    """Saves a new or changed reason."""
    deed = "changed" if reason.pk else "created"
    for name in ("text", "code"):
        refuse_nul(name, getattr(reason, name))
    with unique_or(InUse(_("There is already a reason with this code."), field="code")):
        reason.save()
    trail.record(by, f"reason.{deed}", reason.text, deed=reason.deed, code=reason.code, offered=reason.is_active)
    return reason
