"""Adds and changes staff. Nobody is deleted, because bills and ledgers name them."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts import trail
from accounts.access import attempts
from accounts.models import CustomRole, Role, User
from accounts.people import pins
from pos.errors import InUse, Invalid, ManagersOnly, Refused
from pos.unique import unique_or
from pos.web.language import spoken

EDITABLE = ("username", "name", "email", "role", "custom_role", "is_active")


class LastManager(Refused):
    code = "last_manager"
    message = _("The shop needs at least one active manager. Make another one first.")


@transaction.atomic
def hire(*, by: User | None, password: str, pin: str = "", **details: Any) -> User:
    lock_roll()
    user = User(**details)
    check_custom_role(user)
    refuse_taken(user)
    check_password(password, user)
    user.set_password(password)
    user.pin = pins.hashed(pin) if pin else ""
    write(user)
    trail.record(by, "user.hired", user.username, role=user.role)
    return user


@transaction.atomic
def change(user: User, *, by: User, password: str | None = None, **details: Any) -> User:
    """Changes a person. A new password, role or active state ends that person's sessions and tokens."""
    roll = lock_roll()
    user = roll[user.pk]
    was_manager = user.is_manager
    before = told(user)
    for name, value in details.items():
        setattr(user, name, value)
    check_custom_role(user)
    after = told(user)
    refuse_taken(user)
    if was_manager and not any(person.is_manager for person in roll.values()):
        raise LastManager
    if password is not None:
        check_password(password, user)
        user.set_password(password)
    changed = {name: [before[name], after[name]] for name in EDITABLE if before[name] != after[name]}
    if password is not None or changed.keys() & {"role", "is_active"}:
        user.epoch += 1
    write(user)
    if changed or password is not None:
        trail.record(by, "user.changed", user.username, **changed, new_password=password is not None)
    if password is not None and by.pk != user.pk:
        attempts.open_again(user.username)
    return user


def switch_off(user: User, *, by: User) -> User:
    return change(user, by=by, is_active=False)


def switch_on(user: User, *, by: User) -> User:
    return change(user, by=by, is_active=True)


@transaction.atomic
def open_sign_in(user: User, *, by: User | None) -> None:
    """Reopens a sign-in closed by wrong guesses: password and PIN work again everywhere. `by` is None for the command
    on the server."""
    if by is not None and not by.is_manager:
        raise ManagersOnly
    attempts.open_again(user.username)
    trail.record(by, "user.sign_in_opened", user.username)


@transaction.atomic
def set_pin(user: User, pin: str, *, by: User) -> None:
    """Sets a person's till PIN; an empty one removes it. Sessions stay open. A manager may set it for others."""
    if by.pk != user.pk and not by.is_manager:
        raise ManagersOnly
    User.objects.filter(pk=user.pk).update(pin=pins.hashed(pin) if pin else "")
    attempts.forget_pins(user.username)
    trail.record(by, "user.pin_set" if pin else "user.pin_taken", user.username)


def speak(user: User, language: str) -> None:
    """Sets the language of a person's own pages."""
    User.objects.filter(pk=user.pk).update(language=spoken(language))


def told(user: User) -> dict[str, Any]:
    role = user.custom_role.name if user.custom_role else ""
    return {name: role if name == "custom_role" else getattr(user, name) for name in EDITABLE}


def check_custom_role(user: User) -> None:
    """A manager may do everything: no role made of permissions stands beside. The roll is locked, so that no role is
    deleted while it is given."""
    if user.role == Role.MANAGER:
        user.custom_role = None
    if user.custom_role_id and not CustomRole.objects.filter(pk=user.custom_role_id).exists():
        raise Invalid("custom_role", _("There is no such role any more."), "does_not_exist")


def lock_roll() -> dict[int, User]:
    """Locks all staff rows, so that changes to staff, new people included, happen one at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('accounts.people.staff'))")
    return {user.pk: user for user in User.objects.select_for_update(no_key=True).order_by("pk")}


def write(user: User) -> None:
    with unique_or(InUse(_("Somebody here already has this user name or e-mail address."))):
        user.save()


def refuse_taken(user: User) -> None:
    others = User.objects.exclude(pk=user.pk)
    if others.filter(username__iexact=user.username).exists():
        raise InUse(_("Somebody here already has this user name."), field="username")
    if user.email and others.filter(email__iexact=user.email).exists():
        raise InUse(_("Somebody here already has this e-mail address."), field="email")


def check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid("password", " ".join(error.messages), error.error_list[0].code or "invalid") from None
