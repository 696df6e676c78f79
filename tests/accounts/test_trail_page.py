"""The trail on a page and as a file: who did what, and what it was before."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts import shop, trail
from accounts.approvals import limits
from accounts.models import AuditEntry, User
from accounts.people import staff
from members import registry
from tests.keys import made, with_key

pytestmark = pytest.mark.django_db


def text(answer: Any) -> str:
    return str(answer.content.decode())


def rows_of(answer: Any) -> list[list[str]]:
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(body)))


def test_entry_shows_the_values_before_and_after_and_links_to_its_object(may_web: Client, may: User, ana: User) -> None:
    staff.change(ana, by=may, role="manager")
    page = text(may_web.get("/trail?about=ana"))
    assert "Cashier</del>" in page
    assert "Manager</ins>" in page
    assert 'href="/person/ana"' in page


def test_object_links_to_its_entries(may_web: Client, may: User, ana: User) -> None:
    staff.change(ana, by=may, name="Ana Maria")
    page = text(may_web.get("/person/ana"))
    assert "Ana Maria</ins>" in page
    assert 'href="/trail?about=ana"' in page


def test_trail_is_searched_by_person_action_object_and_day(may_web: Client, may: User, ana: User) -> None:
    member = registry.register("Nora Nowak", "nora@example.org", "739150", by=ana)
    shop.change_settings(may, shop_name="Tea & More")
    today = timezone.localdate()

    def found(**asked: Any) -> tuple[bool, bool]:
        page = text(may_web.get("/trail", asked))
        return member.number in page.partition("<tbody>")[2], "Tea &amp; More" in page.partition("<tbody>")[2]

    assert found() == (True, True)
    assert found(who="ana") == (True, False)
    assert found(deed="settings.changed") == found(about="SETTINGS") == (False, True)
    assert found(begin=today, end=today) == (True, True)
    assert found(end=today - timedelta(days=1)) == found(begin=today + timedelta(days=1)) == (False, False)


@pytest.mark.parametrize("wrong", ["who=nobody", "deed=x.y", "begin=soon", "about=%00", "about=" + "x" * 101])
def test_invalid_search_of_the_trail_is_400_with_a_sentence(may_web: Client, ana: User, wrong: str) -> None:
    answer = may_web.get(f"/trail?{wrong}")
    assert (answer.status_code, "field__error" in text(answer)) == (400, True)
    assert may_web.get(f"/files/lists/trail?{wrong}").status_code == 400


def test_special_characters_of_a_search_are_no_wildcards(may_web: Client, may: User) -> None:
    shop.change_settings(may, shop_name="Tea & More")
    for asked in ("%", "_", "s%", "s_ttings"):
        assert "Tea" not in text(may_web.get("/trail", {"about": asked})).partition("<tbody>")[2]


def test_long_trail_is_paged_by_key(may_web: Client, may: User) -> None:
    for number in range(120):
        trail.record(may, "code.dismissed", f"code-{number:03d}")
    seen, address = [], "/trail?deed=code.dismissed"
    for _ in range(3):
        page = text(may_web.get(address))
        seen += [f"code-{number:03d}" for number in range(119, -1, -1) if f"code-{number:03d}" in page]
        last = AuditEntry.objects.get(subject=seen[-1]).pk
        address = f"/trail?deed=code.dismissed&after={last}"
    assert seen == [f"code-{number:03d}" for number in range(119, -1, -1)]
    for odd in ("x", "-1", "9" * 40, "%00"):
        assert may_web.get(f"/trail?after={odd}").status_code == 200


def test_file_has_a_line_for_each_fact_and_runs_no_formula(
    may_web: Client, may: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail, "BATCH", 2)
    for subject in ("=1+1", "@SUM(A1)", "+49", "-2", "plain"):
        trail.record(may, "code.dismissed", subject)
    shop.change_settings(may, shop_name="=HYPERLINK(0)", cutoff_hour=3)
    answer = may_web.get("/files/lists/trail")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="trail.csv"'
    head, *rows = rows_of(answer)
    assert head[3:] == ["Deed", "About", "What", "Before", "After", "Key", "Request"]
    about = [row[4] for row in rows if row[3] == "Unknown code dismissed"]
    assert about == ["plain", "'-2", "'+49", "'@SUM(A1)", "'=1+1"]
    changed = {row[5]: row[6:8] for row in rows if row[3] == "Settings changed"}
    assert changed == {"Shop name": ["The Shop", "'=HYPERLINK(0)"], "Cutoff hour": ["0", "3"]}


def test_entry_names_its_request_and_the_key_that_asked(may_web: Client, may_api: Client, may: User) -> None:
    kiosk = made(may, name="Kiosk")
    body, headers = {"name": "Jam", "price": "2"}, {"Idempotency-Key": str(uuid4()), "X-Request-Id": "kiosk-7"}
    with_key(kiosk.secret).post("/api/v1/products", body, content_type="application/json", headers=headers)
    shop.change_settings(may, shop_name="Tea & More")
    page = text(may_web.get("/trail?request=kiosk-7")).partition("<tbody>")[2]
    assert f'href="/keys/{kiosk.key.pk}"' in page
    assert ("Product added" in page, "Tea" in page) == (True, False)
    line = next(row for row in rows_of(may_web.get("/files/lists/trail")) if row[3] == "Product added")
    assert line[8:] == ["Kiosk", "kiosk-7"]
    (row,) = may_api.get("/api/v1/trail?request_id=kiosk-7").json()["results"]
    assert (row["request_id"], row["key"]) == ("kiosk-7", kiosk.key.pk)
    (other,) = may_api.get("/api/v1/trail?action=settings.changed").json()["results"]
    assert (other["request_id"], other["key"]) == ("", None)


def test_cashier_sees_no_trail(ana_web: Client, ana_api: Client) -> None:
    assert [ana_web.get(path).status_code for path in ("/trail", "/files/lists/trail")] == [403, 403]
    assert ana_api.get("/api/v1/trail").status_code == 403


def test_programs_read_the_trail(may_api: Client, may: User, ana: User) -> None:
    staff.change(ana, by=may, name="Ana Maria")
    answer = may_api.get("/api/v1/trail?by=may&subject=AN&action=user.changed").json()
    assert [(row["by"], row["subject"], row["facts"]["name"]) for row in answer["results"]] == [
        ("may", "ana", ["Ana", "Ana Maria"])
    ]
    for wrong in ("by=nobody", "begin=soon", "subject=%00", "q=1"):
        assert may_api.get(f"/api/v1/trail?{wrong}").status_code == 400
    assert may_api.get("/api/v1/trail?end=2000-01-01").json()["results"] == []
    assert may_api.get("/api/v1/trail?begin=0001-01-01&end=9999-12-31").status_code == 200


def test_entry_of_changed_limits_holds_the_values_before_and_after(may: User) -> None:
    limits.change("cashier", "pay_out", allow_up_to=None, ask_up_to=None, by=may)
    before, after = AuditEntry.objects.get(action="limits.changed").facts["allow_up_to"]
    assert before is not None
    assert after is None
