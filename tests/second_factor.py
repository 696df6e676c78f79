"""A manager's authenticator app and its codes, for tests."""

import time
from itertools import count

from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.access import recovery_codes
from accounts.models import User
from tests.clients import sign_in

WRONG = "000000"


def phone_of(user: User, **facts: object) -> TOTPDevice:
    """An authenticator app that is set up; its first code was used long ago."""
    return TOTPDevice.objects.create(user=user, name="app", confirmed=True, **facts)


def code_of(device: TOTPDevice, later: int = 0) -> str:
    """The code the phone shows now, or the given number of codes later."""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = time.time() + later * device.step
    return f"{totp.token():06d}"


def wrong_code(device: TOTPDevice) -> str:
    """Six digits the phone shows neither now nor shortly."""
    near = {code_of(device, later) for later in range(-3, 4)}
    return next(code for number in count() if (code := f"{number:06d}") not in near)


def signed_in_with(device: TOTPDevice, client: Client | None = None) -> Client:
    client = client or Client()
    sign_in(client, device.user.get_username())
    answer = client.post("/sign-in/code", {"code": code_of(device)})
    assert answer.status_code == 302, answer.content
    return client


def recovery_codes_of(user: User) -> list[str]:
    return recovery_codes.make(user)
