"""Takes the pictures of docs/desk.md and of the overview at a running demo shop (`make demo`) into docs/img:
python -m bench.pictures --url http://127.0.0.1:8000

It begins a delivery, a count and an import there: never run it at a shop in use.
"""

import argparse
import io
import re
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from bench.desk import sign_in
from demo.goods.pantry import PANTRY
from demo.people import MANAGER, MEMBERS, PASSWORD
from tests import chromium

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "img"
SIZE, COLOURS, SCANS = {"width": 1280, "height": 800}, 128, 4
FILE = "name;barcode;price;stock\nApple juice 1 l;4000417025005;2,49;24\nPlum jam;;3,20;12\nHoney;;dear;6\n"


def scan(page: Page) -> None:
    for number, good in enumerate(PANTRY.goods[:SCANS], 1):
        page.locator("#code").fill(f"{PANTRY.code}-{number:02d}")
        page.keyboard.press("Enter")
        expect(page.locator("main").get_by_text(good.name).first).to_be_visible()


def product(page: Page) -> None:
    page.goto("/goods")
    page.locator("tbody a[href^='/goods/']").first.click()
    expect(page.locator("main h1")).to_be_visible()


def delivery(page: Page) -> None:
    page.goto("/buying/receive")
    scan(page)


def count(page: Page) -> None:
    page.goto("/counts")
    page.locator(".count-form button").last.click()
    page.wait_for_url(re.compile("/counts/C-"))
    scan(page)


def upload(page: Page) -> None:
    page.goto("/files")
    page.locator("#file").set_input_files({"name": "goods.csv", "mimeType": "text/csv", "buffer": FILE.encode()})
    page.locator("form:has(#file) button").click()
    page.wait_for_url(re.compile(r"/files/\d+$"))


def labels(page: Page) -> None:
    page.goto("/goods/labels")
    for number, good in enumerate(PANTRY.goods[:SCANS], 1):
        page.locator("main input:not([type=hidden])").first.fill(f"{PANTRY.code}-{number:02d}")
        page.keyboard.press("Enter")
        expect(page.locator("main").get_by_text(good.name).first).to_be_visible()


def member(page: Page) -> None:
    """A VIP with purchases."""
    page.goto(f"/members?q={MEMBERS[0].split()[0]}")
    page.locator("tbody .table__link").first.click()
    expect(page.locator("main h1")).to_be_visible()


def at(address: str) -> Callable[[Page], None]:
    def open_it(page: Page) -> None:
        page.goto(address)

    return open_it


PICTURES: dict[str, Callable[[Page], None]] = {
    "desk": at("/desk"),
    "goods": at("/goods"),
    "product": product,
    "labels": labels,
    "receiving": delivery,
    "count": count,
    "import": upload,
    "member": member,
    "people": at("/people"),
    "settings": at("/settings"),
    "overview": at("/reports"),
}


def take(page: Page, name: str) -> None:
    page.mouse.move(0, 0)
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
    few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(FOLDER / f"desk-{name}.png", optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("names", nargs="*", choices=[*PICTURES, []], help="all of them if none is named")
    told = parser.parse_args()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        page = browser.new_context(base_url=told.url, locale="en-GB", viewport=SIZE, color_scheme="light").new_page()  # type: ignore[arg-type]
        sign_in(page, MANAGER["username"], PASSWORD)
        for name in told.names or PICTURES:
            PICTURES[name](page)
            take(page, name)
            print(f"docs/img/desk-{name}.png", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
