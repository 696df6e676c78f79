"""After a nightly audit found a fault, a manager follows the alarm and reads what to do."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from pos import clock
from pos.models import UpkeepKind, UpkeepRun
from tests.journeys.reading import Reader
from tests.journeys.walking import Counter

pytestmark = pytest.mark.django_db(transaction=True)


def test_alarm_of_the_nightly_audit_links_to_the_doctor(page: Page, may: User) -> None:
    now = clock.now()
    for kind, is_good, says in (
        (UpkeepKind.DRILL, True, "Restored, and the books and their seals are right."),
        (UpkeepKind.AUDIT, False, "Broken: I01."),
    ):
        UpkeepRun.objects.create(kind=kind, due=now, begun_at=now, ended_at=now, is_good=is_good, says=says)
    page.emulate_media(reduced_motion="reduce")
    reader = Reader(page)
    Counter(page).sign_in("may")
    page.goto("/members")
    alarm = page.get_by_role("alert").filter(has_text="The last audit found faults in the books.")
    expect(alarm).to_contain_text("Broken: I01.")
    reader.check("alarm")
    alarm.get_by_role("link", name="See what to do").click()
    expect(page.get_by_role("heading", name="Doctor")).to_be_visible()
    expect(page.get_by_text("Run manage.py audit for every row")).to_be_visible()
    expect(page.get_by_role("row", name="Drill of a restore")).to_contain_text("Restored")
    reader.check("doctor")
    assert not reader.found
