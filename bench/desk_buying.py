"""Receives a delivery of twelve articles as a person would, with a scanner, in Chromium at a running demo shop:
python -m bench.desk_buying --url http://127.0.0.1:8000 --user may --password ...

It books the delivery: never run it at a shop in use.
"""

import argparse
import json
import time
import urllib.request
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from tests import chromium

A_PERSON, A_SCANNER = 90, 10  # milliseconds a key
REACH = 1.0  # seconds from one article's barcode to the next
ARTICLES = 12


def asked(url: str, path: str, body: dict[str, str] | None = None, token: str = "") -> Any:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = json.dumps(body).encode() if body else None
    with urllib.request.urlopen(urllib.request.Request(f"{url}/api/v1/{path}", data, headers)) as answer:
        return json.load(answer)


def barcodes(url: str, user: str, password: str) -> list[str]:
    token = asked(url, "auth/token", {"username": user, "password": password})["access"]
    goods = asked(url, "products?page_size=100", token=token)["results"]
    return [one["barcodes"][0] for one in goods if one["barcodes"] and one["sold_by"] == "piece"][:ARTICLES]


def sign_in(page: Page, user: str, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Username").fill(user)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("banner")).to_be_visible()


def receive(page: Page, codes: list[str]) -> float:
    """Seconds from the open page to the booked receipt: note number once, then each article and its quantity."""
    page.goto("/buying/receive")
    expect(page.get_by_label("Scan a code")).to_be_focused()
    began = time.perf_counter()
    page.get_by_label("Delivery note").click()
    page.keyboard.type("L-2026-0417", delay=A_PERSON)
    page.get_by_label("Scan a code").click()
    for number, code in enumerate(codes):
        time.sleep(REACH)
        if number % 3 == 0:
            page.get_by_label("Times").click()
            page.keyboard.type("12", delay=A_PERSON)
        page.keyboard.type(f"{code}\n", delay=A_SCANNER)
    page.get_by_role("button", name=f"Book {len(codes)} articles").click()
    expect(page.get_by_role("heading", name="GR-")).to_be_visible()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--user", required=True)
    parser.add_argument("--password", required=True)
    told = parser.parse_args()
    codes = barcodes(told.url, told.user, told.password)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        page = browser.new_context(base_url=told.url, locale="en-GB").new_page()
        sign_in(page, told.user, told.password)
        print(f"{len(codes)} articles received in {receive(page, codes):.1f} s")
        browser.close()


if __name__ == "__main__":
    main()
