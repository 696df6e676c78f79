"""Base backups: all files of the database at one time, from which the WAL leads to any moment after."""

import gzip
import json
import shutil
import subprocess
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from pos.backups import keeping
from pos.backups.folder import HALF, STAMP, locked, written
from pos.backups.programs import environment, last_words, program, shops_database
from pos.backups.sealed import Sealing
from pos.backups.taking import PIPE, seal
from pos.backups.trouble import BackupTrouble
from pos.backups.wal.following import Position, follow, position
from pos.backups.wal.kept import (
    BASE,
    START,
    WAL,
    Base,
    bases_in,
    missing,
    number_of,
    pieces_in,
    salt_in,
    segment_name,
    systems,
)
from pos.version import VERSION

FORMAT = 1
EVERY = timedelta(days=1)
MOST_A_SECOND = "64M"  # so that the tills are not slowed
UNFINISHED = "unfinished"


def is_due(folder: Path, now: Position, passphrase: str) -> bool:
    """A day after the last one, or where the WAL has a gap since."""
    place = folder / WAL / now.system
    newest = next(iter(bases_in(place)), None)
    if newest is None or newest.taken_at < now.at - EVERY:
        return True
    try:
        said = newest.said(passphrase)
    except BackupTrouble:  # damaged, or of another passphrase
        return True
    return missing(pieces_in(place), said["begins"], said["segment_size"]) is not None


def take(folder: Path, passphrase: str) -> Base:
    """Takes a base backup and removes what is older than WAL_DAYS. Raises BackupTrouble, with nothing half done."""
    begun = follow(folder, passphrase)
    place = folder / WAL / begun.system
    with locked(place / ".base.lock", _("Another backup is being taken at this moment.")):
        for left in (*place.glob(f"*{BASE}{HALF}"), *place.glob(f"{UNFINISHED}.*")):
            left.unlink(missing_ok=True)
        salt, files = salt_in(place), (place / UNFINISHED).with_suffix(BASE)
        try:
            plain = copy_files(files, passphrase, salt)
            ended = position()
            base = Base(place / f"{ended.at.strftime(STAMP)}{START}")
            files.rename(base.content)
            said = about(base, begun) | {"files": {"bytes": base.content.stat().st_size, "unpacked": plain}}
            with written(base.manifest) as file:
                seal(file, json.dumps(said).encode(), passphrase, salt)
        finally:
            files.unlink(missing_ok=True)
        follow(folder, passphrase)  # until beyond the end of the base backup
        tidy(place, ended, passphrase)
    return base


def copy_files(path: Path, passphrase: str, salt: bytes) -> int:
    """Returns how many bytes the files take when they are unpacked."""
    command = [program("pg_basebackup"), "--pgdata=-", "--format=tar", "--wal-method=fetch", "--checkpoint=fast"]
    command += ["--no-password", "--max-rate", MOST_A_SECOND, "--label=shop"]
    with written(path) as file, TemporaryFile() as said:
        copying = subprocess.Popen(command, env=environment(settings.DATABASE_WAL), stdout=subprocess.PIPE, stderr=said)
        try:
            sealing = Sealing(file, passphrase, salt)
            assert copying.stdout
            with gzip.GzipFile(fileobj=sealing, mode="wb", compresslevel=1) as packed:  # type: ignore[call-overload]
                shutil.copyfileobj(copying.stdout, packed, PIPE)
                unpacked = packed.tell()
            if copying.wait():
                said.seek(0)
                reason = last_words(said.read())
                raise BackupTrouble(_("The files of the database could not be copied: %(reason)s") % {"reason": reason})
            sealing.finish()
        finally:
            copying.kill()
            copying.communicate()
    return unpacked


def about(base: Base, begun: Position) -> dict[str, Any]:
    shop = shops_database()
    timeline = pieces_in(base.manifest.parent)[-1].segment[:8]
    return {
        "format": FORMAT,
        "taken_at": base.taken_at.isoformat(),
        "version": VERSION,
        "database": connection.pg_version,  # type: ignore[attr-defined]
        "name": shop["NAME"],
        "role": shop["USER"],
        "segment_size": begun.size,
        "begins": segment_name(timeline, begun.reach // begun.size, begun.size),
        "migrations": sorted(MigrationRecorder(connection).applied_migrations()),
        "currency": settings.CURRENCY,
    }


def tidy(place: Path, now: Position, passphrase: str) -> None:
    """Removes what no moment of the last WAL_DAYS needs."""
    back = timedelta(days=settings.WAL_DAYS)
    found = bases_in(place)
    keep = keeping.bases_kept([base.taken_at for base in found], now.at, back)
    for base in found:
        if base.taken_at not in keep:
            base.remove()
    oldest = min((base for base in found if base.taken_at in keep), key=lambda base: base.taken_at)
    with suppress(BackupTrouble):  # of another passphrase: what it needs is not known, so everything stays
        begins = number_of(oldest.said(passphrase)["begins"], now.size)
        for piece in pieces_in(place):
            if piece.number(now.size) < begins:
                (place / piece.name).unlink(missing_ok=True)
    for other in systems(place.parent.parent):
        last = max(path.stat().st_mtime for path in (other, *other.iterdir()))
        if other != place and last < (now.at - back).timestamp():  # of a server that is no more
            shutil.rmtree(other)
