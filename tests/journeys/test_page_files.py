"""The page files as they are in development, and bundled as in production; every other journey has them bundled."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.walking import MILK, TEA, Counter

pytestmark = pytest.mark.django_db(transaction=True)
BUNDLED = {"css/shop.css", "js/staff.js", "js/scanning/early-keys.js", "js/scanning/early-scans.js"}


@pytest.mark.parametrize("bundled", [True, False], ids=["production", "development"])
def test_sale_logs_no_error_and_in_production_makes_few_requests(
    counter: Counter, settings: Any, bundled: bool
) -> None:
    if not bundled:
        settings.STATICFILES_DIRS = [settings.BASE_DIR / "static"]
    asked: set[str] = set()
    counter.page.on("request", lambda request: asked.add(urlsplit(request.url).path.removeprefix("/static/")))
    counter.sign_in()
    counter.open_shift()
    counter.page.wait_for_load_state()
    own = {name for name in asked if name.startswith(("css/", "js/"))}
    assert own == BUNDLED if bundled else own > BUNDLED
    for code in (TEA, MILK, TEA):
        counter.scan(code)
    expect(counter.page.get_by_label("Quantity of Green tea")).to_have_value("2")
    counter.page.get_by_label("Scan a code").press_sequentially("gre")
    expect(counter.page.locator(".results__name")).to_have_text("Green tea")
    counter.page.get_by_role("button", name="Exact").click()
    expect(counter.receipt).to_contain_text("€27.00")
