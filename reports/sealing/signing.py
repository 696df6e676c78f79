"""The key the days are sealed with. It lies beside the database, not in it: who owns the database cannot seal anew."""

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings


def path() -> Path:
    return Path(settings.SEAL_KEY_FILE)


def private_key() -> Ed25519PrivateKey:
    """The shop's key, made when it is first needed. Raises OSError where it can be neither read nor written."""
    try:
        found = load_pem_private_key(path().read_bytes(), password=None)
    except FileNotFoundError:
        return new_key()
    assert isinstance(found, Ed25519PrivateKey)
    return found


def new_key() -> Ed25519PrivateKey:
    made = Ed25519PrivateKey.generate()
    path().parent.mkdir(parents=True, exist_ok=True)
    try:
        file = os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # made by another process at the same time
        return private_key()
    with os.fdopen(file, "wb") as out:
        out.write(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return made


def public_name() -> str:
    """The public half, as 64 hexadecimal figures."""
    return private_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def is_signed(document: str, signature: bytes, public: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, document.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
