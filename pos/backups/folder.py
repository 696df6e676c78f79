"""The folder backups are kept in. A backup is complete when its manifest is there: the books are written before it.

20261128T200500Z.backup   the manifest, sealed: versions, migrations, the digest of the books, the pictures
20261128T200500Z.books    what pg_dump wrote, sealed
media/3f/3fa9...          a picture, sealed; written once, whatever the number of backups it is in
"""

import errno
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

from django.conf import settings
from django.utils.translation import gettext as _

from pos.backups.sealed import opened
from pos.backups.trouble import BackupTrouble

STAMP = "%Y%m%dT%H%M%SZ"
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
MANIFEST, BOOKS, MEDIA, HALF = ".backup", ".books", "media", ".half"


@dataclass(frozen=True)
class Kept:
    """A sealed manifest, and the file beside it that it describes."""

    manifest: Path
    suffix: ClassVar[str]

    @property
    def taken_at(self) -> datetime:
        return time_in(self.manifest)

    @property
    def content(self) -> Path:
        return self.manifest.with_suffix(self.suffix)

    def said(self, passphrase: str) -> dict[str, Any]:
        """The manifest. Raises BackupTrouble for a wrong passphrase or a damaged file."""
        with readable(self.manifest) as file:
            said: dict[str, Any] = json.loads(b"".join(opened(file, passphrase)))
        return said

    def remove(self) -> None:
        self.manifest.unlink(missing_ok=True)
        self.content.unlink(missing_ok=True)


class Backup(Kept):
    suffix = BOOKS

    @property
    def size(self) -> int:
        return sum(path.stat().st_size for path in (self.manifest, self.content) if path.exists())


def chosen(place: Path | None = None) -> Path:
    """The place named, or the shop's folder for backups."""
    if found := place or settings.BACKUP_FOLDER:
        return found
    raise BackupTrouble(_("Set BACKUP_FOLDER to a folder on another disk than that of the books, or name one."))


def time_in(path: Path) -> datetime:
    return datetime.strptime(path.stem, STAMP).replace(tzinfo=UTC)


def all_in(folder: Path) -> list[Backup]:
    """Newest first."""
    return [Backup(path) for path in manifests(folder, MANIFEST)]


def manifests(folder: Path, suffix: str) -> list[Path]:
    """Newest first."""
    found = []
    for path in folder.glob(f"*{suffix}"):
        with suppress(ValueError):
            found.append((time_in(path), path))
    return [path for _time, path in sorted(found, reverse=True)]


def wanted(place: Path, before: datetime | None = None) -> Backup:
    """The backup of this file, or the newest of this folder that was taken at `before` or earlier."""
    if place.is_file() and place.suffix == MANIFEST:
        return Backup(place)
    found = [backup for backup in all_in(place) if before is None or backup.taken_at <= before]
    if not found:
        raise BackupTrouble(_("There is no such backup in %(folder)s.") % {"folder": place})
    return found[0]


def media_path(folder: Path, name: str) -> Path:
    return folder / MEDIA / name[:2] / name


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name only when it is whole and on the disk."""
    half = path.with_name(path.name + HALF)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with half.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            yield file
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
        sync(path.parent)
    except OSError as error:
        raise BackupTrouble(unwritten(path.parent, error)) from None
    finally:
        half.unlink(missing_ok=True)


def unwritten(folder: Path, error: OSError) -> str:
    if error.errno in NO_ROOM:
        return _("There is no room left in %(folder)s. Nothing was kept of this backup.") % {"folder": folder}
    return _("%(folder)s cannot be written: %(reason)s.") % {"folder": folder, "reason": error.strerror or error}


def sync(folder: Path) -> None:
    """Makes the new name last beyond a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def readable(path: Path) -> Iterator[BufferedReader]:
    try:
        with path.open("rb") as file:
            yield file
    except FileNotFoundError:
        raise BackupTrouble(_("%(file)s is missing from the backup.") % {"file": path.name}) from None
    except OSError as error:
        if error.errno in NO_ROOM:
            raise  # of whoever writes what is read here
        raise BackupTrouble(
            _("%(file)s cannot be read: %(reason)s.") % {"file": path.name, "reason": error.strerror or error}
        ) from None


@contextmanager
def locked(lock: Path, busy: str = "") -> Iterator[None]:
    """One at a time: waits for the other, or refuses with the sentence `busy`. The lock ends with its holder."""
    try:
        lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = lock.open("a")
    except OSError as error:
        raise BackupTrouble(unwritten(lock.parent, error)) from None
    with held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | (fcntl.LOCK_NB if busy else 0))
        except BlockingIOError:
            raise BackupTrouble(busy) from None
        yield


def digest(path: Path) -> str:
    with readable(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
