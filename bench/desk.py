"""A manager's tasks at the desk, done as a person would in Chromium at a running demo shop, at 90 ms a key:
python -m bench.desk --url http://127.0.0.1:8000 --user may --password ... [prices] [product]

It changes prices and makes products: never run it at a shop in use.
"""

import argparse
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect, sync_playwright

from tests import chromium

A_PERSON, A_SCANNER = 90, 10  # milliseconds a key
LOOK = 0.3  # seconds to read the next price off the list beside the screen
REACH = 1.0  # seconds to reach from the keyboard to the mouse or the scanner
PRICES = 30


def sign_in(page: Page, user: str, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Username").fill(user)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("banner")).to_be_visible()


def prices(page: Page) -> float:
    """Seconds for thirty prices, from the open list to the last one saved."""
    page.goto("/goods?on_sale=yes")
    expect(page.locator("goods-grid:defined")).to_be_attached()
    fields = page.locator("[data-cell][name=price]")
    began = time.perf_counter()
    time.sleep(REACH)
    fields.first.click()
    for number in range(PRICES):
        time.sleep(LOOK)
        page.keyboard.type(f"{number % 9 + 1},{number % 90 + 10}\n", delay=A_PERSON)
    expect(page.locator("[data-state]")).to_have_text("Saved.")
    took = time.perf_counter() - began
    expect(page.locator("[aria-invalid], .goods__note")).to_have_count(0)
    return took


def product(page: Page) -> float:
    """Seconds for a new product with price, barcode and stock, from the list of goods to the page that says it is
    there. Its tax is that of the product made before."""
    page.goto("/goods")
    code = f"{time.time_ns() // 1000 % 10**13:013d}"
    began = time.perf_counter()
    time.sleep(REACH)
    page.get_by_role("link", name="New product").click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    for typed, delay in (("Plum jam 250 g", A_PERSON), ("3,20", A_PERSON), ("", 0), (code, A_SCANNER)):
        if delay == A_SCANNER:
            time.sleep(REACH)
        page.keyboard.type(typed, delay=delay)
        page.keyboard.press("Tab", delay=A_PERSON)
    page.keyboard.type("12\n", delay=A_PERSON)
    expect(page.get_by_text("Plum jam 250 g is added.")).to_be_visible()
    return time.perf_counter() - began


TASKS: dict[str, tuple[str, Callable[[Page], float]]] = {
    "prices": (f"{PRICES} prices changed", prices),
    "product": ("a new product made", product),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--user", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("tasks", nargs="*", choices=[*TASKS, []], help="all of them if none is named")
    told = parser.parse_args()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        page = browser.new_context(base_url=told.url, locale="en-GB").new_page()
        sign_in(page, told.user, told.password)
        for name in told.tasks or TASKS:
            words, task = TASKS[name]
            print(f"{words} in {task(page):.1f} s", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
