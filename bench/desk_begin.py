"""Times an owner's first day, done as a person would in Chromium at 90 ms a key: from an empty database to the first
sale, and a stocktake of twenty articles by scanning: python -m bench.desk_begin

It makes a shop of its own and throws it away.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from decimal import Decimal

from playwright.sync_api import Locator, Page, expect, sync_playwright

from bench import stage
from bench.desk import A_PERSON, A_SCANNER, LOOK, REACH, sign_in
from tests import chromium

OWNER, PASSWORD = "olivia", "opening-day-2026"
ARTICLES, FIRST_CODE = 20, 20_000_000
PRICE, BOOKED = Decimal("2.50"), Decimal(12)


def press(target: Locator) -> None:
    time.sleep(REACH)
    target.click()


def write(field: Locator, text: str) -> None:
    press(field)
    field.press("ControlOrMeta+a")
    field.page.keyboard.type(text, delay=A_PERSON)


def first_sale(page: Page) -> float:
    """Seconds from the sign-in to the receipt, by way of every step of the guide but the printer and the cashier."""
    began = time.perf_counter()
    page.goto("/sign-in")
    write(page.get_by_label("Username"), OWNER)
    write(page.get_by_label("Password"), f"{PASSWORD}\n")
    press(page.get_by_role("link", name="Continue"))
    write(page.get_by_label("Shop name"), "Corner shop")
    write(page.get_by_label("Shop address"), "Main Street 1, 10115 Berlin")
    press(page.get_by_role("button", name="Save name and address"))
    expect(page.locator("#shop .badge--done")).to_be_visible()
    time.sleep(REACH)
    page.get_by_label("Country").select_option("DE")
    press(page.get_by_role("button", name="Fill in its usual rates"))
    press(page.get_by_role("button", name="Enter these rates"))
    expect(page.locator("#taxes .badge--done")).to_be_visible()
    press(page.get_by_role("button", name="Add the till"))
    press(page.get_by_role("button", name="Skip: The receipt printer"))
    for number, (name, price) in enumerate((("Green tea", "12,50"), ("Plum jam", "3,20"), ("Rye bread", "4,80")), 1):
        good = page.get_by_role("group", name=f"Product {number}")
        write(good.get_by_label("Name"), name)
        write(good.get_by_label("Price"), price)
        write(good.get_by_label("On the shelf"), "12")
    press(page.get_by_role("button", name="Put on sale"))
    expect(page.locator("#goods .badge--done")).to_be_visible()
    press(page.get_by_role("link", name="Open a till and sell"))
    write(page.get_by_label("Float in the drawer"), "100")
    press(page.get_by_role("button", name="Open Front till"))
    write(page.get_by_label("Scan a code"), "green tea\n")
    expect(page.locator(".basket__line")).to_have_count(1)
    press(page.get_by_role("button", name=re.compile("^Pay")).first)
    expect(page.locator(".receipt")).to_be_visible()
    return time.perf_counter() - began


def stocktake(page: Page, codes: Sequence[str]) -> float:
    """Seconds from the page of counts to the booked one: each article counted by eye, its number typed, its code
    scanned, the differences read."""
    page.goto("/counts")
    began = time.perf_counter()
    press(page.get_by_role("button", name="Begin to count"))
    expect(page.get_by_label("Scan a code")).to_be_focused()
    expect(page.locator("count-scan:defined")).to_be_attached()
    for code in codes:
        time.sleep(REACH + LOOK)
        page.keyboard.type("11*", delay=A_PERSON)
        page.keyboard.type(f"{code}\n", delay=A_SCANNER)
    expect(page.locator(".count-list__row--new .count-list__sum").first).to_have_text("11")
    press(page.get_by_role("link", name="Review"))
    expect(page.get_by_text("With a difference")).to_be_visible()
    time.sleep(REACH * 5)
    press(page.get_by_role("button", name="Book the count"))
    expect(page.get_by_role("status").get_by_text("The count is booked.")).to_be_visible()
    return time.perf_counter() - began


def stocked() -> list[str]:
    """Adds twenty articles, twelve of each; returns their codes."""
    import django

    django.setup()
    from accounts.models import User
    from inventory.goods import products

    owner = User.objects.get(username=OWNER)
    codes = [str(FIRST_CODE + number) for number in range(ARTICLES)]
    for code in codes:
        products.create(name=f"Article {code}", price=PRICE, by=owner, codes=[code], opening_stock=BOOKED)
    return codes


def run(*command: str, said: str | None = None) -> None:
    subprocess.run([sys.executable, "manage.py", *command], cwd=stage.BASE_DIR, check=True, input=said, text=True)


def main() -> None:
    with stage.database():
        os.environ["ALLOWED_HOSTS"] = "127.0.0.1,localhost"
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs an event loop in Django's thread
        run("collectstatic", "--no-input", "-v0")  # as in an installed shop
        began = time.perf_counter()
        run("migrate", "-v0")
        run("create_manager", OWNER, "--password-stdin", said=PASSWORD)
        with stage.server(2) as base, sync_playwright() as play:
            url = base.replace("127.0.0.1", "localhost")  # a host where browsers keep secure cookies without TLS
            ready = time.perf_counter() - began
            browser = play.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
            took = first_sale(browser.new_context(base_url=url, locale="en-GB").new_page())
            print(f"an empty database ready in {ready:.1f} s, the first sale {took:.1f} s later", flush=True)
            page = browser.new_context(base_url=url, locale="en-GB").new_page()
            sign_in(page, OWNER, PASSWORD)
            print(f"{ARTICLES} articles counted and booked in {stocktake(page, stocked()):.1f} s")
            browser.close()


if __name__ == "__main__":
    main()
