"""The write-ahead log (WAL) of the shop's database and the base backups it goes on from, sealed, beside the backups.

wal/<system>/20261128T030000Z.start     the manifest of a base backup, sealed
wal/<system>/20261128T030000Z.base      what pg_basebackup wrote, as tar.gz, sealed
wal/<system>/000000010000000000000005.wal                     a whole segment of the WAL, sealed
wal/<system>/000000010000000000000006-00000000-0057f740.wal   the bytes of one the database still writes to
wal/<system>/00000002.history           how the database's timelines follow each other, sealed

<system> is the number PostgreSQL gave the cluster. What is sealed begins with a line that names the file and says until
when it has all that was written, so that no file can stand in for another.
"""

import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from pos.backups.folder import Kept, manifests, readable, written
from pos.backups.sealed import opened, salt_of
from pos.backups.taking import seal
from pos.backups.trouble import BackupTrouble

WAL, SEGMENT, HISTORY, START, BASE = "wal", ".wal", ".history", ".start", ".base"
PIECE = re.compile(r"(?P<segment>[0-9A-F]{24})(?:-(?P<begin>[0-9a-f]{8})-(?P<end>[0-9a-f]{8}))?\.wal")
ADDRESSES = 1 << 32  # the first half of a segment's number counts these many bytes


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """A segment of the WAL, or the bytes of one from `begin` to `end`."""

    segment: str
    begin: int = 0
    end: int | None = None

    @property
    def name(self) -> str:
        return (
            f"{self.segment}{SEGMENT}"
            if self.end is None
            else f"{self.segment}-{self.begin:08x}-{self.end:08x}{SEGMENT}"
        )

    def number(self, size: int) -> int:
        return number_of(self.segment, size)

    def reach(self, size: int) -> int:
        """The position in the WAL it ends at."""
        return self.number(size) * size + (size if self.end is None else self.end)


class Base(Kept):
    suffix = BASE


def number_of(segment: str, size: int) -> int:
    """Its place among all segments, whatever the timeline."""
    return int(segment[8:16], 16) * (ADDRESSES // size) + int(segment[16:], 16)


def segment_name(timeline: str, number: int, size: int) -> str:
    high, low = divmod(number, ADDRESSES // size)
    return f"{timeline}{high:08X}{low:08X}"


def systems(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / WAL).glob("*") if path.is_dir())


def pieces_in(place: Path) -> list[Piece]:
    """In the order they were written. Of a segment that is there as a whole, its pieces are left out."""
    found = []
    for path in place.glob(f"*{SEGMENT}"):
        if named := PIECE.fullmatch(path.name):
            begin, end = named["begin"], named["end"]
            found.append(Piece(named["segment"], int(begin, 16), int(end, 16)) if end else Piece(named["segment"]))
    whole = {piece.segment for piece in found if piece.end is None}
    return sorted(piece for piece in found if piece.end is None or piece.segment not in whole)


def bases_in(place: Path) -> list[Base]:
    """Newest first."""
    return [Base(path) for path in manifests(place, START)]


def missing(pieces: Sequence[Piece], begins: str, size: int) -> str | None:
    """The first segment from `begins` on of which something is missing before the end; None where nothing is."""
    timeline, number, reached = begins[:8], number_of(begins, size), 0
    for piece in pieces:
        if piece.number(size) < number:
            continue
        if reached == size:
            number, reached = number + 1, 0
        if piece.segment[:8] != timeline and piece.begin == 0 and piece.number(size) == number:
            timeline, reached = piece.segment[:8], 0  # a standby took over in this segment
        if (piece.number(size), piece.begin) != (number, reached):
            return segment_name(timeline, number, size)
        reached = size if piece.end is None else piece.end
    return None if reached else begins


def salt_in(place: Path) -> bytes:
    """Of any sealed file there, so that the key is made once."""
    for path in (*place.glob(f"*{START}"), *place.glob(f"*{SEGMENT}")):
        if salt := salt_of(path):
            return salt
    return b""


def keep(place: Path, name: str, data: bytes, at: datetime, passphrase: str, salt: bytes) -> None:
    about = json.dumps({"file": name, "at": at.isoformat()}).encode()
    with written(place / name) as file:
        seal(file, about + b"\n" + zlib.compress(data, 1), passphrase, salt)


def read(place: Path, name: str, passphrase: str) -> tuple[datetime, bytes]:
    """Until when it has all that was written, and what was written. Raises BackupTrouble."""
    with readable(place / name) as file:
        about, _line, packed = b"".join(opened(file, passphrase)).partition(b"\n")
    said = json.loads(about)
    if said["file"] != name:
        raise BackupTrouble(_("%(file)s of the write-ahead log was put in the place of another.") % {"file": name})
    return datetime.fromisoformat(said["at"]), zlib.decompress(packed)


def until(place: Path, passphrase: str) -> datetime | None:
    """Until when the WAL has all that was written."""
    pieces = pieces_in(place)
    return read(place, pieces[-1].name, passphrase)[0] if pieces else None
