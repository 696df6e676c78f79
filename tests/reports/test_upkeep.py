"""What the worker does for the shop's safety: the nightly audit, backups by a plan, the weekly drill of a restore."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from billing.drawer import cash_by_hand
from billing.models import CashKind
from inventory.models import Product, Stock
from pos import clock, upkeep
from pos.backups.folder import all_in
from pos.backups.taking import take
from pos.backups.trouble import BackupTrouble
from pos.backups.wal import moments
from pos.embedded import server
from pos.models import StoreSettings, UpkeepKind, UpkeepRun
from reports import audit
from reports.sealing import seals
from reports.upkeep import books, drill, jobs
from tests.at_once import at_once
from tests.counter import sell
from tests.ledgers import ledgers_unlocked, plant
from tests.proof import COUNTED
from tests.reports.test_desk import counts
from tests.reports.test_pages import text_of

pytestmark = pytest.mark.django_db(transaction=True)
PHRASE = "correct horse battery"


@pytest.fixture
def week_old(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the shop a week old."""
    # rows deleted by other tests are counted late, by connections idle now
    monkeypatch.setattr(audit, "INVARIANTS", [rule for rule in audit.INVARIANTS if rule.code != COUNTED])
    with ledgers_unlocked():
        StoreSettings.objects.update(changed_at=clock.now() - timedelta(days=7))


@pytest.fixture
def backups(db: None, tmp_path: Path, settings: Any) -> Path:
    plant(["DELETE FROM pos_ledgerrewriting"])  # rows deleted by earlier runs were noted when they migrated
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.BACKUP_FOLDER, settings.BACKUP_PASSPHRASE = tmp_path / "backups", PHRASE
    settings.BACKUP_MINUTES = 5
    return settings.BACKUP_FOLDER


@pytest.fixture
def room(settings: Any) -> Iterator[Path]:
    """A folder for the drill's server, which every user may enter."""
    settings.DATA_DIR = Path(tempfile.mkdtemp(prefix="pos-room-", dir="/tmp")).resolve()
    settings.DATA_DIR.chmod(0o755)
    yield settings.DATA_DIR
    moments.clear(settings.DATA_DIR / "drill" / "postgres")
    shutil.rmtree(settings.DATA_DIR)


def the_run(kind: UpkeepKind) -> UpkeepRun:
    return UpkeepRun.objects.get(kind=kind)


def test_books_are_audited_once_a_night(week_old: None) -> None:
    assert [books.audit_by_night() for _ in range(3)] == [True, False, False]
    run = the_run(UpkeepKind.AUDIT)
    assert (run.is_good, run.says) == (True, "The books are right.")
    assert run.facts["checked"] > 20


def test_shop_opened_today_needs_no_audit_or_drill() -> None:
    assert books.audit_by_night() is False
    assert drill.drill_when_due() is False


def test_before_the_audit_hour_the_audit_of_the_day_before_is_due(
    week_old: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone = clock.now().tzinfo
    for hour, day in ((2, 27), (6, 28)):
        now = datetime(2026, 11, 28, hour, tzinfo=zone)
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        with ledgers_unlocked():
            StoreSettings.objects.update(changed_at=now - timedelta(days=7))
        due = upkeep.tonight()
        assert due is not None
        assert (due.astimezone(zone).day, due < now) == (day, True)


def test_workers_at_once_run_one_audit(week_old: None) -> None:
    due = upkeep.tonight()
    assert due
    begun = at_once([partial(upkeep.begin, UpkeepKind.AUDIT, due)] * 6)
    assert sum(isinstance(run, UpkeepRun) for run in begun) == 1
    assert begun.count(None) == 5


def test_fault_found_at_night_is_shown_to_managers_until_an_audit_is_clean(
    week_old: None, tea: Product, may_web: Client, ana_web: Client, may: Any
) -> None:
    Stock.objects.update(quantity=3)
    books.audit_by_night()
    for address in ("/desk", "/goods", "/members"):
        assert "The last audit found faults in the books. Broken: I01." in text_of(may_web.get(address))
    assert "faults in the books" not in text_of(ana_web.get("/members"))
    assert counts(may)["Books and backups"] == 1
    assert "Broken: I01." in text_of(may_web.get("/doctor"))
    Stock.objects.update(quantity=10)
    run = UpkeepRun.objects.create(kind=UpkeepKind.AUDIT, due=clock.now())
    books.audit_now(run)
    assert "faults in the books" not in text_of(may_web.get("/desk"))
    assert counts(may)["Books and backups"] == 0


def test_backup_is_taken_when_due_and_its_failure_is_shown_at_the_desk(
    tea: Product, backups: Path, settings: Any, may: Any
) -> None:
    assert [jobs.back_up_when_due() for _ in range(2)] == [True, False]
    assert [backup.manifest.name for backup in all_in(backups)] == [the_run(UpkeepKind.BACKUP).facts["name"]]
    UpkeepRun.objects.update(begun_at=clock.now() - timedelta(minutes=5), due=clock.now() - timedelta(hours=1))
    settings.BACKUP_PASSPHRASE = "short"
    assert jobs.back_up_when_due() is True
    assert "at least 12 characters" in str(UpkeepRun.objects.latest("pk").says)
    assert counts(may)["Books and backups"] == 1
    settings.BACKUP_FOLDER = None
    assert jobs.back_up_when_due() is False


def test_backup_that_takes_long_is_taken_less_often(settings: Any) -> None:
    settings.BACKUP_MINUTES = 5
    assert jobs.interval({"seconds": 2}) == timedelta(minutes=5, seconds=-20)
    assert jobs.interval({"seconds": 60}) == timedelta(minutes=20, seconds=-20)


def test_run_of_a_dead_worker_is_closed_and_old_notes_are_deleted() -> None:
    long_ago = clock.now() - timedelta(days=40)
    for kind in (UpkeepKind.AUDIT, UpkeepKind.BACKUP):
        UpkeepRun.objects.create(kind=kind, due=long_ago, begun_at=long_ago)
    assert upkeep.forget_old() == 3
    assert the_run(UpkeepKind.AUDIT).is_good is False
    assert not UpkeepRun.objects.filter(kind=UpkeepKind.BACKUP).exists()


def test_readiness_shows_the_results_of_backup_and_audit(week_old: None, client: Client) -> None:
    books.audit_by_night()
    assert client.get("/readyz").content == b"ready\n"
    assert client.get("/readyz?details").text.splitlines()[1].startswith("audit: good 20")


@pytest.mark.skipif(not server.binaries().exists(), reason="the embedded PostgreSQL is not installed")
def test_weekly_drill_restores_the_newest_backup_audits_it_and_checks_its_seals(
    week_old: None,
    tea: Product,
    shift: Any,
    ana: Any,
    may: Any,
    may_web: Client,
    backups: Path,
    room: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Seals made after the backup are ignored."""
    settings.SEAL_KEY_FILE, settings.SEAL_LOG = str(room / "key.pem"), str(room / "seals.log")
    monkeypatch.setattr(seals, "A_MOMENT", 0.01)
    sell((tea, "1"), by=ana, cash="20.00")
    cash_by_hand.move_cash(shift.pk, kind=CashKind.PAY_OUT, amount=tea.price, reason="milk", by=may)
    seals.seal()
    assert jobs.back_up_when_due() is True
    sell((tea, "1"), by=ana, cash="20.00")
    seals.seal()
    assert [drill.drill_when_due() for _ in range(2)] == [True, False]
    run = the_run(UpkeepKind.DRILL)
    assert (run.is_good, run.says) == (True, "Restored, and the books and their seals are right.")
    assert run.facts["seals"].startswith("1 seals hold.")
    assert not (room / "drill").exists()
    UpkeepRun.objects.filter(kind=UpkeepKind.DRILL).update(due=run.due - timedelta(days=8))
    (backup,) = all_in(backups)
    backup.content.write_bytes(backup.content.read_bytes()[:-9])
    assert drill.drill_when_due() is True
    assert "damaged or not whole" in text_of(may_web.get("/doctor"))
    plant(["UPDATE billing_cashmovement SET reason = 'cake' WHERE reason = 'milk'"])
    backup.remove()
    take(backups, PHRASE)
    with pytest.raises(BackupTrouble, match=r"seals of the restored books do not hold: Seal 1: .* was changed"):
        drill.drill(backups, PHRASE)
