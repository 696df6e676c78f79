"""Shifts and cash: opening, moving cash, closing, and what is refused."""

from collections.abc import Callable
from decimal import Decimal as D
from typing import Any

import pytest

from accounts.models import User
from billing.drawer import cash_by_hand, counting, shifts
from billing.models import Register, Shift
from inventory.models import Product
from pos.errors import Invalid, Refused
from pos.models import StoreSettings
from tests.counter import sell
from tests.proof import assert_books_are_right
from tests.traces import traces

AUDIT = "accounts_auditentry"  # records refused counts and attempts to take more cash than there is
NO_AMOUNTS = [D("-0.01"), D("0.001"), D("NaN"), D("sNaN"), D("Infinity"), D("1e400"), D("1000000000")]


def refused(deed: Callable[[], Any], *but: str) -> Refused:
    before = traces(*but)
    with pytest.raises(Refused) as error:
        deed()
    assert traces(*but) == before
    return error.value


def test_shift_from_float_to_count(shift: Shift, tea: Product, ana: User) -> None:
    sell((tea, "2"), by=ana, cash="30.00")
    cash_by_hand.move_cash(shift.pk, kind="pay_in", amount=D("20.00"), reason="coins", by=ana)
    cash_by_hand.move_cash(shift.pk, kind="pay_out", amount=D("5.50"), reason="stamps", by=ana)
    cash_by_hand.move_cash(shift.pk, kind="no_sale", amount=D("9.00"), reason="a look", by=ana)
    z = counting.close_shift(shift.pk, counted=D("139.00"), by=ana)
    cash = z.document["cash"]
    assert (z.number, cash["expected"], cash["counted"], cash["difference"]) == (1, "139.50", "139.00", "-0.50")
    assert [row["amount"] for row in cash["movements"]] == ["20.00", "-5.50", "0.00"]
    assert_books_are_right()


def test_grand_total_continues_from_shift_to_shift(r1: Register, tea: Product, ana: User) -> None:
    totals = []
    for _ in range(3):
        opened = shifts.open_shift("R1", opening_float=D(0), by=ana)
        sell((tea, "1"), by=ana, card="12.50")
        z = counting.close_shift(opened.pk, counted=D(0), by=ana)
        totals.append((z.number, z.document["first_bill"], z.document["grand_total"]))
    assert totals == [(1, "R1-000001", "12.50"), (2, "R1-000002", "25.00"), (3, "R1-000003", "37.50")]
    assert_books_are_right()


def test_z_report_never_changes_once_stored(shift: Shift, tea: Product, ana: User) -> None:
    sell((tea, "1"), by=ana, cash="12.50")
    z = counting.close_shift(shift.pk, counted=D("112.50"), by=ana)
    Product.objects.filter(pk=tea.pk).update(price="99.00")
    before = z.document
    z.refresh_from_db()
    assert z.document == {**before, "opened_at": z.document["opened_at"], "closed_at": z.document["closed_at"]}


def test_second_shift_at_an_open_register_is_refused(shift: Shift, ana: User) -> None:
    error = refused(lambda: shifts.open_shift("r1", opening_float=D(0), by=ana))
    assert (error.code, error.facts) == ("shift_is_open", {"shift": shift.pk})


@pytest.mark.parametrize("amount", NO_AMOUNTS)
def test_impossible_amount_of_cash_is_refused(shift: Shift, r1: Register, ana: User, amount: D) -> None:
    pay_in = {"kind": "pay_in", "reason": "coins", "by": ana}
    assert refused(lambda: cash_by_hand.move_cash(shift.pk, amount=amount, **pay_in)).code == "invalid"
    assert refused(lambda: counting.close_shift(shift.pk, counted=amount, by=ana)).code == "invalid"
    counting.close_shift(shift.pk, counted=D("100.00"), by=ana)
    assert refused(lambda: shifts.open_shift("R1", opening_float=amount, by=ana)).code == "invalid"


def test_cash_movement_needs_a_reason_and_an_amount(shift: Shift, ana: User) -> None:
    for kind, amount, reason in (("pay_in", "1.00", "  "), ("pay_in", "0.00", "coins"), ("pay_out", "0.00", "coins")):
        moved = {"kind": kind, "amount": D(amount), "reason": reason, "by": ana}
        assert refused(lambda moved=moved: cash_by_hand.move_cash(shift.pk, **moved)).code == "invalid"


def test_pay_out_cannot_exceed_the_cash_in_the_drawer(shift: Shift, may: User) -> None:
    more = {"kind": "pay_out", "amount": D("100.01"), "reason": "rent", "by": may}
    assert refused(lambda: cash_by_hand.move_cash(shift.pk, **more), AUDIT).code == "not_enough_cash"


def test_closed_shift_accepts_no_cash_and_no_sale(shift: Shift, tea: Product, ana: User) -> None:
    counting.close_shift(shift.pk, counted=D("100.00"), by=ana)
    coins = {"kind": "pay_in", "amount": D(1), "reason": "coins", "by": ana}
    assert refused(lambda: cash_by_hand.move_cash(shift.pk, **coins)).code == "no_open_shift"
    assert refused(lambda: counting.close_shift(shift.pk, counted=D(0), by=ana)).code == "no_open_shift"
    assert refused(lambda: sell((tea, "1"), by=ana, cash="12.50")).code == "no_open_shift"


def test_large_difference_needs_a_reason(shift: Shift, ana: User) -> None:
    StoreSettings.change(by="may", cash_difference_limit=D("2.00"))
    error = refused(lambda: counting.close_shift(shift.pk, counted=D("97.99"), by=ana, reason="  "), AUDIT)
    assert isinstance(error, Invalid)
    assert error.field == "reason"
    z = counting.close_shift(shift.pk, counted=D("97.99"), by=ana, reason="a coin fell behind the shelf")
    assert (z.document["cash"]["difference"], z.document["cash"]["reason"]) == ("-2.01", "a coin fell behind the shelf")


def test_difference_at_the_limit_needs_no_reason(shift: Shift, ana: User) -> None:
    assert counting.close_shift(shift.pk, counted=D("95.00"), by=ana).number == 1


@pytest.mark.parametrize("unknown", [0, 10**30])
def test_unknown_shift_is_refused(db: None, ana: User, unknown: int) -> None:
    assert refused(lambda: counting.close_shift(unknown, counted=D(0), by=ana)).code == "invalid"


def test_drawer_holding_more_than_the_largest_amount_still_closes(shift: Shift, ana: User, may: User) -> None:
    for _ in range(2):
        cash_by_hand.move_cash(shift.pk, kind="pay_in", amount=D("999999999.00"), reason="the vault", by=ana)
    z = counting.close_shift(shift.pk, counted=D("999999999.00"), by=may, reason="I stopped counting")
    assert z.document["cash"]["expected"] == "2000000098.00"
    assert_books_are_right()
