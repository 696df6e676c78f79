"""Backups at an S3 address: uploaded when taken, kept by the same plan, and restored from there."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from billing.models import Bill, Shift
from inventory.models import Product
from pos.backups import away
from pos.backups.trouble import BackupTrouble
from pos.backups.wal import bases
from pos.embedded import server
from pos.models import UpkeepKind, UpkeepRun
from reports.upkeep import sending
from tests import s3
from tests.counter import sell
from tests.proof import assert_books_are_right
from tests.reports.test_desk import counts
from tests.reports.test_moments import backups, followed, full_disk
from tests.reports.test_restore import PHRASE, at, other_machine, refused

__all__ = ["backups", "other_machine"]
ADDRESS = "s3://bucket/shop"
NOW = datetime(2026, 11, 28, 20, 5, tzinfo=UTC)
needs_database = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bucket(settings: Any) -> Iterator[s3.Bucket]:
    with s3.serving() as bucket:
        key = {"access_key_id": s3.KEY, "secret_access_key": s3.SECRET}
        settings.ADDRESS_ACCESS = {"endpoint": bucket.url, "region": "eu-central-1"} | key
        yield bucket


@pytest.mark.real_time
@needs_database
@pytest.mark.skipif(not server.binaries().exists(), reason="the embedded PostgreSQL is not installed")
def test_shop_is_restored_from_an_s3_address(
    bucket: s3.Bucket, other_machine: Path, backups: Path, settings: Any, ana: User, tea: Product, shift: Shift
) -> None:
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "tea.webp").write_bytes(b"a picture")
    first = sell((tea, "1"), by=ana, cash="12.50")
    call_command("backup", "--to", ADDRESS)
    bases.take(backups, PHRASE)
    second = sell((tea, "1"), by=ana, cash="12.50")
    followed(backups)
    assert away.send(backups, ADDRESS) > 0
    assert away.send(backups, ADDRESS) == 0
    assert not [content for content, _at in bucket.objects.values() if b"Green tea" in content]
    with at(other_machine, settings):
        settings.DATA_DIR = other_machine
        settings.BACKUP_PASSPHRASE = "some other passphrase"
        assert "passphrase is not the one" in refused("restore", ADDRESS)
        settings.BACKUP_PASSPHRASE = PHRASE
        with full_disk(100):
            assert "no room left" in refused("restore", ADDRESS)
        call_command("restore", ADDRESS, "--at", "2120-01-01")
        connection.close()
        assert [bill.number for bill in Bill.objects.all()] == [first.number]
        call_command("restore", ADDRESS, "--replace")
        connection.close()
        assert sorted(bill.number for bill in Bill.objects.all()) == [first.number, second.number]
        assert_books_are_right()
        assert (settings.MEDIA_ROOT / "tea.webp").read_bytes() == b"a picture"
        assert not (other_machine / "fetched").exists()


@needs_database
def test_worker_uploads_backups_and_notes_failures(bucket: s3.Bucket, backups: Path, settings: Any, may: User) -> None:
    assert sending.send_away_when_due() is False
    settings.BACKUP_ADDRESS = ADDRESS
    backups.mkdir()
    (backups / "20261128T200500Z.books").write_bytes(b"sealed")
    assert [sending.send_away_when_due() for _ in range(2)] == [True, False]
    assert bucket.names() == {"20261128T200500Z.books"}
    UpkeepRun.objects.all().delete()
    bucket.refuses = 403
    assert sending.send_away_when_due() is True
    run = UpkeepRun.objects.get(kind=UpkeepKind.AWAY)
    assert (run.is_good, run.says.startswith(f"{ADDRESS} cannot be used: ")) == (False, True)
    assert counts(may)["Books and backups"] == 1


def test_large_file_is_uploaded_in_parts_and_downloaded_whole(bucket: s3.Bucket, tmp_path: Path) -> None:
    large = bytes(range(256)) * 50_000
    (tmp_path / "20261128T200500Z.books").write_bytes(large)
    assert away.send(tmp_path, ADDRESS) == 1
    away.fetch(ADDRESS, tmp_path / "back", {"20261128T200500Z.books"})
    assert (tmp_path / "back" / "20261128T200500Z.books").read_bytes() == large


def test_unreachable_or_empty_address_is_reported_in_a_sentence(
    bucket: s3.Bucket, tmp_path: Path, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path
    with pytest.raises(BackupTrouble, match="no such backup in s3://bucket/shop"), away.brought(ADDRESS):
        pass
    settings.ADDRESS_ACCESS = settings.ADDRESS_ACCESS | {"endpoint": "http://127.0.0.1:1"}
    with pytest.raises(BackupTrouble, match="s3://bucket/shop cannot be used"):
        away.send(tmp_path, ADDRESS)


def test_emptied_folder_deletes_nothing_at_the_address(bucket: s3.Bucket, tmp_path: Path) -> None:
    (tmp_path / "20261128T200500Z.backup").write_bytes(b"sealed")
    away.send(tmp_path, ADDRESS)
    (tmp_path / "20261128T200500Z.backup").unlink()
    away.send(tmp_path, ADDRESS)
    assert bucket.names() == {"20261128T200500Z.backup"}


def test_old_backups_are_deleted_and_wal_needed_by_a_base_backup_is_kept() -> None:
    first, second, third = (f"wal/7/00000001000000000000000{number}" for number in "123")
    days = {name: NOW - timedelta(days=ago) for name, ago in ((first, 12), (second, 10), (third, 1))}
    there = {f"{name}.wal": (1, at) for name, at in days.items()}
    there |= {f"{third}-00000000-00000010.wal": (1, NOW), "media/3f/3f": (1, NOW - timedelta(days=900))}
    for ago in (20, 9, 1):
        taken = NOW - timedelta(days=ago)
        there |= {f"wal/7/{taken:%Y%m%dT%H%M%SZ}{end}": (1, taken) for end in (".start", ".base")}
    for minutes in range(0, 300, 5):
        taken = NOW - timedelta(minutes=minutes)
        there |= {f"{taken:%Y%m%dT%H%M%SZ}{end}": (1, taken) for end in (".backup", ".books")}
    gone = set(away.superfluous(there, NOW, timedelta(days=8)))
    old = f"wal/7/{NOW - timedelta(days=20):%Y%m%dT%H%M%SZ}"
    assert {name for name in gone if "wal" in name} == {
        f"{first}.wal",
        f"{third}-00000000-00000010.wal",
        f"{old}.start",
        f"{old}.base",
    }
    assert {"20261128T170500Z.backup", "20261128T170500Z.books"} <= gone
    assert "20261128T200500Z.backup" not in gone and "media/3f/3f" not in gone
