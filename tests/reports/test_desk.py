"""The desk: waiting tasks, today's takings, open tills, and the badge in the navigation."""

from decimal import Decimal as D
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from billing.codes import unknown_codes
from billing.drawer import counting, shifts
from billing.models import Register, Shift
from inventory.models import Product
from pos import clock
from reports.figures import attention, tills
from tests import cast
from tests.counter import sell
from tests.reports.books import booked_at
from tests.reports.test_pages import text_of
from tests.reports.test_until import at

BADGE = "topbar__waits"


def counts(manager: User) -> dict[str, int]:
    return {str(card.title): count for card, count in attention.counted(attention.CARDS, manager)}


def test_sign_in_opens_the_desk_for_a_manager_and_the_till_for_a_cashier(may_web: Client, ana_web: Client) -> None:
    assert may_web.get("/")["Location"] == "/desk"
    assert ana_web.get("/")["Location"] == "/till"


def test_sign_in_opens_the_till_for_a_manager_working_at_one(may_web: Client, shift: Shift) -> None:
    may_web.post("/shift/join", {"register": "R1"})
    assert may_web.get("/")["Location"] == "/till"


def test_cashier_has_no_desk(ana_web: Client) -> None:
    assert ana_web.get("/desk").status_code == 403


def test_desk_with_nothing_waiting_says_so_and_links_everything(may_web: Client, tea: Product) -> None:
    page = may_web.get("/desk")
    assert "Nothing waits for you." in text_of(page)
    for address in ("/approvals", "/codes", "/baskets", "/shifts", "/reports/oversold", "/reports/outage", "/jobs"):
        assert f'href="{address}"' in page.text
    assert BADGE not in page.text


def test_desk_counts_waiting_tasks(may: User, may_web: Client, ana: User, shift: Shift, r1: Register) -> None:
    unknown_codes.note("4260000000001", register=r1, by=ana)
    unknown_codes.note("4260000000002", register=r1, by=ana)
    cast.product("Jam", "3.90", "2", reorder_point=D(2))
    cast.product("Honey", "8.90", "3", reorder_point=D(2))
    crisps = cast.product("Crisps", "1.50", "0")
    sell((crisps, "1"), by=may, card="1.50")
    found = counts(may)
    assert found["Unknown codes"] == 2
    assert found["Running low"] == 1
    assert found["Sold without stock"] == 1
    assert '<a class="desk__card" href="/codes">' in may_web.get("/desk").text
    assert attention.in_badge(may) == 2
    assert BADGE in may_web.get("/bills").text


def test_badge_is_counted_at_most_every_ten_seconds_and_anew_on_the_desk(
    may: User, may_web: Client, r1: Register, django_assert_num_queries: Any
) -> None:
    assert attention.in_badge(may) == 0
    unknown_codes.note("4260000000001", register=r1, by=may)
    with django_assert_num_queries(0):
        assert attention.in_badge(may) == 0
    may_web.get("/desk")
    assert attention.in_badge(may) == 1


def test_only_the_last_close_of_a_till_is_reported_as_different(may: User, shift: Shift, r1: Register) -> None:
    counting.close_shift(shift.pk, counted=D("99.00"), by=may)
    assert counts(may)["Differences at the last close"] == 1
    again = shifts.open_shift(r1.code, opening_float=D("100.00"), by=may)
    counting.close_shift(again.pk, counted=D("100.00"), by=may)
    assert counts(may)["Differences at the last close"] == 0


def test_all_cards_are_counted_by_one_statement(may: User) -> None:
    with CaptureQueriesContext(connection) as asked:
        attention.counted(attention.CARDS, may)
    assert len(asked) == 1


def test_cashier_pages_and_fragments_do_not_ask_for_the_badge(
    may: User, may_web: Client, ana_web: Client, shift: Shift, tea: Product
) -> None:
    ana_web.post("/shift/join", {"register": "R1"})
    may_web.post("/shift/join", {"register": "R1"})
    basket = may_web.get("/till", follow=True).context["basket"].pk
    htmx = {"HX-Request": "true"}
    with CaptureQueriesContext(connection) as of_cashier:
        ana_web.get("/bills")
    with CaptureQueriesContext(connection) as of_scan:
        may_web.post(f"/till/{basket}/scan", {"code": "4006381333931", "version": "1"}, headers=htmx)
    attention.count_badge_anew(may)
    with CaptureQueriesContext(connection) as of_manager:
        may_web.get("/bills")
    assert not badge_queries(of_cashier)
    assert not badge_queries(of_scan)
    assert badge_queries(of_manager) == 1


def badge_queries(asked: CaptureQueriesContext) -> int:
    return sum("AS waiting" in query["sql"] for query in asked.captured_queries)


def test_takings_are_compared_with_last_week_up_to_the_same_hour(settings: Any, may: User) -> None:
    booked_at(at("2026-11-21 16:00"), "25.00")
    booked_at(at("2026-11-21 16:20"), "12.50")
    booked_at(at("2026-11-28 16:05"), "37.50")
    settings.DEBUG = True
    with clock.set_to(at("2026-11-28 16:10")):
        page = cast.signed_in(may).get("/desk")
    assert (page.context["revenue"].revenue, page.context["before"].revenue) == (D("37.50"), D("25.00"))
    assert "Sat 21 Nov. until 16:10: €25.00" in text_of(page)


def test_open_tills_are_listed_with_cashier_and_last_bill(may: User, shift: Shift, tea: Product) -> None:
    cast.till("R2")
    sell((tea, "1"), by=may, card="12.50")
    last = sell((tea, "1"), by=may, card="12.50")
    front, other = tills.now()
    assert (front.register.code, front.shift, front.last_bill) == ("R1", shift, last)
    assert (other.register.code, other.shift, other.last_bill) == ("R2", None, None)


def test_navigation_hides_pages_that_are_not_installed(may_web: Client, ana_web: Client) -> None:
    assert 'href="/desk"' in may_web.get("/bills").text
    assert 'href="/desk"' not in ana_web.get("/bills").text


@pytest.mark.parametrize("card", attention.CARDS, ids=lambda card: card.page)
def test_each_card_opens_a_page(card: attention.Card, may_web: Client) -> None:
    assert may_web.get(card.address).status_code == 200
