"""The six commonest tasks of a cashier, done as a person would in Chromium: python -m bench.hand [--against REV]

Typed at 90 ms a key, scanned at 10; a tap takes a third of a second. It prints the keys, the taps and the seconds of
each task, from its first act to the painted receipt. With --against, two revisions are measured in turn, each with a
server and a database of its own.
"""

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from bench import stage
from bench.cpu import CREATE, checked_out
from bench.desk import A_PERSON, A_SCANNER, sign_in
from tests import chromium

USER, PASSWORD = "may", "bench-hand-2026"
A_TAP = 0.33  # seconds
TEA, MILK, BREAD = "20000001", "20000002", "20000003"
FILL = f"""
import json, logging, os, sys, uuid
sys.path.insert(0, os.getcwd())
import django
django.setup()
logging.disable(logging.INFO)
from django.contrib.auth import get_user_model
from django.test import Client
from rest_framework_simplejwt.tokens import AccessToken
may = get_user_model()(username="{USER}", name="May", role="manager")
may.set_password("{PASSWORD}")
may.save()
token = AccessToken.for_user(may)
token["stamp"] = may.stamp()
api = Client(headers={{"Authorization": f"Bearer {{token}}", "Host": "127.0.0.1"}})
def post(path, body):
    headers = {{"Idempotency-Key": str(uuid.uuid4())}}
    answer = api.post("/api/v1" + path, json.dumps(body), content_type="application/json", headers=headers)
    assert answer.status_code in (200, 201), (path, answer.content)
    return answer.json()
category = post("/categories", {{"name": "Pantry"}})["id"]
for code, name, price, sold_by in [
    ("{TEA}", "Green tea", "12.50", "piece"), ("{MILK}", "Whole milk", "2.00", "piece"),
    ("{BREAD}", "Rye bread", "4.80", "piece"), ("20000004", "Mountain cheese", "20.00", "weight"),
]:
    post("/products", {{"name": name, "price": price, "stock": "9000", "barcodes": [code], "sold_by": sold_by,
                        "category": category}})
post("/members", {{"name": "Olga Ott", "email": "olga@example.org", "pin": "602913"}})
post("/registers", {{"code": "R1", "name": "Till R1"}})
post("/registers/R1/shifts", {{"float": "100.00"}})
"""


@dataclass
class Hand:
    page: Page
    keys: int = 0
    taps: int = 0

    @property
    def scan_box(self) -> Locator:
        return self.page.get_by_label("Scan a code")

    def type(self, text: str) -> None:
        self.keys += len(text)
        self.page.keyboard.type(text, delay=A_PERSON)

    def press(self, key: str) -> None:
        self.keys += 1
        self.page.keyboard.press(key, delay=A_PERSON)

    def scan(self, code: str) -> None:
        self.page.keyboard.type(f"{code}\n", delay=A_SCANNER)

    def tap(self, target: Locator) -> None:
        self.taps += 1
        time.sleep(A_TAP)
        target.click()

    def found(self) -> None:
        """Takes the one hit of a typed search. In older versions Enter does not, so it is tapped."""
        hit = self.page.locator(".results__choice")
        expect(hit).to_have_count(1)
        if self.page.locator("next-key").count():
            self.press("Enter")
        else:
            self.tap(hit)

    def lines(self, count: int) -> None:
        expect(self.page.locator(".basket__line")).to_have_count(count)

    def pay_in_cash(self) -> None:
        self.press("F8")
        expect(self.page.get_by_label("Cash received")).to_be_focused()
        self.press("Enter")


def three_scans(hand: Hand) -> None:
    for code in (TEA, MILK, BREAD):
        hand.scan(code)
    hand.lines(3)
    hand.pay_in_cash()


def two_tiles(hand: Hand) -> None:
    for number, name in enumerate(("Green tea", "Rye bread"), 1):
        hand.tap(hand.page.locator(".tile", has_text=name))
        hand.lines(number)
    hand.tap(hand.page.locator("label", has_text="Card").first)
    hand.tap(hand.page.locator("#pay-card"))


def by_name(hand: Hand) -> None:
    hand.type("green")
    hand.found()
    hand.lines(1)
    hand.pay_in_cash()


def weighed(hand: Hand) -> None:
    hand.type("moun")
    hand.found()
    hand.lines(1)
    field = hand.page.get_by_label("Kilograms of Mountain cheese")
    expect(field).to_be_visible()
    if not hand.page.evaluate("document.activeElement.name === 'quantity'"):
        hand.press("F7")
    expect(field).to_be_focused()
    hand.type("0.25\n")
    expect(hand.page.locator(".payment__total")).to_have_text("€5.00")
    hand.tap(hand.page.get_by_role("button", name="Exact"))


def member_by_name(hand: Hand) -> None:
    hand.scan(TEA)
    hand.lines(1)
    hand.press("F4")
    hand.type("olga\n")
    named = hand.page.locator(".customer").get_by_role("button", name="Olga Ott")
    attached = hand.page.locator(".customer__card")
    expect(named.or_(attached).first).to_be_visible()
    if attached.count() == 0:
        hand.tap(named)
        expect(attached).to_be_visible()
    hand.pay_in_cash()


def refund_of_one_line(hand: Hand) -> None:
    """Of the newest bill, from the till to the receipt of the refund."""
    page = hand.page
    hand.tap(page.get_by_role("link", name="Bills"))
    hand.tap(page.locator(".table__link").first)
    hand.tap(page.get_by_role("link", name="Refund", exact=True))
    hand.tap(page.get_by_role("button", name=re.compile("^One .* more$")).first)
    hand.tap(page.get_by_label("Reason"))
    hand.type("torn\t")
    hand.tap(page.locator("#confirm"))


TASKS: dict[str, Callable[[Hand], None]] = {
    "three scans, exact cash": three_scans,
    "two tiles, card": two_tiles,
    "found by name, cash": by_name,
    "weighed, cash": weighed,
    "member by name, cash": member_by_name,
    "refund of one line": refund_of_one_line,
}


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.hand", description=__doc__)
    parser.add_argument("--against", metavar="REV", help="a revision to compare with, as git names it")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args(arguments)


@contextmanager
def shop(tree: Path, database: str, socket_folder: str) -> Iterator[str]:
    """The address of a server of this tree with four products, a member and an open till."""
    subprocess.run([sys.executable, "-c", CREATE, socket_folder, database], check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "DATABASE_URL": f"postgres://pos@/{database}?host={socket_folder}",
        "PYTHONPATH": str(tree), "HOST": "127.0.0.1", "PORT": str(port), "WEB_CONCURRENCY": "1",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
    }  # fmt: skip
    environment.pop("DATABASE_OWNER_URL", None)
    for command in (["manage.py", "migrate", "-v0"], ["manage.py", "collectstatic", "--no-input", "-v0"], ["-c", FILL]):
        subprocess.run([sys.executable, *command], cwd=tree, env=environment, check=True)
    command = [sys.executable, "-m", "gunicorn", "pos.wsgi", "--log-level", "warning"]
    running = subprocess.Popen(command, cwd=tree, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        stage.wait_for(port, running)
        yield f"http://localhost:{port}"
    finally:
        running.terminate()
        running.wait(15)


def timed(hand: Hand, task: Callable[[Hand], None]) -> float:
    """Seconds from an empty basket to the painted receipt."""
    hand.page.goto("/till")
    expect(hand.page.locator("scan-box:defined")).to_be_attached()
    expect(hand.scan_box).to_be_focused()
    hand.keys = hand.taps = 0
    began = time.perf_counter()
    task(hand)
    expect(hand.page.locator(".receipt")).to_be_visible()
    return time.perf_counter() - began


def joined(browser: Browser, base: str) -> Hand:
    page = browser.new_context(base_url=base, locale="en-GB", viewport={"width": 1280, "height": 800}).new_page()
    sign_in(page, USER, PASSWORD)
    page.goto("/shift/open")
    page.get_by_role("button", name="Work at this till").click()
    expect(page.get_by_label("Scan a code")).to_be_visible()
    return Hand(page)


def main(arguments: Sequence[str] | None = None) -> int:
    asked = options(arguments)
    with ExitStack() as stack:
        socket_folder = stack.enter_context(stage.database())
        trees = {"now": stage.BASE_DIR}
        if asked.against:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            trees = {"then": checked_out(asked.against, folder / "then"), **trees}
        bases = {side: stack.enter_context(shop(tree, f"hand_{side}", socket_folder)) for side, tree in trees.items()}
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=chromium.find(), args=chromium.ARGUMENTS
        )
        hands = {side: joined(browser, base) for side, base in bases.items()}
        told = {name: of_task(task, hands, asked.rounds) for name, task in TASKS.items()}
        browser.close()
    print(
        json.dumps({"benchmark": "hand", "against": asked.against, "tasks": told, "load": round(os.getloadavg()[0], 2)})
    )
    return 0


def of_task(task: Callable[[Hand], None], hands: dict[str, Hand], rounds: int) -> dict[str, dict[str, float]]:
    times: dict[str, list[float]] = {side: [] for side in hands}
    for number in range(rounds + 1):
        for side, hand in hands.items():
            if task is refund_of_one_line:
                timed(hand, three_scans)
            took = timed(hand, task)
            if number:  # the first round only warms up
                times[side].append(took)
    told = {
        side: {"keys": hand.keys, "taps": hand.taps, "seconds": round(median(times[side]), 2)}
        for side, hand in hands.items()
    }
    print(f"{task.__name__.replace('_', ' '):22}", *(f"{side}: {one}" for side, one in told.items()), flush=True)
    return told


if __name__ == "__main__":
    sys.exit(main())
