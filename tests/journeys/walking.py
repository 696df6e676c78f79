"""The steps of a cashier at the counter, one function each."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from playwright.sync_api import Locator, Page, Route, expect

from accounts import till_lock
from accounts.models import User
from billing.drawer import shifts
from tests import cast
from tests.cast import PASSWORD

TEA, MILK = "4006381333931", "4011800525224"
A_REFUSAL = re.compile(r"status of (400|401|403|409|422)")


def complaints_of(page: Page) -> list[str]:
    """The console's errors from now on, without the refusals of the shop."""
    complaints: list[str] = []
    page.on(
        "console",
        lambda said: (
            complaints.append(said.text)
            if said.type in ("error", "warning") and not A_REFUSAL.search(said.text)
            else None
        ),
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 500 else None)
    return complaints


PROBE = "fetch('/healthz?').then((answer) => answer.text())"


def intercept(page: Page, at: str, handler: Callable[[Route], object], **options: Any) -> None:
    """Intercepts requests to this address; waits until that works, as a busy page may get the first one through."""
    page.route(at, handler, **options)
    page.route("**/healthz?*", lambda route: route.fulfill(body="intercepted"))
    while page.evaluate(PROBE) != "intercepted":
        pass


def with_a_slow_scanner(page: Page) -> None:
    """On a busy machine the test's keys come late; in some fields only their pace tells them from a person's."""
    page.evaluate("""localStorage.setItem("scanner", '{"prefix": "", "suffix": "", "pause": 500}')""")
    page.reload()


@dataclass
class Counter:
    page: Page
    has_script: bool = True
    session: SessionBase | None = None

    def press_enter(self) -> None:
        """Without script every step loads a page; waits for it."""
        if self.has_script:
            return self.page.keyboard.press("Enter")
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return None

    def start(self) -> None:
        """Signs Ana in and opens her shift; the first page is the till."""
        self.session = self.signed_in(User.objects.get(username="ana"))
        self.open_shift()

    def sign_in(self, name: str = "ana") -> None:
        """Signs the browser in without the form, which takes a fraction of the time."""
        user = User.objects.get(username=name)
        session = self.signed_in(user)
        self.page.goto("/")
        if user.language or "/sign-in" in self.page.url:  # a server with keys of its own
            return self.sign_in_by_hand(name)
        self.session = session
        return expect(self.page.get_by_role("banner")).to_be_visible()

    def signed_in(self, user: User) -> SessionBase:
        """Gives the browser a session of this user."""
        session = cast.signed_in(user).session
        till_lock.begin(SimpleNamespace(session=session))
        session.save()
        self.page.context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": session.session_key or "",
                    "domain": "localhost",
                    "path": "/",
                    "httpOnly": True,
                }
            ]
        )
        return session

    def sign_in_by_hand(self, name: str = "ana") -> None:
        self.page.goto("/sign-in")
        self.page.get_by_label("Username").fill(name)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("banner")).to_be_visible()

    def open_shift(self, opening_float: str = "100.00") -> None:
        if self.session is None:
            return self.open_shift_by_hand(opening_float)
        user = User.objects.get(pk=self.session["_auth_user_id"])
        shift = shifts.open_shift("R1", opening_float=Decimal(opening_float), by=user)
        self.session["register"], self.session["register_name"] = shift.register.code, shift.register.name
        self.session.save()
        self.page.goto("/till")
        return self.at_an_empty_basket()

    def open_shift_by_hand(self, opening_float: str = "100.00") -> None:
        self.page.goto("/shift/open")
        self.page.get_by_label("Float in the drawer").fill(opening_float)
        self.page.get_by_role("button", name="Open Till R1").click()
        self.at_an_empty_basket()

    def at_an_empty_basket(self) -> None:
        expect(self.lines).to_have_count(0)
        expect(self.page.get_by_label("Scan a code")).to_be_focused()
        if self.has_script:
            expect(self.page.locator("scan-box:defined")).to_be_attached()

    def scan(self, code: str) -> None:
        self.page.get_by_label("Scan a code").fill(code)
        self.press_enter()

    def attach(self, who: str) -> None:
        self.page.get_by_role("textbox", name="Member", exact=True).fill(who)
        self.press_enter()

    @property
    def lines(self) -> Locator:
        return self.page.locator(".basket__line")

    @property
    def due(self) -> Locator:
        return self.page.locator(".payment__total")

    @property
    def receipt(self) -> Locator:
        return self.page.locator(".receipt")
