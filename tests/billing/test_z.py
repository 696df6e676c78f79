"""A Z reports all of its shift and nothing of another; its seal covers every Z before it."""

import hashlib
from decimal import Decimal as D
from typing import Any

from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import ApprovalRule, User
from billing.basket import baskets, lines
from billing.drawer import cash, cash_by_hand, counting, shifts, zreport
from billing.models import Register, Shift, ZReport
from billing.receipts import copies
from billing.stored_value import gift_cards
from inventory.models import Product
from pos.models import StoreSettings
from tests import cast
from tests.counter import sell
from tests.proof import assert_books_are_right

MANY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["R1", "R2"]),
        st.sampled_from(["ana", "ben", "may"]),
        st.sampled_from(["cash", "card", "pay_in", "pay_out", "no_sale"]),
        st.integers(1, 3),
    ),
    max_size=12,
)


def close(shift: Shift, by: User) -> ZReport:
    return counting.close_shift(shift.pk, counted=cash.expected_cash(shift), by=by)


def test_z_names_the_shop_and_counts_removed_lines(
    shift: Shift, r1: Register, tea: Product, milk: Product, ana: User, ana_web: Client
) -> None:
    StoreSettings.change(by="may", shop_name="Tea & More", tax_number="DE 123")
    basket = baskets.start(r1, ana)
    line = baskets.add(basket.pk, tea.pk)
    baskets.add(basket.pk, milk.pk)
    basket.refresh_from_db()
    lines.remove(basket.pk, line.pk, version=basket.version, by=ana)
    dropped = baskets.start(r1, ana)
    baskets.add(dropped.pk, milk.pk)
    dropped.refresh_from_db()
    baskets.drop(dropped.pk, version=dropped.version, by=ana)
    sell((tea, "2"), by=ana, cash="30.00", discount_percent=D(5))
    elsewhere = baskets.start(cast.till("R2"), ana)
    baskets.add(elsewhere.pk, tea.pk)
    found = zreport.figures(shift)
    assert found["voids"] == {"lines": 2, "baskets": 1, "unpaid": 1}
    z = close(shift, ana)
    assert z.document["voids"] == found["voids"]
    assert z.document["shop"] == {"name": "Tea & More", "address": "", "tax_number": "DE 123"}
    assert (z.document["gross"], z.document["total"]) == ("25.00", "23.75")
    page = ana_web.get(f"/shifts/{shift.pk}/z").content.decode()
    for said in ("Tea &amp; More", "DE 123", "Baskets not paid", z.seal):
        assert said in page
    later = shifts.open_shift("R1", opening_float=D(0), by=ana)
    assert zreport.figures(later)["voids"] == {"lines": 0, "baskets": 0, "unpaid": 1}


def test_seal_covers_the_previous_seal_and_can_be_recomputed(
    r1: Register, tea: Product, ana: User, ana_api: Client
) -> None:
    for _ in range(3):
        shift = shifts.open_shift("R1", opening_float=D("10.00"), by=ana)
        sell((tea, "1"), by=ana, cash="12.50")
        close(shift, ana)
    before = b""
    for z in ZReport.objects.order_by("number"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT document::text FROM billing_zreport WHERE id = %s", [z.pk])
            (text,) = cursor.fetchone()
        before = hashlib.sha256(before + f"{z.number} {text}".encode()).digest()
        assert bytes(z.digest) == before
        told = ana_api.get(f"/api/v1/shifts/{z.shift_id}/report").json()
        assert (told["kind"], told["digest"]) == ("Z", before.hex())


def test_each_register_has_its_own_chain_of_seals(r1: Register, ana: User) -> None:
    cast.till("R2")
    for code in ("R1", "R2", "R1"):
        close(shifts.open_shift(code, opening_float=D(0), by=ana), ana)
    assert_books_are_right()


def test_x_report_can_be_read_any_time_and_changes_nothing(
    shift: Shift, tea: Product, ana: User, ana_api: Client
) -> None:
    address = f"/api/v1/shifts/{shift.pk}/report"
    first, again = ana_api.get(address).json(), ana_api.get(address).json()
    assert first == again
    sell((tea, "1"), by=ana, cash="20.00")
    told = ana_api.get(address).json()
    assert (told["kind"], told["number"], told["digest"]) == ("X", None, None)
    assert told["figures"]["sales"] == 1
    assert told["figures"]["cash"]["expected"] is None
    assert not ZReport.objects.exists()


def test_z_of_a_till_handed_over_tells_who_did_what(
    shift: Shift, tea: Product, milk: Product, ana: User, ben: User, ana_web: Client
) -> None:
    """Ana opens the shift, Ben joins and continues; one Z tells what each of them did."""
    ApprovalRule.objects.create(role="cashier", action="others_drawer", allow_up_to=None)
    ben_web = cast.signed_in(ben)
    sell((tea, "1"), by=ana, cash="12.50")
    ana_web.post("/lock")
    assert ben_web.post("/shift/join", {"register": "R1"}).status_code == 302
    sell((milk, "2"), by=ben, cash="4.00")
    ben_web.post(f"/shifts/{shift.pk}/cash", {"kind": "pay_out", "amount": "10.00", "reason": "stamps"})
    copies.printed(sell((milk, "1"), by=ben, card="2.00").number, kind="receipt", by=ben)
    gift_cards.sell(shift.bills.get(sequence=1).key, register="R1", amount=D(20), tender="cash", by=ben)
    z = counting.close_shift(shift.pk, counted=D("126.50"), by=ben).document
    assert (z["opened_by"], z["closed_by"]) == ("ana", "ben")
    assert [(row["cashier"], row["sales"], row["total"]) for row in z["cashiers"]] == [
        ("ana", 1, "12.50"),
        ("ben", 2, "6.00"),
    ]
    assert [(row["by"], row["kind"], row["amount"]) for row in z["cash"]["movements"]] == [("ben", "pay_out", "-10.00")]
    assert (z["total"], z["stored_value"]["sold"], z["cash"]["difference"]) == ("18.50", "20.00", "0.00")
    assert_books_are_right()


@MANY
@given(DEEDS)
def test_each_z_holds_only_its_own_till_whatever_three_people_do(
    r1: Register, ana: User, ben: User, may: User, deeds: list[Any]
) -> None:
    bun = cast.product("Bun", "2.00", "100")
    people, tills = {"ana": ana, "ben": ben, "may": may}, ("R1", cast.till("R2").code)
    turns = {code: shifts.open_shift(code, opening_float=D("100.00"), by=may) for code in tills}
    sums: dict[str, dict[str, D]] = {code: {"sold": D(0), "drawer": D(100)} for code in tills}
    for code, who, what, many in deeds:
        amount = D(2 * many)
        if what in ("cash", "card"):
            sell((bun, str(many)), by=people[who], register=code, **{what: str(amount)})  # type: ignore[arg-type]
            sums[code]["sold"] += amount
        else:
            cash_by_hand.move_cash(turns[code].pk, kind=what, amount=amount, reason="a reason", by=may)
        sums[code]["drawer"] += {"cash": amount, "pay_in": amount, "pay_out": -amount}.get(what, D(0))
    for code, shift in turns.items():
        z = counting.close_shift(shift.pk, counted=sums[code]["drawer"], by=may).document
        mine = [deed for deed in deeds if deed[0] == code]
        assert (D(z["total"]), D(z["cash"]["difference"])) == (sums[code]["sold"], D(0))
        assert sum(D(row["total"]) for row in z["cashiers"]) == sums[code]["sold"]
        assert {row["cashier"] for row in z["cashiers"]} == {deed[1] for deed in mine if deed[2] in ("cash", "card")}
        assert z["no_sales"] == sum(deed[2] == "no_sale" for deed in mine)
        assert len(z["cash"]["movements"]) == sum(deed[2] in ("pay_in", "pay_out", "no_sale") for deed in mine)
    assert_books_are_right()
