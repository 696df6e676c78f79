"""May's passkey in a real browser: made, asked for at sign-in, and once more before somebody is forgotten."""

import re

import pytest
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page, expect

from accounts.models import User
from members.models import Member
from tests.cast import PASSWORD
from tests.journeys.reading import Reader
from tests.journeys.walking import complaints_of

pytestmark = pytest.mark.django_db(transaction=True)
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_authenticator(page: Page) -> Page:
    chromium = page.context.new_cdp_session(page)
    chromium.send("WebAuthn.enable")
    chromium.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return page


def sign_in(page: Page) -> None:
    page.goto("/sign-in?next=/security")
    page.get_by_label("Username").fill("may")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_manager_makes_a_passkey_signs_in_and_confirms_an_action_with_it(page: Page, may: User, olga: Member) -> None:
    complaints, reader = complaints_of(with_authenticator(page)), Reader(page)
    sign_in(page)
    page.get_by_role("link", name="Make a passkey").click()
    page.get_by_role("button", name="Make it now").click()
    expect(page.get_by_label("Your ten codes")).to_have_value(re.compile(r"^(\w{5}-\w{5}\n?){10}$"))
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_text("10 codes are left")).to_be_visible()
    reader.check("second factor")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Username")).to_be_visible()
    sign_in(page)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    reader.check("second step")
    page.get_by_role("button", name="Use your passkey").click()
    expect(page).to_have_url(re.compile("/security$"))
    page.goto("/sign-ins")
    reader.check("sign-ins")
    make_old(page)
    page.goto(f"/members/{olga.number}")
    page.locator("form[action$='/erase'] input[name=number]").fill(olga.number)
    page.locator("form[action$='/erase'] button").click()
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    reader.check("confirm")
    page.get_by_role("button", name="Use your passkey").click()
    expect(page).to_have_url(re.compile("/members$"))
    assert Member.objects.get(pk=olga.pk).erased_at
    assert (complaints, reader.found) == ([], [])


def make_old(page: Page) -> None:
    """Makes the sign-in look hours old."""
    key = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "sessionid")
    session = SessionStore(key)
    session["proved_at"] = 1
    session.save()
