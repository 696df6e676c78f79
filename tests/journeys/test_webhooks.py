"""A manager has changes pushed to a receiver: made, tested, its new secret copied."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from reports.webhooks import delivering
from tests.journeys.reading import Reader
from tests.journeys.walking import Counter, complaints_of
from tests.receivers import answering

pytestmark = pytest.mark.django_db(transaction=True)


def test_manager_makes_a_hook_and_sees_how_a_test_was_taken(page: Page, may: User, settings: Any) -> None:
    settings.WEBHOOK_PRIVATE_RECEIVERS = {"127.0.0.1"}
    complaints, reader = complaints_of(page), Reader(page)
    Counter(page).sign_in("may")
    page.goto("/keys")
    page.get_by_role("link", name="Web hooks").click()
    page.get_by_role("link", name="New web hook").click()
    page.get_by_label("Address").fill("http://example.org/")
    page.get_by_label("Bills").check()
    reader.check("new hook")
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine") as receiver:
        page.get_by_label("Address").fill(f"http://127.0.0.1:{receiver.port}/")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Copy")).to_be_visible()
        page.get_by_role("link", name="Done").click()
        page.get_by_role("button", name="Send a test").click()
        expect(page.get_by_text("A test is on its way.")).to_be_visible()
        assert delivering.try_again()
    page.reload()
    expect(page.get_by_role("cell", name="200 fine")).to_be_visible()
    reader.check("hook")
    assert not complaints
    assert not reader.found
