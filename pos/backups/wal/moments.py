"""Any moment brought back: a base backup is unpacked for a server of its own, which replays the WAL until then."""

import os
import shutil
import subprocess
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from pos.backups.folder import all_in, readable, unwritten
from pos.backups.programs import program
from pos.backups.restoring import (
    Database,
    Prove,
    Restored,
    connected,
    draft_media,
    load_from,
    put_in_place,
    refuse_books_here,
    refuse_unfit,
)
from pos.backups.sealed import opened
from pos.backups.taking import dumped
from pos.backups.trouble import BackupTrouble
from pos.backups.wal import kept
from pos.backups.wal.kept import Base, Piece, bases_in, missing, pieces_in, systems
from pos.calendar import spelt
from pos.embedded import server
from pos.embedded.owner import CannotStart, must_reach, owner_of

A_DAY = timedelta(days=1).total_seconds()
TOO_EARLY = "recovery ended before configured recovery target was reached"
DAMAGED = (tarfile.TarError, zlib.error, EOFError)
TRUSTING = "local all all trust\n"


@dataclass(frozen=True, slots=True)
class Recovered:
    database: Database
    at: datetime


def base_for(folder: Path, at: datetime | None) -> Base:
    """The newest base backup that was complete at this moment."""
    found = [base for base in all_bases(folder) if at is None or base.taken_at <= at]
    if not found:
        raise BackupTrouble(_("There is no base backup in %(folder)s from before that time.") % {"folder": folder})
    return max(found, key=lambda base: base.taken_at)


def all_bases(folder: Path) -> list[Base]:
    return [base for place in systems(folder) for base in bases_in(place)]


def leads_to(folder: Path, passphrase: str) -> datetime | None:
    """The last moment that the WAL can bring back."""
    return kept.until(base_for(folder, None).manifest.parent, passphrase) if all_bases(folder) else None


def restore_moment(
    base: Base, folder: Path, at: datetime | None, passphrase: str, *, prove: Prove, replaces: bool
) -> tuple[datetime, Restored]:
    """Puts the shop as it was at `at`, or as late as the WAL leads, in the place of its books and uploads."""
    refuse_books_here(replaces=replaces)
    names = uploads(folder, at, passphrase)
    with (
        recovered(base, at, passphrase, settings.DATA_DIR / "moment") as found,
        draft_media(folder, names, passphrase) as media,
    ):
        return found.at, put_in_place(media, partial(carry_over, found.database), prove=prove)


def carry_over(found: Database, draft: Database) -> None:
    load_from(dumped(found), draft)


def uploads(folder: Path, at: datetime | None, passphrase: str) -> dict[str, str]:
    """The pictures of the backups before and after that moment."""
    backups = all_in(folder)
    before = next((backup for backup in backups if at is None or backup.taken_at <= at), None)
    after = next((backup for backup in reversed(backups) if at is not None and backup.taken_at > at), None)
    names: dict[str, str] = {}
    for backup in filter(None, (before, after)):
        names |= backup.said(passphrase)["media"]
    return names


@contextmanager
def recovered(base: Base, at: datetime | None, passphrase: str, place: Path) -> Iterator[Recovered]:
    """A server with the database as it was at `at`, or as late as the WAL leads. It is gone afterwards."""
    said = base.said(passphrase)
    refuse_unfit(said)
    refuse_other_server(said)
    data = place / "postgres"
    clear(data)
    try:
        make_room(place, base, said)
        unpack(base, passphrase, data)
        lay_out(base, said, at, passphrase, place / "wal")
        found = start(data, at, said)
        refuse_unfit(said | {"migrations": applied_in(found.database)})  # a newer version may have come since
        yield found
    except CannotStart as trouble:
        raise BackupTrouble(str(trouble)) from None
    except OSError as error:
        raise BackupTrouble(unwritten(place, error)) from None
    finally:
        clear(data)


def clear(data: Path) -> None:
    """Also what a killed one left behind."""
    server.stop(data)
    shutil.rmtree(data.parent, ignore_errors=True)


def refuse_other_server(said: Mapping[str, Any]) -> None:
    theirs, ours = said["database"] // 10000, server_version()
    if theirs != ours:
        raise BackupTrouble(
            _("This base backup is of PostgreSQL %(theirs)s, and the programs here are of %(ours)s.")
            % {"theirs": theirs, "ours": ours}
        )


def server_version() -> int:
    """The major number of PostgreSQL's programs on this machine: `postgres (PostgreSQL) 18.1`."""
    said = subprocess.run([program("postgres"), "--version"], capture_output=True, text=True, check=True).stdout
    return int(said.split()[2].partition(".")[0])


def make_room(place: Path, base: Base, said: Mapping[str, Any]) -> None:
    """Twice the files: once as they were, once for what the WAL adds and the books that are carried over."""
    place.mkdir(parents=True)
    place.chmod(0o755)
    wanted = 2 * said["files"]["unpacked"] + len(pieces_in(base.manifest.parent)) * said["segment_size"]
    if shutil.disk_usage(place).free < wanted:
        raise BackupTrouble(
            _("Bringing a moment back needs %(wanted)s MB free in %(folder)s.")
            % {"wanted": wanted // 1_000_000 + 1, "folder": place.parent}
        )


class Plain(RawIOBase):
    """An encrypted file as one that is read."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.chunks, self.held = chunks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self.held:
            self.held = next(self.chunks, b"")
        count = min(len(buffer), len(self.held))
        buffer[:count], self.held = self.held[:count], self.held[count:]
        return count


def unpack(base: Base, passphrase: str, data: Path) -> None:
    data.mkdir(mode=0o700)
    try:
        with (
            readable(base.content) as file,
            BufferedReader(Plain(opened(file, passphrase)), 1 << 20) as plain,
            tarfile.open(fileobj=plain, mode="r|gz") as packed,
        ):
            packed.extractall(data, filter="data")
            while plain.read(1 << 20):  # so that a file that was cut off at its end is seen
                pass
    except DAMAGED:
        raise BackupTrouble(_("The base backup is damaged or not whole. Name a moment before it.")) from None
    (data / "postgresql.auto.conf").unlink(missing_ok=True)
    (data / "postgresql.conf").write_text("")
    (data / "pg_hba.conf").write_text(TRUSTING)
    (data / "recovery.signal").touch()
    data.chmod(0o700)


def lay_out(base: Base, said: Mapping[str, Any], at: datetime | None, passphrase: str, place: Path) -> None:
    """The segments of the WAL from the base backup until that moment, where the server finds them."""
    source, size = base.manifest.parent, int(said["segment_size"])
    needed = [piece for piece in pieces_in(source) if piece.number(size) >= kept.number_of(said["begins"], size)]
    place.mkdir(mode=0o700)
    for path in source.glob(f"*{kept.HISTORY}"):
        (place / path.name).write_bytes(kept.read(source, path.name, passphrase)[1])
    used: list[Piece] = []
    until = base.taken_at
    for piece in needed:
        until, plain = kept.read(source, piece.name, passphrase)
        used.append(piece)
        with (place / piece.segment).open("ab") as out:
            out.write(plain)
        if at is not None and until >= at:
            break
    if gap := missing(used, said["begins"], size):
        good = [piece for piece in used if piece.number(size) < kept.number_of(gap, size)]
        last = kept.read(source, good[-1].name, passphrase)[0] if good else base.taken_at
        raise BackupTrouble(
            _("The write-ahead log has a gap: %(segment)s is missing. It leads until %(time)s.")
            % {"segment": gap, "time": spelt(last)}
        )
    if at is not None and until < at:
        raise BackupTrouble(_("The write-ahead log ends at %(time)s.") % {"time": spelt(until)})
    for segment in {piece.segment for piece in used}:
        os.truncate(place / segment, size)


def start(data: Path, at: datetime | None, said: Mapping[str, Any]) -> Recovered:
    owner = owner_of(data.parent)
    must_reach(owner, data.parent, server.binaries() / "postgres")
    if owner:
        for path in data.parent.rglob("*"):
            os.chown(path, owner.pw_uid, owner.pw_gid)
    segments = str(data.parent / "wal").replace("%", "%%")
    options = server.FORGETFUL | {
        "restore_command": f'cp "{segments}/%f" "%p"',
        "recovery_target_action": "promote",
        "hot_standby": "off",
    }
    with server.alone(data):
        try:
            server.launch(data, owner, options | ({"recovery_target_time": at.isoformat()} if at else {}), A_DAY)
        except CannotStart as trouble:
            if TOO_EARLY not in str(trouble):
                raise
            server.launch(data, owner, options, A_DAY)  # nothing was written after that moment
    database = {"NAME": said["name"], "USER": said["role"], "HOST": str(server.socket_directory(data)), "PASSWORD": ""}
    with connected(database, database["NAME"]) as connection:
        (last,) = connection.execute("SELECT pg_last_xact_replay_timestamp()").fetchone() or (None,)
    return Recovered(database, at or last or base_time(said))


def owner_in(database: Database) -> str:
    """Who owns the shop's tables there."""
    with connected(database, database["NAME"]) as connection:
        asked = "SELECT tableowner FROM pg_tables WHERE tablename = 'django_migrations'"
        ((owner,),) = connection.execute(asked).fetchall()
    return str(owner)


def applied_in(database: Database) -> list[tuple[str, str]]:
    with connected(database, database["NAME"]) as connection:
        return connection.execute("SELECT app, name FROM django_migrations").fetchall()


def base_time(said: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(said["taken_at"])
