"""A till whose register may sell in an outage, and what is done at it while the server is away."""

from playwright.sync_api import Locator, Page, expect

from billing.models import Register
from tests.journeys.walking import Counter


class Away(Counter):
    """The outage page, with one method per action of the cashier."""

    @property
    def state(self) -> Locator:
        return self.page.locator("[data-state]").first

    @property
    def paper(self) -> Locator:
        return self.page.get_by_label("Provisional receipt")

    @property
    def kept(self) -> Locator:
        return self.page.get_by_label("Sales that wait for the server").locator("li")

    def begin(self) -> None:
        """Sign in at a register with leave, open the shift, and be ready."""
        Register.objects.filter(code="R1").update(outage_sales=True)
        self.start()
        self.be_ready()

    def be_ready(self) -> None:
        expect(self.page.locator("outage-ready")).to_have_attribute("data-state", "ready")

    def go_away(self) -> None:
        self.page.context.set_offline(True)
        self.page.goto("/till")
        expect(self.page.locator("outage-till")).to_have_attribute("data-state", "away")

    def come_back(self) -> None:
        self.page.context.set_offline(False)

    def ring_up(self, code: str, cash: str) -> str:
        """Returns the number on the receipt."""
        self.scan_away(code)
        expect(self.paper.locator("tr")).to_have_count(1)
        self.page.get_by_label("Cash received").fill(cash)
        self.page.get_by_role("button", name="Take cash").click()
        expect(self.paper).to_contain_text("Served by Ana")
        number = self.paper.locator("[data-number]").inner_text()
        self.page.get_by_role("button", name="Next sale").click()
        return number

    def scan_away(self, code: str) -> None:
        self.page.get_by_label("Scan a code or type a name").fill(code)
        self.page.keyboard.press("Enter")


def policy_complaints(page: Page) -> list[str]:
    said: list[str] = []
    page.on("console", lambda told: said.append(told.text) if "Content Security Policy" in told.text else None)
    return said
