"""The key the days are sealed with. It lies beside the database, not in it: who owns the database cannot seal anew."""

import os
from contextlib import suppress
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
from django.utils.translation import gettext as _

FOR_US_ALONE = os.O_WRONLY | os.O_CREAT | os.O_EXCL


class SealTrouble(Exception):
    """The key or the file of the seals cannot be used; says why."""


def unwritten(file: Path, error: OSError) -> SealTrouble:
    return SealTrouble(_("%(file)s cannot be written: %(reason)s.") % {"file": file, "reason": error.strerror or error})


def path() -> Path:
    return Path(settings.SEAL_KEY_FILE)


def private_key() -> Ed25519PrivateKey:
    try:
        found = load_pem_private_key(path().read_bytes(), password=None)
    except (OSError, ValueError):
        found = None
    if not isinstance(found, Ed25519PrivateKey):
        raise SealTrouble(
            _("The key of the seals cannot be read: bring %(file)s back from its copy.") % {"file": path()}
        )
    return found


def make_key() -> None:
    """For the first seal; a key that is there stays. A shop that has seals must bring its own key back."""
    made = Ed25519PrivateKey.generate()
    try:
        path().parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError), os.fdopen(os.open(path(), FOR_US_ALONE, 0o600), "wb") as out:
            out.write(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    except OSError as error:
        raise unwritten(path(), error) from None


def public_name() -> str:
    """The public half, as 64 hexadecimal figures."""
    return private_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def is_signed(document: str, signature: bytes, public: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, document.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
