"""A code scanned while the page changes arrives complete and once, in the next basket."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import CDPSession, Page, Route, expect

from accounts.models import User
from billing.models import BasketLine, Register, UnknownScan
from tests import cast
from tests.cast import TILL_PIN
from tests.journeys.outages import Away
from tests.journeys.walking import Counter, intercept

pytestmark = pytest.mark.django_db(transaction=True)
PACES = (5, 20)
MOMENTS = ((0, 5), (60, 20), (450, 5))
ON_THE_RECEIPT = (*MOMENTS, (15, 20), (150, 20), (350, 5))
Deed = Callable[["Hands"], None]


@dataclass
class Hands:
    """A cashier who scans at the till, never the same goods twice."""

    counter: Counter
    codes: Iterator[str]
    scanned: list[str] = field(default_factory=list)

    @property
    def page(self) -> Page:
        return self.counter.page

    def scan(self, pace: float = 5) -> None:
        self.scanned.append(next(self.codes))
        self.page.keyboard.type(f"{self.scanned[-1]}\n", delay=pace)

    def see(self, count: int = 1) -> None:
        """Expects the last product scanned in the basket on the screen."""
        for code in self.scanned[-count:]:
            expect(self.counter.lines.filter(has_text=f"Thing {code}")).to_have_count(1)

    def each_is_rung_up_once(self) -> None:
        rung_up = list(BasketLine.objects.values_list("product__barcodes__code", "quantity"))
        assert sorted(code for code, _ in rung_up) == sorted(self.scanned)
        assert {quantity for _, quantity in rung_up} <= {1}
        assert list(UnknownScan.objects.values_list("code", flat=True)) == []


def goods() -> Iterator[str]:
    codes = [str(4_000_000_000_000 + 10 * n) for n in range(60)]
    for code in codes:
        cast.product(f"Thing {code}", "1.00", barcode=code)
    return iter(codes)


@pytest.fixture
def hands(counter: Counter) -> Iterator[Hands]:
    """Allows slower keys than any scanner's, because a busy machine plays them slowly."""
    Register.objects.update(scan_pause=250)
    counter.sign_in()
    counter.open_shift()
    at_work = Hands(counter, goods())
    yield at_work
    at_work.each_is_rung_up_once()


def throttle(page: Page, times: int) -> CDPSession:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": times})
    return devtools


def answer_after(page: Page, milliseconds: int) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    conditions = {"offline": False, "latency": milliseconds, "downloadThroughput": -1, "uploadThroughput": -1}
    devtools.send("Network.emulateNetworkConditions", conditions)


def begin(hands: Hands) -> None:
    hands.scan()
    hands.see()


def receipt(hands: Hands) -> None:
    begin(hands)
    hands.page.get_by_role("button", name="Exact").click()
    expect(hands.page.get_by_role("link", name="Next sale")).to_be_focused()


def next_sale(hands: Hands) -> None:
    hands.page.keyboard.press("Enter")


def pay(hands: Hands) -> None:
    hands.page.get_by_role("button", name="Exact").click()


def lock(hands: Hands) -> None:
    hands.page.get_by_role("button", name="Lock or hand over").click()


def locked(hands: Hands) -> None:
    lock(hands)
    expect(hands.page.get_by_label("PIN, or password")).to_be_focused()
    hands.page.get_by_label("PIN, or password").press_sequentially(TILL_PIN)


def new_basket(hands: Hands) -> None:
    hands.page.keyboard.press("Insert")


def park(hands: Hands) -> None:
    hands.page.keyboard.press("Pause")
    hands.page.locator("#park").get_by_role("button", name="Park", exact=True).click()


def parked(hands: Hands) -> None:
    begin(hands)
    park(hands)
    expect(hands.counter.lines).to_have_count(0)


def take_over(hands: Hands) -> None:
    hands.page.locator(".basket__parked button").first.click()


def drop(hands: Hands) -> None:
    hands.page.keyboard.press("Delete")
    hands.page.get_by_role("button", name="Drop it").click()


def member_page(hands: Hands) -> None:
    hands.page.get_by_role("link", name="Members").click()
    expect(hands.page.get_by_role("heading", name="Members")).to_be_visible()
    hands.page.locator("h1").click()


def shift_page(hands: Hands) -> None:
    hands.page.get_by_role("link", name="Shift", exact=True).click()
    expect(hands.page.get_by_role("heading", name="So far")).to_be_visible()


def to_the_till(hands: Hands) -> None:
    hands.page.get_by_role("link", name="Till", exact=True).click()


def from_the_till(name: str) -> Deed:
    return lambda hands: hands.page.get_by_role("link", name=name, exact=True).click()


def refund(hands: Hands) -> None:
    """Gives a refund and waits for its page."""
    receipt(hands)
    hands.page.get_by_role("link", name="Details").click()
    hands.page.get_by_role("link", name="Refund", exact=True).click()
    hands.page.get_by_role("button", name=re.compile("more$")).click()
    hands.page.get_by_label("Reason").fill("torn")
    hands.page.get_by_role("button", name=re.compile("^Give back|^Refund")).click()
    expect(hands.page.get_by_role("link", name="Back to the till")).to_be_focused()


WAYS: dict[str, tuple[Deed, Deed]] = {
    "receipt": (receipt, next_sale),
    "pay": (begin, pay),
    "refund": (refund, next_sale),
    "lock": (begin, lock),
    "unlock": (locked, next_sale),
    "park": (begin, park),
    "take over": (parked, take_over),
    "drop": (begin, drop),
    "new basket": (begin, new_basket),
    "members": (member_page, to_the_till),
    "shift": (shift_page, to_the_till),
    "to the bills": (begin, from_the_till("Bills")),
    "to the shift": (begin, from_the_till("Shift")),
}


def unlock(hands: Hands) -> None:
    hands.page.get_by_label("PIN, or password").fill(TILL_PIN)
    hands.page.keyboard.press("Enter")


@pytest.mark.parametrize("way", WAYS)
def test_scan_at_any_moment_between_pages_is_in_the_next_basket(hands: Hands, way: str) -> None:
    arrange, leave = WAYS[way]
    turn = [*WAYS].index(way)
    two = MOMENTS[turn % 3], MOMENTS[(turn + 1) % 3]
    for delay, pace in two if way != "receipt" else ON_THE_RECEIPT:
        arrange(hands)
        leave(hands)
        hands.page.wait_for_timeout(delay)
        hands.scan(pace)
        if way == "lock":
            unlock(hands)
        hands.see()
        pay(hands)
        expect(hands.counter.receipt).to_be_visible()
        to_the_till(hands)
        expect(hands.counter.lines).to_have_count(0)


@pytest.mark.parametrize(("times", "delay", "pace"), [(4, 450, 5), (6, 0, 5), (6, 1000, 20)])
def test_two_codes_in_a_row_on_a_slow_machine(hands: Hands, times: int, delay: int, pace: int) -> None:
    throttle(hands.page, times)
    receipt(hands)
    next_sale(hands)
    hands.page.wait_for_timeout(delay)
    hands.scan(pace)
    hands.scan(pace)
    hands.see(2)


@pytest.mark.parametrize("pace", PACES)
def test_second_scan_on_the_receipt_comes_while_the_first_brings_the_basket(hands: Hands, pace: int) -> None:
    for pause in (0, 220) if pace == PACES[0] else (100, 400):
        receipt(hands)
        hands.scan(pace)
        hands.page.wait_for_timeout(pause)
        hands.scan(pace)
        hands.see(2)


def test_scans_wait_for_an_answer_that_takes_a_second(hands: Hands) -> None:
    for delay in (0, 900):
        receipt(hands)
        answer_after(hands.page, 1000)
        next_sale(hands)
        hands.page.wait_for_timeout(delay)
        hands.scan()
        hands.scan(20)
        answer_after(hands.page, 0)
        hands.see(2)


def test_scans_wait_for_an_answer_that_never_comes(page: Page, ana: User, r1: Register) -> None:
    hands = Hands(Counter(page), goods())
    hands.counter.sign_in()
    hands.counter.open_shift()
    receipt(hands)
    unanswered: list[Route] = []
    intercept(page, "**/till", lambda route: unanswered.append(route), times=2)  # noqa: PLW0108
    with page.expect_request("**/till"):
        next_sale(hands)
    hands.scan()
    with page.expect_request("**/till"):
        unanswered[0].abort()
    expect(page.get_by_role("alert").filter(has_text="The server is away")).to_be_visible()
    hands.scan(20)
    unanswered[1].abort()
    hands.see(2)
    hands.each_is_rung_up_once()


def test_scan_while_an_outage_begins_or_ends_is_rung_up_on_the_page_that_opens(
    page: Page, ana: User, r1: Register
) -> None:
    till = Away(page)
    hands = Hands(till, goods())
    till.begin()
    for delay, pace in MOMENTS[:3]:
        page.context.set_offline(True)
        to_the_till(hands)
        page.wait_for_timeout(delay)
        hands.scan(pace)
        expect(till.paper.locator("tr")).to_contain_text([f"Thing {hands.scanned[-1]}"])
        page.get_by_label("Cash received").fill("1")
        page.get_by_role("button", name="Take cash").click()
        hands.scanned.pop()
        till.come_back()
        expect(till.kept).to_have_count(0, timeout=20_000)
        page.get_by_role("link", name="To the till").click()
        page.wait_for_timeout(delay)
        hands.scan(pace)
        hands.see()
    hands.each_is_rung_up_once()


def test_scan_begun_before_the_scripts_load_is_completed(hands: Hands) -> None:
    page, scripts = hands.page, re.compile(r"staff.*\.js")
    for prefix, suffix in (("", "\n"), ("]", "#")):
        Register.objects.update(scan_prefix=prefix, scan_suffix=suffix.strip())
        on_their_way: list[Route] = []
        page.route(scripts, lambda route: on_their_way.append(route), times=1)  # noqa: B023, PLW0108
        page.goto("/till", wait_until="commit")
        expect(page.get_by_label("Scan a code")).to_be_focused()
        first, second = (next(hands.codes) for _ in range(2))
        page.keyboard.type(f"{prefix}{first}{suffix}{prefix}{second[:6]}")
        for route in on_their_way:
            route.continue_()
        expect(page.locator("scan-box:defined")).to_be_attached()
        page.keyboard.type(f"{second[6:]}{suffix}")
        hands.scanned += [first, second]
        hands.see(2)


def test_typing_while_the_page_changes_goes_to_the_scan_box(hands: Hands) -> None:
    Register.objects.update(scan_pause=50)
    receipt(hands)
    answer_after(hands.page, 200)
    next_sale(hands)
    hands.page.keyboard.type("green te", delay=90)
    expect(hands.page.get_by_label("Scan a code")).to_have_value("green te")
    expect(hands.page.locator(".results__name")).to_have_text("Green tea")


def test_back_and_forward_show_the_pages_visited(hands: Hands) -> None:
    page = hands.page
    begin(hands)
    basket = page.url
    from_the_till("Bills")(hands)
    expect(page.get_by_role("heading", name="Bills")).to_be_visible()
    page.go_back()
    expect(hands.counter.lines).to_have_count(1)
    assert page.url == basket
    expect(page.get_by_label("Scan a code")).to_be_focused()
    page.go_forward()
    expect(page.get_by_role("heading", name="Bills")).to_be_visible()
    expect(page).to_have_title(re.compile("^Bills"))


def test_page_of_another_version_is_loaded_with_its_own_files(hands: Hands) -> None:
    page = hands.page
    page.route("**/shop.0123456789ab.css", lambda route: route.fulfill(body="", content_type="text/css"))
    page.evaluate(
        """() => {
          window.isOld = true;
          document.querySelector("[rel=stylesheet]").href = "/static/css/shop.0123456789ab.css";
        }"""
    )
    from_the_till("Bills")(hands)
    expect(page.get_by_role("heading", name="Bills")).to_be_visible()
    assert not page.evaluate("window.isOld")
