"""Takes a backup: the books by pg_dump at one moment, then the uploads, all sealed with the shop's passphrase."""

import hmac
import io
import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from pos.backups import keeping
from pos.backups.folder import BOOKS, HALF, MANIFEST, MEDIA, STAMP, Backup, all_in, digest, locked, media_path, written
from pos.backups.programs import environment, last_words, program, shops_database
from pos.backups.sealed import Sealing, checked_passphrase, master_key, salt_of
from pos.backups.trouble import BackupTrouble
from pos.version import VERSION

FORMAT = 1
PIPE = 1024 * 1024


def take(folder: Path, passphrase: str) -> Backup:
    """Takes a backup and removes those the plan does not keep. Raises BackupTrouble, with nothing half done."""
    checked_passphrase(passphrase)
    with alone(folder):
        newest = all_in(folder)[:1]
        salt = salt_of(newest[0].manifest) if newest else b""
        backup = Backup(folder / f"{datetime.now(UTC).strftime(STAMP)}{MANIFEST}")
        if backup.manifest.exists():
            raise BackupTrouble(_("A backup was taken this very second. Take the next one in a moment."))
        try:
            salt = dump_books(backup.content, passphrase, salt)
            said = about(backup) | {"media": seal_media(folder, passphrase, salt)}
            with written(backup.manifest) as file:
                seal(file, json.dumps(said).encode(), passphrase, salt)
        except BaseException:
            backup.remove()
            raise
        tidy(folder, passphrase)
        return backup


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One backup at a time; what a killed one left half written is removed."""
    with locked(folder / ".lock", _("Another backup is being taken at this moment.")):
        for left in (*folder.glob(f"*{HALF}"), *(folder / MEDIA).rglob(f"*{HALF}")):
            left.unlink(missing_ok=True)
        complete = {backup.content for backup in all_in(folder)}
        for books in set(folder.glob(f"*{BOOKS}")) - complete:
            books.unlink(missing_ok=True)
        yield


def dump_books(path: Path, passphrase: str, salt: bytes) -> bytes:
    """Returns the salt of the key the books are sealed with."""
    with written(path) as file:
        sealing = Sealing(file, passphrase, salt)
        for chunk in dumped(shops_database()):
            sealing.write(chunk)
        sealing.finish()
    return sealing.salt


def dumped(database: Mapping[str, Any]) -> Iterator[bytes]:
    """What pg_dump writes of these books. Raises BackupTrouble at the end if it could not read them all."""
    command = [program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges"]
    with TemporaryFile() as said:
        dumping = subprocess.Popen(command, env=environment(database), stdout=subprocess.PIPE, stderr=said)
        try:
            assert dumping.stdout
            while chunk := dumping.stdout.read(PIPE):
                yield chunk
            if dumping.wait():
                said.seek(0)
                raise BackupTrouble(_("The books could not be read: %(reason)s") % {"reason": last_words(said.read())})
        finally:
            dumping.kill()
            dumping.communicate()


def seal(file: BinaryIO, plain: bytes, passphrase: str, salt: bytes) -> None:
    sealing = Sealing(file, passphrase, salt)
    shutil.copyfileobj(io.BytesIO(plain), sealing)
    sealing.finish()


def about(backup: Backup) -> dict[str, Any]:
    applied = sorted(MigrationRecorder(connection).applied_migrations())
    return {
        "format": FORMAT,
        "taken_at": backup.taken_at.isoformat(),
        "version": VERSION,
        "database": connection.pg_version,  # type: ignore[attr-defined]
        "migrations": applied,
        "currency": settings.CURRENCY,
        "books": {"bytes": backup.content.stat().st_size, "sha256": digest(backup.content)},
    }


def seal_media(folder: Path, passphrase: str, salt: bytes) -> dict[str, str]:
    """Seals the uploads that are not in the folder yet; returns each one's name with its file's."""
    key, found = master_key(passphrase, salt), {}
    for path in sorted(Path(settings.MEDIA_ROOT).rglob("*")):
        if not path.is_file():
            continue
        try:
            content = path.read_bytes()
        except FileNotFoundError:  # removed meanwhile
            continue
        # not the bare digest, which would tell whether a known picture is among them
        name = hmac.digest(key, content, sha256).hex()
        kept = media_path(folder, name)
        if not kept.exists():
            with written(kept) as file:
                seal(file, content, passphrase, salt)
        found[path.relative_to(settings.MEDIA_ROOT).as_posix()] = name
    return found


def tidy(folder: Path, passphrase: str) -> None:
    """Removes the backups the plan does not keep, and the uploads no kept one names."""
    found = all_in(folder)
    keep = keeping.kept([backup.taken_at for backup in found], datetime.now(UTC))
    gone = [backup for backup in found if backup.taken_at not in keep]
    for backup in gone:
        backup.remove()
    if gone and (folder / MEDIA).exists():
        drop_media(folder, passphrase)


def drop_media(folder: Path, passphrase: str) -> None:
    try:
        named = {name for backup in all_in(folder) for name in backup.said(passphrase)["media"].values()}
    except BackupTrouble:
        return  # one of another passphrase or damaged: what it names is not known, so everything stays
    for path in (folder / MEDIA).rglob("*"):
        if path.is_file() and path.name not in named:
            path.unlink()
