"""The shop with its page files put together as in production."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.walking import MILK, TEA, Counter

pytestmark = pytest.mark.django_db(transaction=True)


def test_sale_with_production_files_makes_few_requests_and_logs_no_error(counter: Counter, gathered: Path) -> None:
    asked: list[str] = []

    def whole(route: Route) -> None:
        name = urlsplit(route.request.url).path.removeprefix("/static/")
        asked.append(name)
        if (gathered / name).exists():
            route.fulfill(path=gathered / name)
        else:
            route.continue_()

    counter.page.route("**/static/**", whole)
    counter.sign_in()
    counter.open_shift()
    counter.page.wait_for_load_state()
    own = {name for name in asked if name.endswith((".css", ".js")) and (gathered / name).exists()}
    assert own == {"css/shop.css", "js/staff.js", "js/scanning/early-keys.js", "js/scanning/early-scans.js"}
    for code in (TEA, MILK, TEA):
        counter.scan(code)
    expect(counter.page.get_by_label("Quantity of Green tea")).to_have_value("2")
    counter.page.get_by_label("Scan a code").press_sequentially("gre")
    expect(counter.page.locator(".results__name")).to_have_text("Green tea")
    counter.page.get_by_role("button", name="Exact").click()
    expect(counter.receipt).to_contain_text("€27.00")
