"""The second factor of a manager: the code of an app on the phone, a passkey, or a recovery code. Each code is good
once.

Guesses are counted with those of passwords: they use up the same share of the fifty a day.
"""

import re
from base64 import b32encode
from urllib.parse import quote, urlencode

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import trail
from accounts.access import attempts, browsers, known_devices, passkeys, recovery_codes
from accounts.models import User
from pos.errors import ManagersOnly, Refused
from pos.models import StoreSettings

OF_THE_APP = re.compile("[0-9]{6}")
LONGEST_CODE = 40


class WrongCode(Refused):
    code = "wrong_code"
    status = 401
    message = _("This does not fit, or was used before. Take the next code the app shows.")


class NoPasskey(Refused):
    code = "no_passkey"
    status = 400
    message = _("The passkey was not made. Try it again.")


class TooManyPasskeys(Refused):
    code = "too_many_passkeys"
    message = _("Ten passkeys are enough. Take one away first.")


class SecondFactorNeeded(Refused):
    code = "second_factor_needed"
    status = 401
    message = _("A code of the second factor is needed beside the password.")


class SecondFactorMissing(Refused):
    code = "second_factor_missing"
    status = 403
    message = _("The shop asks every manager for a second factor. Sign in with a browser to set it up.")


class NothingBegun(Refused):
    code = "nothing_begun"
    message = _("There is no app to confirm. Begin again.")


class NotOffered(Refused):
    code = "not_offered"
    message = _("The shop's settings do not offer a second factor.")


def is_set_up(user: User) -> bool:
    return app(user) is not None or bool(passkeys.of(user))


def is_asked_of(user: User) -> bool:
    """Cashiers are never asked; a manager is, whatever the shop's settings say by now."""
    return user.is_manager and is_set_up(user)


def is_missing(user: User) -> bool:
    """Whether the shop demands one of this person, who has none."""
    return user.is_manager and StoreSettings.in_force().second_factor == "required" and not is_set_up(user)


def app(user: User) -> TOTPDevice | None:
    return TOTPDevice.objects.filter(user=user, confirmed=True).order_by("-pk").first()


def begun(user: User) -> TOTPDevice | None:
    """The app shown to the person and not confirmed yet."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).order_by("-pk").first()


@transaction.atomic
def begin(user: User) -> TOTPDevice:
    """A secret for a new app; the one in use stays good until the new one is confirmed."""
    hold(user)
    refuse_unless_offered(user)
    return begun(user) or TOTPDevice.objects.create(user=user, name="app", confirmed=False)


def address(device: TOTPDevice) -> str:
    """What the app reads from the QR code."""
    shop = StoreSettings.in_force().shop_name.replace(":", "")
    facts = {"secret": secret(device), "issuer": shop, "digits": device.digits, "period": device.step}
    return f"otpauth://totp/{quote(f'{shop}:{device.user.get_username()}')}?{urlencode(facts, quote_via=quote)}"


def secret(device: TOTPDevice) -> str:
    return b32encode(device.bin_key).decode().rstrip("=")


def refuse_unless_offered(user: User) -> None:
    if not user.is_manager:
        raise ManagersOnly
    if StoreSettings.in_force().second_factor == "off":
        raise NotOffered


def confirm(user: User, code: str, request: HttpRequest) -> list[str]:
    """Puts the new app in force by its first code, and returns ten new recovery codes. Every other sign-in of the
    person ends: it was made without the app."""
    charge = attempts.charge(counters(user, request))
    codes = put_in_force(user, code)
    charge.take_back()
    return codes


@transaction.atomic
def put_in_force(user: User, code: str) -> list[str]:
    hold(user)
    device = begun(user)
    if device is None:
        raise NothingBegun
    if not fits(device, code):
        raise WrongCode
    TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
    TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
    end_sign_ins(user)
    trail.record(user, "second_factor.app_set", user.username)
    return recovery_codes.make(user)


@transaction.atomic
def add_passkey(user: User, answer: str, request: HttpRequest) -> list[str]:
    """Keeps a new passkey. The first factor of a person ends every other sign-in, and its recovery codes are returned;
    beside another factor there are none."""
    hold(user)
    refuse_unless_offered(user)
    is_first = not is_set_up(user)
    if len(passkeys.of(user)) >= passkeys.MOST:
        raise TooManyPasskeys
    if not passkeys.make(user, answer, browsers.spoken(request), request):
        raise NoPasskey
    trail.record(user, "second_factor.passkey_made", user.username, browser=browsers.spoken(request))
    if not is_first:
        return []
    end_sign_ins(user)
    return recovery_codes.make(user)


@transaction.atomic
def drop_passkey(user: User, pk: int) -> None:
    """Pressed twice, it is gone once."""
    hold(user)
    if name := passkeys.drop(user, pk):
        trail.record(user, "second_factor.passkey_dropped", user.username, browser=name)
    if not is_set_up(user):
        recovery_codes.drop(user)


@transaction.atomic
def new_recovery_codes(user: User) -> list[str]:
    hold(user)
    if not is_set_up(user):
        raise NothingBegun
    trail.record(user, "second_factor.codes_made", user.username)
    return recovery_codes.make(user)


@transaction.atomic
def take_off(user: User, *, by: User | None) -> None:
    """Of oneself, or of another by a manager; `by` is None for the command on the server."""
    if by is not None and by.pk != user.pk and not by.is_manager:
        raise ManagersOnly
    hold(user)
    TOTPDevice.objects.filter(user=user).delete()
    passkeys.drop(user)
    recovery_codes.drop(user)
    trail.record(by, "second_factor.off", user.username)


def demand(user: User, code: str, request: HttpRequest) -> None:
    """For a sign-in that sends everything at once."""
    if is_asked_of(user):
        if not code:
            raise SecondFactorNeeded
        check(user, code, request)
    elif is_missing(user):
        raise SecondFactorMissing


def check(user: User, code: str, request: HttpRequest, *, passkey: str = "") -> None:
    """Accepts a code of the app, a recovery code or the answer of a passkey, or raises WrongCode. Outside any
    transaction, for the count."""
    charge = attempts.charge(counters(user, request))
    if not (passkeys.is_right(user, passkey, request) if passkey else is_right(user, code)):
        trail.record(None, "second_factor.wrong", user.username, address=attempts.address_of(request))
        raise WrongCode
    charge.take_back()


@transaction.atomic
def is_right(user: User, code: str) -> bool:
    """The device's row is held, so that two who send the same code at once do not both get in."""
    if OF_THE_APP.fullmatch(code.strip().replace(" ", "")):
        devices = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True)
        return any(fits(device, code) for device in devices)
    if recovery_codes.spend(user, code):
        trail.record(user, "second_factor.code_spent", user.username)
        return True
    return False


def fits(device: TOTPDevice, code: str) -> bool:
    plain = code.strip().replace(" ", "")
    return bool(OF_THE_APP.fullmatch(plain)) and bool(device.verify_token(plain))


def counters(user: User, request: HttpRequest) -> dict[str, attempts.Counter]:
    """The counters of a password given in this browser; misses in others close nothing here."""
    place = known_devices.device(request, user.username)
    return attempts.code_at(user.username, place, attempts.address_of(request))


def hold(user: User) -> None:
    """One change of a person's second factor at a time."""
    user.epoch = User.objects.select_for_update(no_key=True).values_list("epoch", flat=True).get(pk=user.pk)


def end_sign_ins(user: User) -> None:
    """Must run in a transaction that holds the person. The page keeps its own session with a new hash."""
    user.epoch += 1
    user.save(update_fields=["epoch"])
