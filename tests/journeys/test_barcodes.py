"""A till in an outage treats equal codes as the server does."""

from playwright.sync_api import Page

from tests.inventory.test_barcodes import SCANNED_AS

SCANNED = """async (codes) => {
  const { scanned } = await import("/static/js/outage/outage-goods.js");
  return codes.map(scanned);
}"""


def test_script_and_server_read_one_table_of_codes_alike(page: Page, transactional_db: None) -> None:
    page.goto("/sign-in")
    said = page.evaluate(SCANNED, list(SCANNED_AS))
    assert dict(zip(SCANNED_AS, said, strict=True)) == SCANNED_AS
