"""The archive for the tax office is requested on the page or by the API, made once, and downloaded."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import AuditEntry, User
from billing.drawer import counting
from billing.drawer.cash import expected_cash
from billing.models import Shift
from inventory.models import Product
from pos import calendar
from pos.exactly_once import Once
from reports.figures import periods
from reports.models import TaxExport
from reports.tax_office import exports
from tests.at_once import at_once
from tests.counter import sell
from tests.reports.test_dsfinvk import read


@pytest.fixture
def closed(ana: User, shift: Shift, tea: Product, settings: Any, tmp_path: Path) -> date:
    """A day with one bill, its shift closed."""
    settings.EXPORT_FOLDER = tmp_path / "exports"
    sell((tea, "1"), by=ana, cash="12.50")
    counting.close_shift(shift.pk, counted=expected_cash(shift), by=ana)
    return calendar.today()


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes every archive too large to be made during the request."""
    monkeypatch.setattr(exports, "AT_ONCE", 0)


def fetched(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.mark.django_db
def test_manager_asks_for_an_archive_at_the_page_and_fetches_it(may_web: Client, closed: date) -> None:
    asked = {"from": closed.isoformat(), "to": closed.isoformat(), "key": str(uuid4())}
    for _n in range(2):
        assert may_web.post("/reports/tax-office", asked).status_code == 302
    row = TaxExport.objects.get()
    assert (row.state, row.bills, row.written, row.closings, row.problem) == ("done", 1, 2, 1, "")
    assert AuditEntry.objects.filter(action="tax_export.asked").count() == 1
    address = f"/reports/tax-office/{row.pk}.zip"
    assert address in may_web.get("/reports/tax-office").content.decode()
    answer = may_web.get(address)
    assert f"dsfinvk_{closed}_{closed}.zip" in answer["Content-Disposition"]
    content = fetched(answer)
    assert (len(content), hashlib.sha256(content).hexdigest()) == (row.size, row.digest)
    with translation.override("de"):
        assert may_web.get("/reports/tax-office", headers={"HX-Target": "exports"}).status_code == 200
    exports.path_of(row).unlink()
    assert may_web.get(address).status_code == 409


@pytest.mark.django_db
def test_program_asks_for_a_large_archive_and_waits_for_it(may_api: Client, closed: date, large: None) -> None:
    asked = {"first": closed.isoformat(), "last": closed.isoformat()}
    key = {"Idempotency-Key": str(uuid4())}
    made, again = (
        may_api.post("/api/v1/tax-exports", asked, content_type="application/json", headers=key) for _n in range(2)
    )
    assert (made.status_code, again.status_code, again.json()) == (201, 200, made.json()), made.content
    one = f"/api/v1/tax-exports/{made.json()['id']}"
    assert (made.json()["state"], may_api.get(f"{one}/file").status_code) == ("waiting", 409)
    assert exports.work_one() and not exports.work_one()
    told = may_api.get(one).json()
    assert (told["state"], told["closings"]) == ("done", 1)
    content = fetched(may_api.get(f"{one}/file", headers={"Accept": "application/zip"}))
    assert hashlib.sha256(content).hexdigest() == told["sha256"]
    path = exports.path_of(TaxExport.objects.get())
    assert [row["BON_TYP"] for row in read(path)["transactions"]] == ["Beleg", "Beleg"]
    assert [row["id"] for row in may_api.get("/api/v1/tax-exports").json()["results"]] == [told["id"]]


@pytest.mark.django_db
def test_archive_is_refused_to_others_for_invalid_days_and_without_a_closed_shift(
    may_web: Client, ana_web: Client, may_api: Client, ana_api: Client, closed: date
) -> None:
    asked = {"from": closed.isoformat(), "to": closed.isoformat()}
    page = "/reports/tax-office"
    assert ana_web.post(page, asked).status_code == ana_web.get(page).status_code == 403
    wanted = {"first": closed.isoformat(), "last": closed.isoformat()}
    assert ana_api.post("/api/v1/tax-exports", wanted, content_type="application/json").status_code == 403
    for days in (
        {"from": "2026-02-30"},
        {"from": "2026-02-02", "to": "2026-02-01"},
        {"from": "\0"},
        {"to": "9999-12-31"},
    ):
        assert may_web.post("/reports/tax-office", {**asked, **days}).status_code == 400, days
    odd: list[dict[str, Any]] = [{"first": "NaN"}, {"first": [1]}, {"last": "1999-01-01"}, {"last": None}, {"more": 1}]
    for days in odd:
        answer = may_api.post("/api/v1/tax-exports", {**wanted, **days}, content_type="application/json")
        assert answer.status_code == 400, days
    nothing = {"from": "2020-01-01", "to": "2020-01-31"}
    answer = may_web.post(page, nothing)
    assert answer.status_code == 409 and "nothing to hand over" in answer.content.decode()
    assert may_web.get("/reports/tax-office/999.zip").status_code == 404
    assert may_api.get("/api/v1/tax-exports/999/file").status_code == 404
    assert not TaxExport.objects.exists()


@pytest.mark.django_db
def test_failed_archive_says_why_and_one_that_never_ends_is_given_up(
    may: User, closed: date, settings: Any, tmp_path: Path
) -> None:
    period = periods.day(closed)
    settings.EXPORT_FOLDER = tmp_path / "a file"
    settings.EXPORT_FOLDER.write_text("")
    row = exports.ask(period, by=may)
    assert exports.work_one()
    row.refresh_from_db()
    assert (row.state, row.problem) == ("failed", "The file could not be written: File exists.")
    died = exports.ask(period, by=may)
    TaxExport.objects.filter(pk=died.pk).update(tries=exports.MOST_TRIES)
    assert exports.work_one() and not exports.work_one()
    died.refresh_from_db()
    assert died.problem == "It was begun three times and never ended."


@pytest.mark.django_db
def test_leftovers_of_a_dead_process_and_old_files_are_removed(may: User, closed: date) -> None:
    exports.folder().mkdir()
    left = exports.folder() / ".dsfinvk-x"
    left.mkdir()
    old = exports.ask(periods.day(closed), by=may)
    exports.work_one()
    assert exports.path_of(old).exists() and not left.exists()
    TaxExport.objects.filter(pk=old.pk).update(ended_at=old.created_at - exports.KEPT)
    exports.ask(periods.day(closed), by=may)
    exports.work_one()
    assert [path.name for path in exports.folder().iterdir()] == [f"{TaxExport.objects.latest('pk').pk}.zip"]


@pytest.mark.django_db(transaction=True)
def test_archive_requested_twice_with_one_key_is_made_once_by_two_workers(may: User, closed: date) -> None:
    key, day = uuid4(), periods.day(closed)

    def ask() -> TaxExport:
        return exports.ask(day, by=may, once=Once(key, "tax export", {"day": closed}, by=may.pk))

    at_once([ask, ask])
    assert TaxExport.objects.count() == 1
    at_once([exports.work_one] * 2)
    row = TaxExport.objects.get()
    assert (row.state, row.tries) == ("done", 1)
