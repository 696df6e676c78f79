"""Follows the guide of an empty shop from the desk to the first receipt."""

import re

from playwright.sync_api import Page, expect


def walk(page: Page) -> None:
    expect(page).to_have_url(re.compile("/desk$"))
    page.get_by_role("link", name="Continue").click()
    page.get_by_label("Shop name").fill("Corner shop")
    page.get_by_label("Shop address").fill("Main Street 1")
    page.get_by_role("button", name="Save name and address").click()
    expect(page.locator("#shop .badge--done")).to_be_visible()
    page.get_by_label("Country").select_option("DE")
    page.get_by_role("button", name="Fill in its usual rates").click()
    expect(page.get_by_label("Rate 2, per cent")).to_have_value("7")
    page.get_by_role("button", name="Enter these rates").click()
    expect(page.locator("#taxes .badge--done")).to_be_visible()
    page.get_by_role("button", name="Add the till").click()
    expect(page.locator("#till .badge--done")).to_be_visible()
    page.get_by_role("button", name="Skip: The receipt printer").click()
    expect(page.locator("#printer .badge")).to_be_visible()
    good = page.get_by_role("group", name="Product 1")
    good.get_by_label("Name").fill("Green tea")
    good.get_by_label("Price").fill("12,50")
    good.get_by_label("On the shelf").fill("5")
    page.get_by_role("button", name="Put on sale").click()
    expect(page.get_by_text("1 product is on sale.")).to_be_visible()
    page.get_by_role("button", name="Put up three samples").click()
    expect(page.locator("#goods .badge--done")).to_be_visible()
    page.get_by_role("link", name="Open a till and sell").click()
    page.get_by_label("Float in the drawer").fill("100")
    page.get_by_role("button", name="Open Front till").click()
    page.get_by_label("Scan a code").fill("green tea")
    page.keyboard.press("Enter")
    expect(page.locator(".basket__line")).to_have_count(1)
    page.get_by_role("button", name=re.compile("^Pay")).first.click()
    expect(page.locator(".receipt")).to_be_visible()
