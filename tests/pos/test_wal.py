"""The write-ahead log as files: gaps, pieces that replace one another, and what is kept."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pos.backups import keeping
from pos.backups.trouble import BackupTrouble
from pos.backups.wal import kept
from pos.backups.wal.kept import Piece

PHRASE = "correct horse battery"
NOW = datetime(2026, 11, 28, 20, 5, tzinfo=UTC)
SIZE = 1 << 24
FIRST, SECOND, THIRD, OTHER_LINE = (
    "0000000100000000000000FE",
    "0000000100000000000000FF",
    "000000010000000100000000",
    "0000000200000000000000FF",
)


@pytest.mark.parametrize(
    ("pieces", "gap"),
    [
        ([Piece(FIRST), Piece(SECOND), Piece(THIRD)], None),
        ([Piece(FIRST), Piece(SECOND, 0, 10), Piece(SECOND, 10, 30)], None),
        ([Piece(FIRST), Piece(SECOND, 0, 10), Piece(OTHER_LINE), Piece(THIRD)], None),
        ([], FIRST),
        ([Piece(SECOND)], FIRST),
        ([Piece(FIRST), Piece(THIRD)], SECOND),
        ([Piece(FIRST), Piece(SECOND, 10, 30)], SECOND),
        ([Piece(FIRST), Piece(SECOND, 0, 10), Piece(SECOND, 20, 30)], SECOND),
        ([Piece(FIRST), Piece(SECOND, 0, 10), Piece(THIRD)], SECOND),
    ],
)
def test_gap_in_the_wal_is_seen(pieces: list[Piece], gap: str | None) -> None:
    assert kept.missing(pieces, FIRST, SIZE) == gap


def test_pieces_are_read_from_their_names_and_a_whole_segment_replaces_its_pieces(tmp_path: Path) -> None:
    wanted = [Piece(FIRST), Piece(SECOND, 0, 10), Piece(SECOND, 10, 30)]
    for piece in (*wanted, Piece(FIRST, 0, 20)):
        (tmp_path / piece.name).touch()
    (tmp_path / "notes.wal").touch()
    assert kept.pieces_in(tmp_path) == wanted
    assert (wanted[0].reach(SIZE), wanted[2].reach(SIZE)) == (255 * SIZE, 255 * SIZE + 30)
    assert kept.segment_name("00000001", 256, SIZE) == THIRD


def test_sealed_piece_cannot_replace_another(tmp_path: Path) -> None:
    one, other = Piece(FIRST).name, Piece(SECOND).name
    kept.keep(tmp_path, one, b"what was written", NOW, PHRASE, b"")
    assert kept.read(tmp_path, one, PHRASE) == (NOW, b"what was written")
    (tmp_path / one).rename(tmp_path / other)
    with pytest.raises(BackupTrouble, match="in the place of another"):
        kept.read(tmp_path, other, PHRASE)


def test_base_backups_needed_for_any_moment_of_the_wanted_days_are_kept() -> None:
    daily = [NOW - timedelta(days=count) for count in range(20)]
    assert keeping.bases_kept(daily, NOW, timedelta(days=8)) == set(daily[:9])
    assert keeping.bases_kept([NOW - timedelta(days=90)], NOW, timedelta(days=8)) == {NOW - timedelta(days=90)}
