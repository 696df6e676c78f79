"""The doctor: what is in order, what is not, and what to do about it."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from billing.models import JobKind, JobState, OutboundJob, Register, Shift
from inventory.models import Product
from pos import clock
from pos.models import UpkeepKind, UpkeepRun
from reports.doctor import books, counter, machine, safety
from reports.doctor.finding import Finding, State
from tests.counter import sell
from tests.reports.test_pages import text_of

pytestmark = pytest.mark.django_db


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def ended(kind: UpkeepKind, *, is_good: bool, says: str = "It went so.", days_ago: int = 0) -> UpkeepRun:
    at = clock.now() - timedelta(days=days_ago)
    return UpkeepRun.objects.create(kind=kind, due=at, begun_at=at, ended_at=at, is_good=is_good, says=says)


def told() -> dict[str, Any]:
    out = StringIO()
    with suppress(CommandError):
        call_command("doctor", "--json", stdout=out)
    return {finding["code"]: finding for finding in json.loads(out.getvalue())["findings"]}


def test_every_bad_finding_says_what_to_do() -> None:
    found = told()
    assert {"audit", "backup", "clock", "disk", "drill", "wal", "mail", "migrations", "outages"} <= set(found)
    assert {"printers", "settings", "slow", "version", "worker"} <= set(found)
    assert [code for code, finding in found.items() if finding["state"] != "good" and not finding["do"]] == []


def test_doctor_is_for_managers(may_web: Client, ana_web: Client) -> None:
    page = text_of(may_web.get("/doctor"))
    assert "No backup is taken." in page
    assert "All are applied." in page
    assert ana_web.get("/doctor").status_code == 403


def test_command_fails_when_something_is_bad(settings: Any) -> None:
    settings.DEBUG = False
    settings.BACKUP_FOLDER = None
    out = StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("doctor", stdout=out)
    assert failed.value.returncode == 1
    assert "BAD   Backups: No backup is taken.\n      -> Set BACKUP_FOLDER" in out.getvalue()


@pytest.mark.parametrize(("free", "state"), [(60, State.GOOD), (15, State.LOOK), (3, State.BAD)])
def test_low_disk_space_is_reported_before_the_disk_is_full(
    free: int, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: Usage(10**11, 0, free * 10**9))
    assert {finding.state for finding in machine.disks()} == {state}


def test_clock_that_was_set_back_is_reported(
    shift: Shift, tea: Product, ana: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert machine.time_of_day().state is State.GOOD
    sell((tea, "1"), by=ana, cash="12.50")
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now - timedelta(seconds=3))
    assert "set back" in machine.time_of_day().says
    monkeypatch.setattr(clock, "now", lambda: now - timedelta(hours=1))
    assert "seconds apart" in machine.time_of_day().says


def test_database_newer_than_the_code_is_reported_and_refused_at_the_start() -> None:
    assert books.migrations().state is State.GOOD
    call_command("preflight")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('billing', '9999_later', now())")
    assert "billing.9999_later" in books.migrations().says
    with pytest.raises(CommandError, match="newer than this version") as failed:
        call_command("preflight")
    assert failed.value.returncode == 1


def test_missing_migration_is_reported() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'reports'")
    assert (books.migrations().state, books.migrations().do) == (State.BAD, "Run manage.py migrate.")


def test_database_with_some_of_the_folded_migrations_is_reported_and_refused_at_the_start() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name IN ('0009_upkeep', '0001_shop', '0002_guards')")
    found = books.migrations()
    assert (found.state, "some of the replaced migrations are already applied" in found.says) == (State.BAD, True)
    with pytest.raises(CommandError, match="First migrate with the version that made them") as failed:
        call_command("preflight")
    assert failed.value.returncode == 1


def test_full_disk_is_refused_at_the_start(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEBUG = False
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: Usage(10**11, 0, 10**8))
    with pytest.raises(CommandError, match="a full disk refuses every sale"):
        call_command("preflight")


def test_audit_that_failed_or_is_a_day_old_is_reported() -> None:
    assert books.audit().state is State.LOOK
    ended(UpkeepKind.AUDIT, is_good=True)
    assert books.audit().state is State.GOOD
    ended(UpkeepKind.AUDIT, is_good=False, says="Broken: I13.")
    assert (books.audit().state, books.audit().says) == (State.BAD, "Broken: I13.")
    ended(UpkeepKind.AUDIT, is_good=True, days_ago=3)
    assert "older than a day" in books.audit().says


def backup(folder: Path, minutes_ago: int) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{datetime.now(UTC) - timedelta(minutes=minutes_ago):%Y%m%dT%H%M%SZ}.backup").touch()


def test_backup_that_is_missing_late_or_on_the_same_disk_is_reported(tmp_path: Path, settings: Any) -> None:
    settings.BACKUP_FOLDER, settings.BACKUP_PASSPHRASE, settings.BACKUP_MINUTES = tmp_path / "b", "short", 5
    settings.DATA_DIR = tmp_path
    assert "at least 12" in str(safety.backups().do)
    settings.BACKUP_PASSPHRASE = "correct horse battery"
    assert "None was taken yet." in safety.backups().says
    backup(tmp_path / "b", minutes_ago=40)
    assert safety.backups().state is State.BAD
    backup(tmp_path / "b", minutes_ago=2)
    assert "another disk" in str(safety.backups().do)
    ended(UpkeepKind.BACKUP, is_good=False, says="There is no room left.")
    assert safety.backups().says == "There is no room left."


def test_wal_not_archived_or_without_base_backup_is_reported(tmp_path: Path) -> None:
    assert "No base backup" in safety.moments(tmp_path).says
    ended(UpkeepKind.BASE, is_good=True, days_ago=1)
    assert (safety.moments(tmp_path).state, "of late" in safety.moments(tmp_path).says) == (State.BAD, True)
    ended(UpkeepKind.WAL, is_good=True)
    assert safety.moments(tmp_path).state is State.GOOD
    ended(UpkeepKind.BASE, is_good=False, says="There is no room left.")
    assert (safety.moments(tmp_path).state, safety.moments(tmp_path).says) == (State.BAD, "There is no room left.")


def test_backups_that_are_not_sent_elsewhere_are_reported(settings: Any) -> None:
    settings.BACKUP_ADDRESS = "s3://bucket/shop"
    assert "Nothing was sent to s3://bucket/shop" in safety.away().says
    ended(UpkeepKind.AWAY, is_good=True)
    assert safety.away().state is State.GOOD
    ended(UpkeepKind.AWAY, is_good=False, says="s3://bucket/shop cannot be used: no key")
    assert (safety.away().state, safety.away().says) == (State.BAD, "s3://bucket/shop cannot be used: no key")


def test_drill_that_failed_or_is_long_ago_is_reported() -> None:
    assert safety.drill().state is State.LOOK
    ended(UpkeepKind.DRILL, is_good=True)
    assert safety.drill().state is State.GOOD
    ended(UpkeepKind.DRILL, is_good=True, days_ago=10)
    assert safety.drill().state is State.LOOK
    ended(UpkeepKind.DRILL, is_good=False)
    assert safety.drill().state is State.BAD


def test_unprinted_receipts_and_unsent_mail_are_reported(ana: Any, r1: Register, settings: Any) -> None:
    assert counter.printers().state is State.GOOD
    for kind in (JobKind.PRINT, JobKind.MAIL):
        at = r1 if kind == JobKind.PRINT else None
        OutboundJob.objects.create(kind=kind, register=at, subject="bill", state=JobState.FAILED, by=ana, payload=b"")
    found: list[Finding] = [counter.printers(), counter.mail()]
    assert [finding.says for finding in found] == ["1 paper was not printed.", "1 mail was not sent."]
    settings.SENDS_MAIL = False
    assert "No mail server" in counter.mail().says


def test_job_waiting_for_hours_says_the_worker_is_not_running(ana: Any) -> None:
    assert counter.worker().state is State.GOOD
    long_ago = clock.now() - timedelta(hours=3)
    OutboundJob.objects.create(kind=JobKind.MAIL, subject="bill", next_try_at=long_ago, by=ana, payload=b"")
    assert "manage.py work" in str(counter.worker().do)
