"""The reasons offered for a deed. A deed keeps text, so that a reason changed later changes nothing in the books."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import User
from inventory.models import Reason
from pos.checks import refuse_nul
from pos.errors import InUse, Invalid
from pos.unique import unique_or


def offered(deed: str) -> list[str]:
    """In the order the shop chose."""
    return list(Reason.objects.filter(deed=deed, is_active=True).values_list("text", flat=True))


def text_of(deed: str, code: str, note: str = "") -> str:
    """The text of a reason given by its code, with a note behind it."""
    found = Reason.objects.filter(deed=deed, code=code, is_active=True).first()
    if found is None:
        raise Invalid("reason_code", _("The shop has no such reason for this."), "does_not_exist")
    return f"{found.text}: {note.strip()}" if note.strip() else found.text


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
