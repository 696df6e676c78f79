"""Fetches what the database has written to its write-ahead log since the last time, by pg_receivewal, and seals it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from django.conf import settings
from django.utils.translation import gettext as _

from pos.backups.folder import HALF, locked, unwritten
from pos.backups.programs import environment, last_words, program, reached
from pos.backups.sealed import checked_passphrase
from pos.backups.trouble import BackupTrouble
from pos.backups.wal.kept import HISTORY, SEGMENT, WAL, Piece, keep, pieces_in, salt_in, segment_name

PARTIAL = ".partial"
PATIENCE = 300
LEAST_KEPT = 256 * 1_048_576
GONE = b"has already been removed"
POSITION = """
    SELECT pg_current_wal_flush_lsn() - '0/0'::pg_lsn, system_identifier::text,
           pg_size_bytes(current_setting('wal_segment_size')), clock_timestamp(),
           pg_size_bytes(current_setting('wal_keep_size'))
      FROM pg_control_system()
"""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a database's WAL ends, and when it was asked."""

    reach: int
    system: str
    size: int
    at: datetime

    @property
    def lsn(self) -> str:
        return f"{self.reach >> 32:X}/{self.reach & 0xFFFFFFFF:X}"


def position() -> Position:
    try:
        with psycopg.connect(**reached(settings.DATABASE_WAL), autocommit=True) as connection:
            ((reach, system, size, at, keeps),) = connection.execute(POSITION).fetchall()
    except psycopg.Error as error:
        reason = last_words(str(error).encode())
        raise BackupTrouble(
            _("The write-ahead log of the database cannot be followed: %(reason)s") % {"reason": reason}
        ) from None
    if keeps < LEAST_KEPT:
        raise BackupTrouble(
            _("The database may drop its write-ahead log too early. Set its wal_keep_size to %(size)s MB or more.")
            % {"size": LEAST_KEPT // 1_048_576}
        )
    return Position(int(reach), system, int(size), at)


def follow(folder: Path, passphrase: str) -> Position:
    """Seals the WAL until now; returns until where. Raises BackupTrouble, and leaves no file half written."""
    checked_passphrase(passphrase)
    now = position()
    place = folder / WAL / now.system
    with locked(place / ".lock"):
        for left in place.glob(f"*{SEGMENT}{HALF}"):
            left.unlink(missing_ok=True)
        pieces = pieces_in(place)
        if not pieces or pieces[-1].reach(now.size) < now.reach:
            with spool() as fetched:
                mark_where_to_go_on(fetched, pieces, now.size)
                fetch(fetched, now)
                seal_all(fetched, place, now, passphrase)
    return now


@contextmanager
def spool() -> Iterator[Path]:
    """A folder beside the books for what is not sealed yet."""
    place = settings.DATA_DIR / WAL
    shutil.rmtree(place, ignore_errors=True)
    try:
        place.mkdir(parents=True, mode=0o700)
        yield place
    except OSError as error:
        raise BackupTrouble(unwritten(place, error)) from None
    finally:
        shutil.rmtree(place, ignore_errors=True)


def mark_where_to_go_on(fetched: Path, pieces: list[Piece], size: int) -> None:
    """pg_receivewal goes on after the newest segment it finds: an empty file of the right length stands for it."""
    if not pieces:
        return
    last = pieces[-1]
    number = last.number(size) - (last.end is not None)
    with (fetched / segment_name(last.segment[:8], number, size)).open("wb") as marker:
        os.truncate(marker.fileno(), size)


def fetch(fetched: Path, now: Position) -> None:
    marks = list(fetched.iterdir())
    said = receive(fetched, now)
    if marks and GONE in said:  # nobody followed for long: what lies between is lost to the WAL
        marks[0].unlink()
        said = receive(fetched, now)
    for marker in marks:
        marker.unlink(missing_ok=True)
    if said:
        raise BackupTrouble(
            _("The write-ahead log of the database cannot be followed: %(reason)s") % {"reason": last_words(said)}
        )


def receive(fetched: Path, now: Position) -> bytes:
    """Returns what pg_receivewal complained of; nothing where it received all."""
    end = Position(now.reach - 1, now.system, now.size, now.at)
    command = [program("pg_receivewal"), "--no-loop", "--no-password", "--no-sync", "--endpos", end.lsn]
    try:
        done = subprocess.run(
            [*command, "--directory", str(fetched)],
            env=environment(settings.DATABASE_WAL),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return b"no answer"
    return (done.stderr.strip() or b"no reason given") if done.returncode else b""


def seal_all(fetched: Path, place: Path, now: Position, passphrase: str) -> None:
    salt = salt_in(place)
    for path in sorted(fetched.iterdir()):
        if path.suffix == HISTORY and not (place / path.name).exists():
            keep(place, path.name, path.read_bytes(), now.at, passphrase, salt)
        elif path.suffix == PARTIAL:
            seal_piece(path, place, now, passphrase, salt)
        elif not path.suffix:
            whole = Piece(path.name)
            keep(place, whole.name, path.read_bytes(), now.at, passphrase, salt)
            for piece in place.glob(f"{path.name}-*{SEGMENT}"):
                piece.unlink()


def seal_piece(path: Path, place: Path, now: Position, passphrase: str, salt: bytes) -> None:
    """The bytes of the segment the database writes to that are not sealed yet."""
    begin = max((piece.end or 0 for piece in pieces_in(place) if piece.segment == path.stem), default=0)
    piece = Piece(path.stem, begin, now.reach % now.size)
    if piece.end and begin < piece.end:
        with path.open("rb") as file:
            file.seek(begin)
            keep(place, piece.name, file.read(piece.end - begin), now.at, passphrase, salt)
