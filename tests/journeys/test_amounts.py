"""Figures in a browser: the script reads them as the server does, and the back office takes what was typed."""

from decimal import Decimal as D

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from inventory.models import Product
from pos.amounts import Unclear, read
from tests.journeys.walking import Counter
from tests.pos.test_amounts import NO_FIGURES, READ_AS

pytestmark = pytest.mark.django_db(transaction=True)
COULD_BE_TWO = ["1,234", "1.234", "12.500", "999,999"]
READ = """async (asked) => {
  const { read } = await import("/static/js/parts/amounts.js");
  return asked.map(([written, decimals]) => String(read(written, decimals)));
}"""


def meant(written: str, decimals: int) -> float | None:
    try:
        return float(read(written, decimals))
    except (Unclear, ValueError):
        return None


def test_script_and_server_read_one_table_alike(page: Page, ana: User) -> None:
    asked = [(written, decimals) for written in [*READ_AS, *NO_FIGURES, *COULD_BE_TWO] for decimals in (0, 2, 3)]
    page.goto("/sign-in")
    said = page.evaluate(READ, asked)
    heard = {pair: None if figure == "NaN" else float(figure) for pair, figure in zip(asked, said, strict=True)}
    assert heard == {(written, decimals): meant(written, decimals) for written, decimals in asked}


def test_price_typed_with_a_comma_is_saved_and_scrolling_over_it_changes_nothing(
    page: Page, may: User, tea: Product
) -> None:
    Counter(page).sign_in("may")
    page.goto(f"/admin/inventory/product/{tea.pk}/change/")
    price = page.locator("[name=price]")
    price.fill("6,90")
    price.hover()
    page.mouse.wheel(0, 120)
    page.keyboard.press("ArrowUp")
    expect(price).to_have_value("6,90")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    tea.refresh_from_db()
    assert tea.price == D("6.90")
