"""Restoring a moment: from a base backup and the WAL up to it."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from billing.models import Bill, Shift
from inventory.models import Product
from pos import clock
from pos.backups import taking
from pos.backups.folder import locked
from pos.backups.programs import shops_database
from pos.backups.trouble import BackupTrouble
from pos.backups.wal import bases, following, kept, moments
from pos.embedded import server
from pos.models import UpkeepKind, UpkeepRun
from reports.upkeep import drill, jobs
from tests.counter import sell
from tests.ledgers import plant
from tests.proof import assert_books_are_right
from tests.reports.test_desk import counts
from tests.reports.test_restore import PHRASE, at, databases, other_machine, refused

__all__ = ["other_machine"]
pytestmark = [
    pytest.mark.real_time,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not server.binaries().exists(), reason="the embedded PostgreSQL is not installed"),
]


@pytest.fixture
def backups(db: None, tmp_path: Path, settings: Any) -> Path:
    plant(["DELETE FROM pos_ledgerrewriting"])  # rows deleted by earlier runs were noted when they migrated
    settings.DATA_DIR = tmp_path / "var"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.BACKUP_FOLDER, settings.BACKUP_PASSPHRASE = tmp_path / "backups", PHRASE
    settings.DATABASE_WAL = shops_database() | {"USER": server.FOLLOWER}
    return settings.BACKUP_FOLDER


def wal(backups: Path) -> Path:
    (place,) = kept.systems(backups)
    return place


def followed(backups: Path) -> following.Position:
    with connection.cursor() as cursor:  # the tests' server writes its write-ahead log a moment late, but for this
        cursor.execute("SET synchronous_commit = on")
        cursor.execute("SELECT pg_logical_emit_message(true, 'tests', 'all before is written')")
    return following.follow(backups, PHRASE)


@pytest.fixture
def history(backups: Path, settings: Any, ana: User, tea: Product, shift: Shift) -> datetime:
    """A picture and a base backup, a sale, the moment to restore, and another sale."""
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "tea.webp").write_bytes(b"a picture")
    taking.take(backups, PHRASE)
    bases.take(backups, PHRASE)
    sell((tea, "1"), by=ana, cash="12.50")
    followed(backups)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_switch_wal()")
    moment = clock.now()
    sell((tea, "1"), by=ana, cash="12.50")
    followed(backups)
    return moment


def brought_back(*how: str) -> None:
    call_command("restore", *how)
    connection.close()


def test_shop_is_restored_to_a_moment_or_to_the_end_of_the_wal_and_a_drill_too(
    other_machine: Path, history: datetime, backups: Path, settings: Any
) -> None:
    first, second = Bill.objects.order_by("pk").values_list("number", flat=True)
    with at(other_machine, settings):
        settings.DATA_DIR = other_machine
        brought_back("--to", history.isoformat())
        assert [bill.number for bill in Bill.objects.all()] == [first]
        assert (settings.MEDIA_ROOT / "tea.webp").read_bytes() == b"a picture"
        assert_books_are_right()
        brought_back("--replace")
        assert sorted(bill.number for bill in Bill.objects.all()) == [first, second]
        assert_books_are_right()
        assert not (other_machine / "moment").exists()
    settings.DATA_DIR = other_machine
    facts = drill.drill(backups, PHRASE)
    assert datetime.fromisoformat(facts["moment"]) > history
    assert not (other_machine / "drill").exists()


def test_failed_restore_to_a_moment_changes_nothing(
    other_machine: Path, history: datetime, backups: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, to = wal(backups), ("restore", "--to", history.isoformat())
    (base,) = kept.bases_in(place)
    *_, before, last = kept.pieces_in(place)
    with at(other_machine, settings):
        settings.DATA_DIR = other_machine
        there = databases(), set(other_machine.iterdir())
        assert "no base backup" in refused("restore", "--to", "2020-01-01T12:00")
        assert "The write-ahead log ends at" in refused("restore", "--to", "2120-01-01T12:00")
        settings.BACKUP_PASSPHRASE = "some other passphrase"
        assert "passphrase is not the one" in refused(*to)
        settings.BACKUP_PASSPHRASE = PHRASE
        with moved(place / before.name):
            assert f"has a gap: {before.segment} is missing" in refused("restore")
        with damaged(place / before.name, (place / last.name).read_bytes()):
            assert "in the place of another" in refused("restore")
        with damaged(place / last.name, (place / last.name).read_bytes()[:-1]):
            assert "damaged or not whole" in refused("restore")
        with damaged(base.content, base.content.read_bytes()[:-1]):
            assert "damaged or not whole" in refused(*to)
        with moved(base.content):
            assert "missing from the backup" in refused(*to)
        with full_disk(1_000_000):
            assert "no room left" in refused(*to)
        monkeypatch.setattr(moments, "server_version", lambda: 14)
        assert "the programs here are of 14" in refused(*to)
        monkeypatch.undo()
        assert (databases(), set(other_machine.iterdir())) == there


@contextmanager
def moved(path: Path) -> Iterator[None]:
    away = path.rename(path.with_suffix(".away"))
    yield
    away.rename(path)


@contextmanager
def damaged(path: Path, instead: bytes) -> Iterator[None]:
    whole = path.read_bytes()
    path.write_bytes(instead)
    yield
    path.write_bytes(whole)


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """Limits the length of files, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_full_disk_keeps_nothing_of_a_base_backup_and_all_of_the_wal(backups: Path) -> None:
    followed(backups)
    place = wal(backups)
    before = {path.name for path in place.glob("[!.]*")}
    with full_disk(1_000_000), pytest.raises(BackupTrouble, match=r"no room left|cannot be followed"):
        bases.take(backups, PHRASE)
    assert {path.name for path in place.glob("[!.]*")} == before
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE here (x int); DROP TABLE here")
    with full_disk(100), pytest.raises(BackupTrouble, match=r"no room left|cannot be followed"):
        followed(backups)
    assert {path.name for path in place.glob("[!.]*")} == before
    followed(backups)
    assert kept.missing(kept.pieces_in(place), kept.pieces_in(place)[0].segment, 16 * 1_048_576) is None


def test_worker_archives_the_wal_and_takes_a_base_backup_a_day(backups: Path, tea: Product) -> None:
    assert jobs.take_base_when_due() is False
    assert [jobs.follow_when_due() for _ in range(2)] == [True, False]
    assert [jobs.take_base_when_due() for _ in range(2)] == [True, False]
    notes = {run.kind: run.is_good for run in UpkeepRun.objects.all()}
    assert notes == {UpkeepKind.WAL: True, UpkeepKind.BASE: True}


def test_worker_notes_that_the_wal_cannot_be_archived(backups: Path, settings: Any, may: User) -> None:
    settings.DATABASE_WAL = settings.DATABASE_WAL | {"USER": "nobody_here"}
    assert jobs.follow_when_due() is True
    (run,) = UpkeepRun.objects.all()
    assert (run.is_good, "cannot be followed" in run.says) == (False, True)
    assert counts(may)["Books and backups"] == 1


def test_new_passphrase_or_a_gap_makes_a_new_base_backup_due(backups: Path) -> None:
    bases.take(backups, PHRASE)
    now = following.position()
    assert bases.is_due(backups, now, PHRASE) is False
    assert bases.is_due(backups, replace(now, at=now.at + timedelta(days=2)), PHRASE) is True
    assert bases.is_due(backups, now, "some other passphrase") is True
    (wal(backups) / kept.pieces_in(wal(backups))[0].name).unlink()
    assert bases.is_due(backups, now, PHRASE) is True


def test_base_backup_removes_files_no_wanted_moment_needs(backups: Path) -> None:
    with connection.cursor() as cursor:
        followed(backups)
        cursor.execute("SELECT pg_switch_wal()")
    followed(backups)
    assert len(kept.pieces_in(wal(backups))) > 1
    gone = backups / "wal" / "7"
    gone.mkdir()
    os.utime(gone, (0, 0))
    base = bases.take(backups, PHRASE)
    assert not gone.exists()
    assert kept.pieces_in(base.manifest.parent)[0].segment == base.said(PHRASE)["begins"]


def test_second_base_backup_at_the_same_moment_is_refused(backups: Path) -> None:
    followed(backups)
    with locked(wal(backups) / ".base.lock"), pytest.raises(BackupTrouble, match="Another backup"):
        bases.take(backups, PHRASE)
