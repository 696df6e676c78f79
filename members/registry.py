"""Members: registers, edits, deactivates and erases them, and sets their PIN."""

from typing import Any
from uuid import uuid4

from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.models import Permission, User
from members import consents, contact, numbers, pins, points
from members.models import Consent, Member
from pos.clock import Now
from pos.errors import InUse, ManagersOnly
from pos.unique import unique_or

EMAIL_TAKEN = _("Another member already has this e-mail.")


@transaction.atomic
def register(name: str, email: str, pin: str, phone: str = "", *, by: User) -> Member:
    with unique_or(InUse(EMAIL_TAKEN, field="email")):
        member = Member.objects.create(
            name=contact.name(name),
            email=contact.email(email),
            phone=contact.phone(phone),
            pin=pins.hashed(pin),
            number=numbers.take_next(),
        )
    trail.record(by, "member.registered", member.number)
    return Member.objects.get(pk=member.pk)


@transaction.atomic
def edit(
    member: int,
    *,
    by: User,
    name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    is_active: bool | None = None,
    pin: str | None = None,
    consent: str | None = None,
) -> Member:
    """Changes only the fields given; only with the permission for members may one activate or deactivate a member."""
    row = hold(member)
    if is_active not in (None, row.is_active) and not by.may(Permission.MEMBERS):
        raise ManagersOnly
    wanted = {
        "name": name if name is None else contact.name(name),
        "email": email if email is None else contact.email(email),
        "phone": phone if phone is None else contact.phone(phone),
        "is_active": is_active,
    }
    changes = {field: value for field, value in wanted.items() if value not in (None, getattr(row, field))}
    if changes:
        with unique_or(InUse(EMAIL_TAKEN, field="email")):
            Member.objects.filter(pk=member).update(**changes, updated_at=Now())
        trail.record(by, "member.edited", row.number, **told(row, changes))
    if pin is not None:
        change_pin(member, pin, by=by, consent=consent)
    return Member.objects.get(pk=member)


def told(row: Member, changes: dict[str, Any]) -> dict[str, Any]:
    """What the trail keeps of a change: never a name or an address, because they could not be erased from it."""
    facts: dict[str, Any] = {"fields": sorted(changes)}
    return facts | ({"is_active": [row.is_active, changes["is_active"]]} if "is_active" in changes else {})


@transaction.atomic
def change_pin(member: int, pin: str, *, by: User, consent: str | None = None) -> None:
    """Sets a new PIN; needs the member's consent (by the old PIN) or the permission for members. Clears the wrong-PIN
    count and every unused consent."""
    row = hold(member)
    stored = pins.hashed(pin)
    if consent or not by.may(Permission.MEMBERS):
        consents.use(consent or "", member=member, purpose=f"new PIN {uuid4()}")
    Consent.objects.filter(member=member).delete()
    Member.objects.filter(pk=member).update(pin=stored, pin_misses=0, pin_locked_until=None, updated_at=Now())
    trail.record(by, "member.pin_changed", row.number, by_consent=bool(consent))


@transaction.atomic
def link_staff(member: int, staff: User | None, *, by: User) -> None:
    """Records which staff user the member is, or that the member is none."""
    if not by.is_manager:
        raise ManagersOnly
    row = hold(member)
    with unique_or(InUse(_("%(staff)s has another card already.") % {"staff": staff}, field="staff")):
        Member.objects.filter(pk=member).update(staff=staff, updated_at=Now())
    trail.record(by, "member.staff_linked", row.number, staff=staff.username if staff else None)


@transaction.atomic
def erase(member: int, *, by: User) -> None:
    """Erases the person's details for good; number, ledger and bills stay. Remaining points are written off."""
    if not by.may(Permission.MEMBERS):
        raise ManagersOnly
    account = points.lock(member, even_inactive=True)
    row = Member.objects.get(pk=member)
    if row.erased_at:
        return
    if account.points:
        points.write_off(account, by=by.pk)
    blank_out(row)
    trail.record(by, "member.erased", row.number)


def blank_out(row: Member, *, merged_into: Member | None = None) -> None:
    """Clears everything that tells who the member is. The points must be gone, and the row locked."""
    blank = {"name": "", "email": "", "phone": "", "pin": "", "pin_misses": 0, "pin_locked_until": None, "staff": None}
    Consent.objects.filter(member=row).delete()
    Member.objects.filter(pk=row.pk).update(
        **blank,
        is_vip=False,
        vip_until=None,
        is_active=False,
        erased_at=Now(),
        updated_at=Now(),
        merged_into=merged_into,
    )
    LogEntry.objects.filter(
        content_type__app_label="members", content_type__model="member", object_id=str(row.pk)
    ).update(object_repr=row.number)


def hold(member: int) -> Member:
    """Locks the member's row until the transaction ends; refuses unknown and erased members."""
    points.lock(member, even_inactive=True)
    row = Member.objects.get(pk=member)
    if row.erased_at:
        raise points.UnknownMember(member=member)
    return row
