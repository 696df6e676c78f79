"""Signatures of Standard Webhooks: https://www.standardwebhooks.com.

A secret must sign, so it cannot be stored as a digest. It lies in the database encrypted, by a key made of SECRET_KEY:
who has only the books, or a backup of them, cannot sign.
"""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Iterable, Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes

BEGINS, LENGTH = "whsec_", 32


class SecretLost(Exception):
    """SECRET_KEY is another one than when the secret was made."""


def new_secret() -> str:
    return BEGINS + b64encode(secrets.token_bytes(LENGTH)).decode()


def sealed(secret: str) -> bytes:
    return box().encrypt(secret.encode())


def opened(kept: bytes) -> str:
    try:
        return box().decrypt(kept).decode()
    except InvalidToken:
        raise SecretLost from None


def box() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(b"web hooks " + force_bytes(key)).digest() for key in keys)
    return MultiFernet([Fernet(urlsafe_b64encode(digest)) for digest in digests])


def headers(message: str, at: int, body: bytes, known: Iterable[str]) -> Mapping[str, str]:
    """One signature for each secret: while a new one overlaps with the one before, the receiver may know either."""
    content = f"{message}.{at}.".encode() + body
    return {
        "webhook-id": message,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(f"v1,{signature(secret, content)}" for secret in known),
    }


def signature(secret: str, content: bytes) -> str:
    key = b64decode(secret.removeprefix(BEGINS))
    return b64encode(hmac.digest(key, content, "sha256")).decode()
