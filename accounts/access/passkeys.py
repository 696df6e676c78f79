"""Passkeys as a second factor: a fingerprint, a phone or a small key of one's own signs what the shop asks.

A question lies in the session and is good for one answer. A passkey belongs to the address of the shop it was made at.
"""

import json
from typing import Any

from django.http import HttpRequest
from django_otp_webauthn.exceptions import OTPWebAuthnApiError
from django_otp_webauthn.helpers import WebAuthnHelper
from django_otp_webauthn.models import WebAuthnCredential
from webauthn.helpers.exceptions import WebAuthnException

from accounts.models import User
from pos.models import StoreSettings

ASKED, MAKING = "passkey_asked", "passkey_making"
LONGEST_ANSWER, MOST = 20_000, 10
# What the library raises for an answer that is none, beside its own refusals
NO_ANSWER = (WebAuthnException, OTPWebAuthnApiError, ValueError, TypeError, KeyError, AttributeError, RecursionError)


class OfTheShop(WebAuthnHelper):
    def get_allowed_origins(self) -> list[str]:
        return [f"{self.request.scheme}://{self.request.get_host()}"]

    def get_credential_display_name(self, user: Any) -> str:
        return str(user)


def domain(request: HttpRequest) -> str:
    return request.get_host().partition(":")[0]


def shop(request: HttpRequest) -> str:
    return StoreSettings.in_force().shop_name


def of(user: User) -> list[WebAuthnCredential]:
    return list(WebAuthnCredential.objects.filter(user=user, confirmed=True).order_by("pk"))


def question(user: User, request: HttpRequest) -> str:
    """What a browser needs to sign in with one of the person's passkeys; empty if there is none."""
    if not of(user):
        return ""
    options, request.session[ASKED] = OfTheShop(request).authenticate_begin(user, require_user_verification=False)
    return json.dumps(options)


def is_right(user: User, answer: str, request: HttpRequest) -> bool:
    state = request.session.pop(ASKED, None)
    if state is None or len(answer) > LONGEST_ANSWER:
        return False
    try:
        device = OfTheShop(request).authenticate_complete(user, state, json.loads(answer))
    except NO_ANSWER:
        return False
    return bool(device.confirmed)


def offer(user: User, request: HttpRequest) -> str:
    """What a browser needs to make a new passkey."""
    options, request.session[MAKING] = OfTheShop(request).register_begin(user)
    return json.dumps(options)


def make(user: User, answer: str, name: str, request: HttpRequest) -> bool:
    """Whether the answer is a new passkey, which is kept. Must run in a transaction."""
    state = request.session.pop(MAKING, None)
    if state is None or len(answer) > LONGEST_ANSWER:
        return False
    try:
        device = OfTheShop(request).register_complete(user, state, json.loads(answer))
    except NO_ANSWER:
        return False
    WebAuthnCredential.objects.filter(pk=device.pk).update(name=name[:64])
    return True


def drop(user: User, pk: int | None = None) -> str:
    """Removes one, or all; returns the name of the one."""
    found = WebAuthnCredential.objects.filter(user=user)
    found = found if pk is None else found.filter(pk=pk)
    name = next((device.name for device in found), "")
    found.delete()
    return name
