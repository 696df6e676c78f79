"""Backups: encrypted with a passphrase, complete or absent, kept by a plan."""

import errno
import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from inventory.models import Product
from pos.backups import keeping, sealed, taking
from pos.backups.folder import Backup, all_in, wanted
from pos.backups.restoring import refuse_unfit
from pos.backups.taking import take
from pos.backups.trouble import BackupTrouble

PHRASE = "correct horse battery"
NOW = datetime(2026, 11, 28, 20, 5, tzinfo=UTC)


def sealed_bytes(plain: bytes) -> bytes:
    file = io.BytesIO()
    sealing = sealed.Sealing(file, PHRASE)
    sealing.write(plain)
    sealing.finish()
    return file.getvalue()


def opened(content: bytes, phrase: str = PHRASE) -> bytes:
    return b"".join(sealed.opened(io.BytesIO(content), phrase))


@pytest.mark.parametrize("length", [0, 1, sealed.CHUNK - 1, sealed.CHUNK, sealed.CHUNK + 1, 2 * sealed.CHUNK])
def test_what_was_sealed_is_opened_as_it_was(length: int) -> None:
    plain = os.urandom(length)
    content = sealed_bytes(plain)
    assert opened(content) == plain
    assert not plain or plain[:64] not in content or length < 8


def test_wrong_passphrase_is_told_from_a_damaged_file() -> None:
    content = sealed_bytes(b"books" * 1000)
    with pytest.raises(BackupTrouble, match="passphrase is not the one"):
        opened(content, "correct horse batterx")
    with pytest.raises(BackupTrouble, match="not a backup"):
        opened(b"PK\3\4" + content)


def test_no_part_of_a_sealed_file_can_be_cut_changed_or_swapped() -> None:
    content = sealed_bytes(os.urandom(3 * sealed.CHUNK))
    step, begin = sealed.CHUNK + sealed.TAG, sealed.HEADER
    first, second = content[begin : begin + step], content[begin + step : begin + 2 * step]
    for damaged in (
        content[:-1],
        content[: begin + 2 * step],
        content[: begin + 100] + b"x" + content[begin + 101 :],
        content[:begin] + second + first + content[begin + 2 * step :],
        content[:begin],
    ):
        with pytest.raises(BackupTrouble, match="damaged or not whole"):
            opened(damaged)


def test_short_passphrase_seals_nothing(tmp_path: Path) -> None:
    with pytest.raises(BackupTrouble, match="at least 12 characters"):
        take(tmp_path / "backups", "short")
    assert not (tmp_path / "backups").exists()


def test_plan_keeps_all_of_two_hours_then_hours_days_weeks_and_months() -> None:
    every_hour = [NOW - timedelta(hours=count) for count in range(24 * 800)]
    every_five_minutes = [NOW - timedelta(minutes=5 * count) for count in range(24)]
    keep = keeping.kept(every_hour + every_five_minutes, NOW)
    assert set(every_five_minutes) <= keep
    assert len({at.replace(minute=0) for at in keep if at > NOW - timedelta(hours=24)}) == 24
    assert len({at.date() for at in keep if at > NOW - timedelta(days=14)}) == 14
    assert len({at.strftime("%Y-%m") for at in keep}) == 24
    assert len(keep) < 100


def test_plan_never_drops_the_newest_backup() -> None:
    old = NOW - timedelta(days=4000)
    assert keeping.kept([old], NOW) == {old}
    assert keeping.kept([], NOW) == set()


@pytest.mark.django_db(transaction=True)
def test_backup_names_neither_goods_nor_pictures_and_takes_a_picture_once(
    tea: Product, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "products").mkdir(parents=True)
    (settings.MEDIA_ROOT / "products" / "tea.webp").write_bytes(b"a picture")
    folder = tmp_path / "backups"
    first = take(folder, PHRASE)
    seen = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"Green tea" not in seen and b"tea.webp" not in seen and b"a picture" not in seen
    pictures = list((folder / "media").rglob("*"))
    moved(first, hours=1)
    second = take(folder, PHRASE)
    assert list((folder / "media").rglob("*")) == pictures
    assert list(second.said(PHRASE)["media"]) == ["products/tea.webp"]
    assert {path.stat().st_mode & 0o77 for path in folder.rglob("*") if path.suffix in (".books", ".backup")} == {0}


def moved(backup: Backup, *, hours: int) -> None:
    """Makes the backup look that many hours older."""
    stem = (backup.taken_at - timedelta(hours=hours)).strftime("%Y%m%dT%H%M%SZ")
    for path in (backup.content, backup.manifest):
        path.rename(path.with_stem(stem))


@pytest.mark.django_db(transaction=True)
def test_full_disk_keeps_nothing_of_the_backup_and_all_of_the_one_before(
    tea: Product, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = tmp_path / "backups"
    moved(take(folder, PHRASE), hours=1)
    before = {path.name for path in folder.iterdir()}

    def full(self: Any, plain: bytes, *, is_last: bool) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sealed.Sealing, "seal", full)
    settings.BACKUP_FOLDER, settings.BACKUP_PASSPHRASE = folder, PHRASE
    with pytest.raises(CommandError, match="no room left") as failed:
        call_command("backup")
    assert failed.value.returncode == 1
    assert {path.name for path in folder.iterdir()} == before


@pytest.mark.django_db(transaction=True)
def test_database_that_cannot_be_read_leaves_no_backup(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    away = taking.shops_database() | {"NAME": "nowhere"}
    monkeypatch.setattr(taking, "shops_database", lambda: away)
    with pytest.raises(BackupTrouble, match=r"could not be read: .*nowhere"):
        take(tmp_path / "backups", PHRASE)
    assert all_in(tmp_path / "backups") == []
    assert list((tmp_path / "backups").glob("*.books*")) == []


@pytest.mark.django_db(transaction=True)
def test_second_backup_at_the_same_moment_is_refused(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    with taking.alone(tmp_path), pytest.raises(BackupTrouble, match="Another backup"):
        take(tmp_path, PHRASE)


def test_backup_chosen_for_a_time_is_the_last_one_before_it(tmp_path: Path) -> None:
    for name in ("20261128T100000Z", "20261128T120000Z", "20261128T140000Z", "notes"):
        (tmp_path / f"{name}.backup").touch()
    assert wanted(tmp_path).manifest.stem == "20261128T140000Z"
    assert wanted(tmp_path, datetime(2026, 11, 28, 13, tzinfo=UTC)).manifest.stem == "20261128T120000Z"
    with pytest.raises(BackupTrouble, match="no such backup"):
        wanted(tmp_path, datetime(2026, 11, 28, 9, tzinfo=UTC))


def test_backup_of_a_newer_version_is_refused() -> None:
    newer = {"format": 1, "version": "9.9", "migrations": [["billing", "9999_chain"]]}
    with pytest.raises(BackupTrouble, match=r"version 9\.9, which is newer"):
        refuse_unfit(newer)


def test_books_of_another_currency_are_refused() -> None:
    theirs = {"format": 1, "version": "0.1", "migrations": [], "currency": "JPY"}
    with pytest.raises(BackupTrouble, match="are in JPY"):
        refuse_unfit(theirs)
