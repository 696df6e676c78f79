"""Encrypted files: AES-256-GCM in chunks, under a key that scrypt makes from the shop's passphrase.

A file is MAGIC, the salt of scrypt (16 bytes), a value that tells a wrong passphrase (16), the salt of this file's own
key (16), then chunks of CHUNK bytes, each with its tag of 16. The nonce counts the chunks, and its last byte is 1 in
the last one alone: chunks cannot be cut off, swapped or taken from another file unseen.
"""

import io
import secrets
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.utils.translation import gettext as _

from pos.backups.trouble import BackupTrouble

MAGIC = b"POSBKUP1"
SALT, TAG, CHUNK = 16, 16, 1024 * 1024
HEADER = len(MAGIC) + 3 * SALT
SHORTEST_PASSPHRASE = 12


@lru_cache(maxsize=8)
def master_key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode())


def derived(key: bytes, salt: bytes, purpose: bytes, length: int = 32) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=purpose).derive(key)


def checked_passphrase(passphrase: str) -> str:
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise BackupTrouble(
            _("Set BACKUP_PASSPHRASE to at least %(count)s characters, and keep them in a second place.")
            % {"count": SHORTEST_PASSPHRASE}
        )
    return passphrase


def salt_of(path: Path) -> bytes:
    """The salt of scrypt in a sealed file, for the next one of the same folder: the key is then made once."""
    with path.open("rb") as file:
        header = file.read(HEADER)
    return header[len(MAGIC) : len(MAGIC) + SALT] if len(header) == HEADER and header.startswith(MAGIC) else b""


class Sealing(io.RawIOBase):
    """Writes an encrypted file: `close` writes its last chunk, so a file that was not closed cannot be opened."""

    def __init__(self, file: BinaryIO, passphrase: str, salt: bytes = b"") -> None:
        self.file = file
        self.salt = salt or secrets.token_bytes(SALT)
        self.key = master_key(checked_passphrase(passphrase), self.salt)
        own = secrets.token_bytes(SALT)
        self.header = MAGIC + self.salt + derived(self.key, self.salt, b"check", SALT) + own
        self.cipher = AESGCM(derived(self.key, own, b"file"))
        self.chunk, self.held = 0, bytearray()
        file.write(self.header)

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.held += data
        while len(self.held) > CHUNK:
            self.seal(bytes(self.held[:CHUNK]), is_last=False)
            del self.held[:CHUNK]
        return len(data)

    def seal(self, plain: bytes, *, is_last: bool) -> None:
        self.file.write(self.cipher.encrypt(nonce(self.chunk, is_last=is_last), plain, self.header))
        self.chunk += 1

    def finish(self) -> None:
        self.seal(bytes(self.held), is_last=True)
        self.held.clear()


def nonce(chunk: int, *, is_last: bool) -> bytes:
    return chunk.to_bytes(11, "big") + (b"\1" if is_last else b"\0")


def opened(file: BinaryIO, passphrase: str) -> Iterator[bytes]:
    """The plain chunks of an encrypted file, each proved to be what was written. Raises BackupTrouble."""
    header = file.read(HEADER)
    if len(header) < HEADER or not header.startswith(MAGIC):
        raise BackupTrouble(_("This is not a backup of a shop."))
    salt, check, own = (header[len(MAGIC) + SALT * number :][:SALT] for number in range(3))
    key = master_key(passphrase, salt)
    if not secrets.compare_digest(check, derived(key, salt, b"check", SALT)):
        raise BackupTrouble(_("The passphrase is not the one this backup was made with."))
    cipher = AESGCM(derived(key, own, b"file"))
    chunk, following = 0, file.read(CHUNK + TAG)
    while True:
        data, following = following, file.read(CHUNK + TAG)
        try:
            yield cipher.decrypt(nonce(chunk, is_last=not following), data, header)
        except (InvalidTag, ValueError):
            raise BackupTrouble(_("The backup is damaged or not whole. Take the one before.")) from None
        if not following:
            return
        chunk += 1
