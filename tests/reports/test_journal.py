"""The daily journal: balanced, equal to the bills and Zs, and the same whenever it is read."""

import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.db.models import F, Q, Sum
from django.test import Client

from accounts.models import User
from billing.models import Bill, BillLine, BillTax, CashMovement, Payment, Register, Shift, StoredValue
from billing.stored_value import gift_cards
from members import points
from members.models import Member, PointsEntry
from pos import calendar, clock
from pos.models import StoreSettings
from reports.figures import periods
from reports.journal import accounts, days, files
from reports.models import AccountNumber, JournalDay
from tests import cast
from tests.at_once import at_once
from tests.counter import sell
from tests.proof import assert_books_are_right
from tests.reports.shop_day import Day, goods

pytestmark = pytest.mark.django_db
Sums = dict[tuple[str, str], D]


def at_noon(day: date) -> datetime:
    return calendar.beginning(day, 0) + timedelta(hours=12)


@pytest.fixture(autouse=True)
def clock_can_be_set(settings: Any) -> None:
    settings.DEBUG = True


@pytest.fixture
def yesterday() -> date:
    """The last day that may be final; the first minutes after midnight settle the day before."""
    return calendar.business_date(clock.now() - days.SETTLED, 0) - timedelta(days=1)


def total(rows: Any, amount: Any = "amount", **only: Any) -> D:
    return rows.filter(**only).aggregate(sum=Sum(amount, default=D(0)))["sum"]


def sums_of(document: dict[str, Any]) -> Sums:
    """Debits less credits of each account."""
    found: Sums = defaultdict(D)
    for entry in document["entries"]:
        for line in entry["lines"]:
            found[line["role"], line["detail"]] += D(line["debit"]) - D(line["credit"])
    return found


@pytest.mark.parametrize("seed", range(6))
def test_journal_of_random_days_balances_and_agrees_with_bills_drawers_and_zs(
    seed: int, settings: Any, may: User
) -> None:
    dice = random.Random(seed)
    settings.CURRENCY = "CHF" if seed % 2 else "EUR"  # cash in steps of 0.05
    StoreSettings.change(by="may", prices_include_tax=seed % 3 > 0, require_pin_for_points=False)
    today = calendar.today()
    of_days = [today - timedelta(days=n) for n in (3, 2)]
    with clock.set_to(at_noon(of_days[0]) - timedelta(hours=1)):
        shelf, members = goods(dice), [cast.MemberFactory.create() for _n in range(2)]
    for day in of_days:
        with clock.set_to(at_noon(day)):
            shop = Day(dice, may, shelf, members)
            shop.sale()
            shop.happen(40)
            shop.close()
    owed_before: dict[str, str] = {}
    for day in of_days:
        journal = days.handed_over(day)
        assert journal["final"]
        for entry in journal["entries"]:
            sides = [[D(line[side]) for line in entry["lines"]] for side in ("debit", "credit")]
            assert sum(sides[0]) == sum(sides[1]) == D(entry["sum"])
            assert not entry["lines"] or all(a or b for a, b in zip(*sides, strict=True))
        assert_agrees(sums_of(journal), day)
        for row in journal["owed"]:
            assert D(row["opening"]) == D(owed_before.get(row["kind"], "0"))
            owed_before[row["kind"]] = row["closing"]
    for kind in ("gift_card", "store_credit"):
        assert D(owed_before[kind]) == total(StoredValue.objects, "balance", kind=kind)
    assert D(owed_before["points"]) == total(Member.objects, "points")
    assert_books_are_right()


def assert_agrees(sums: Sums, day: date) -> None:
    bills = Bill.objects.filter(business_date=day)
    taxes = BillTax.objects.filter(bill__in=bills)
    for rate, base, tax in taxes.values_list("rate").annotate(Sum("base"), Sum("tax")):
        detail = accounts.rate_detail(rate)
        assert (sums["revenue", detail], sums["tax", detail]) == (-base, -tax)
    gross = -sum(amount for (role, _), amount in sums.items() if role in ("revenue", "tax"))
    zs = [shift.z.document for shift in Shift.objects.filter(business_date=day)]
    assert gross == total(bills, "total") == sum(D(z["total"]) for z in zs)
    payments = Payment.objects.filter(bill__in=bills)
    cards = sum(D(row["amount"]) for z in zs for row in z["stored_value"]["paid"] if row["method"] == "card")
    assert sums["tender", "card"] == total(payments, method="card") + cards
    assert sums["rounding", ""] == -total(bills, "cash_rounding")
    moves = CashMovement.objects.filter(shift__business_date=day)
    assert sums["pay_in", ""] == -total(moves, kind="pay_in")
    assert sums["pay_out", ""] == -total(moves, kind="pay_out")
    over = sum(D(z["cash"]["difference"]) for z in zs)
    assert sums["over", ""] + sums["short", ""] == -over
    counted = sum(D(z["cash"]["counted"]) for z in zs)
    before = total(Shift.objects.filter(business_date=day - timedelta(days=1)), "counted")
    assert sums["cash", ""] == counted - before
    lines = BillLine.objects.filter(bill__in=bills)
    cost = F("unit_cost") * F("quantity")
    assert sums["cost", ""] == total(lines, cost)
    kept = lines.filter(Q(to_shelf=None) | Q(to_shelf=True))
    assert sums["goods", ""] == -total(kept, cost)


def test_final_journal_is_never_changed(may: User, may_api: Client, may_web: Client, yesterday: date) -> None:
    tea = cast.product("Green tea", "12.50")
    with clock.set_to(at_noon(yesterday)):
        cast.till("R1")
        day = Day(random.Random(1), may, [tea], [])
        sell((tea, "2"), by=may, cash="30.00")
        day.close()
    address = f"/api/v1/journal?date={yesterday}"
    first, file = may_api.get(address), files.for_datev(periods.day(yesterday))
    assert first.status_code == 200 and first.json()["final"]
    accounts.enter({("revenue", "0"): ("8888", ""), ("cash", ""): ("1111", "")}, by=may)
    StoreSettings.change(by="may", shop_name="Another", cutoff_hour=5)
    assert may_api.get(address).content == first.content
    assert files.for_datev(periods.day(yesterday)) == file
    assert b"8888" not in file
    assert_books_are_right()


def test_account_numbers_apply_to_days_not_handed_over_yet(may: User, yesterday: date) -> None:
    tea = cast.product("Green tea", "12.50")
    with clock.set_to(at_noon(yesterday)):
        day = Day(random.Random(1), may, [tea], [])
        sell((tea, "1"), by=may, cash="12.50")
        day.close()
    assert {"1000", "8100"} <= numbers_on(yesterday)
    accounts.enter({("cash", ""): ("1600", ""), ("revenue", "0"): ("4100", "")}, by=may)
    assert {"1600", "4100"} <= numbers_on(yesterday)
    assert not JournalDay.objects.exists()


def numbers_on(day: date) -> set[str]:
    return {line["account"] for entry in days.of(day)["entries"] for line in entry["lines"]}


def test_day_with_an_open_shift_is_not_final_and_no_file_is_made(
    ana: User, may_web: Client, may_api: Client, shift: Shift, tea: Any
) -> None:
    today = calendar.today()
    sell((tea, "1"), by=ana, cash="20.00")
    told = may_api.get(f"/api/v1/journal?date={today}").json()
    assert (told["final"], told["entries"][0]["z"]) == (False, None)
    assert not JournalDay.objects.exists()
    for ending in ("csv", "xlsx", "datev"):
        refused = may_web.get(f"/reports/journal/days.{ending}?from={today}&to={today}")
        assert refused.status_code == 409
        assert "may still change" in refused.content.decode()


def test_shift_past_midnight_keeps_both_days_from_being_final(may: User, yesterday: date) -> None:
    before = yesterday - timedelta(days=1)
    tea = cast.product("Green tea", "12.50")
    with clock.set_to(at_noon(before)):
        day = Day(random.Random(1), may, [tea], [])
        sell((tea, "1"), by=may, cash="12.50")
    with clock.set_to(at_noon(yesterday)):
        sell((tea, "2"), by=may, cash="25.00")
        assert not days.is_final(before)
        day.close()
    for of_day, revenue in ((before, "12.50"), (yesterday, "25.00")):
        sums = sums_of(days.handed_over(of_day))
        assert (sums["revenue", "0"], days.is_final(of_day)) == (-D(revenue), True)
    z = Register.objects.get(code="R1").shifts.get().z
    assert D(z.document["total"]) == D("37.50")


def test_datev_file_follows_its_format(may: User, yesterday: date, settings: Any) -> None:
    settings.CURRENCY = "EUR"
    with clock.set_to(at_noon(yesterday)):
        shelf = goods(random.Random(5))
        shop = Day(random.Random(5), may, shelf, [cast.MemberFactory.create()])
        shop.sale()
        shop.happen(30)
        shop.by_hand()
        shop.close()
    accounts.enter({("year_begins", ""): ("7", ""), ("consultant", ""): ("29098", "")}, by=may)
    file = files.for_datev(periods.day(yesterday))
    rows = file.decode("cp1252").split("\r\n")
    assert rows.pop() == ""
    header = rows[0].split(";")
    assert header[:5] == ['"EXTF"', "700", "21", '"Buchungsstapel"', "13"]
    begins = yesterday.year if yesterday.month >= 7 else yesterday.year - 1
    assert (len(header), header[10], header[12:16]) == (
        31,
        "29098",
        [f"{begins}0701", "4", *[f"{yesterday:%Y%m%d}"] * 2],
    )
    assert rows[1].count(";") == rows[2].count(";") == 124
    booked: Sums = defaultdict(D)
    for row in rows[2:]:
        cells = row.split(";")
        amount = D(cells[0].replace(",", "."))
        assert cells[1] == '"S"' and amount > 0 and cells[9] == f"{yesterday:%d%m}"
        booked[cells[6], ""] += amount
        booked[cells[7], ""] -= amount
    expected: Sums = defaultdict(D)
    for entry in days.of(yesterday)["entries"]:
        for line in entry["lines"]:
            expected[line["account"], ""] += D(line["debit"]) - D(line["credit"])
    assert {place: amount for place, amount in booked.items() if amount} == {
        place: amount for place, amount in expected.items() if amount
    }


def test_reason_of_cash_moved_by_hand_is_in_the_file_and_quoted(may: User, may_web: Client, yesterday: date) -> None:
    with clock.set_to(at_noon(yesterday)):
        day = Day(random.Random(1), may, [], [])
        shift = Shift.objects.open().first()
        assert shift
        CashMovement.objects.create(shift=shift, kind="pay_out", amount=-5, reason="=stamps;", by=may)
        day.close()
    answer = may_web.get(f"/reports/journal/days.csv?from={yesterday}&to={yesterday}")
    lines = b"".join(answer).decode()  # type: ignore[arg-type]
    assert "'=stamps;" in lines
    assert "=stamps" in may_web.get(f"/reports/journal?day={yesterday}").content.decode()
    assert b'"=stamps;"' in files.for_datev(periods.day(yesterday))


def test_correction_of_a_card_and_of_points_is_booked_on_its_day(may: User, yesterday: date) -> None:
    with clock.set_to(at_noon(yesterday)):
        shop = Day(random.Random(3), may, [], [member := cast.MemberFactory.create()])
        shop.card()
        card = StoredValue.objects.get()
        before = card.balance
        points.adjust(member.pk, D(7), by=may, reason="sorry")
        gift_cards.adjust(shop.key(), card.pk, amount=D(3), reason="sorry", by=may)
        shop.close()
    journal = days.handed_over(yesterday)
    corrections = next(entry for entry in journal["entries"] if entry["number"] == yesterday.isoformat())
    assert {(line["role"], line["debit"], line["credit"]) for line in corrections["lines"]} == {
        ("points_granted", "7.00", "0.00"),
        ("points", "0.00", "7.00"),
        ("cards_corrected", "3.00", "0.00"),
        ("gift_card", "0.00", "3.00"),
    }
    cards = next(row for row in journal["owed"] if row["kind"] == "gift_card")
    assert (D(cards["issued"]), cards["corrected"], D(cards["closing"])) == (before, "3.00", before + 3)
    assert PointsEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_journal_asked_for_by_several_at_once_is_kept_once(may: User, yesterday: date) -> None:
    answers = at_once([lambda: days.handed_over(yesterday)] * 8)
    assert answers == [answers[0]] * 8
    assert JournalDay.objects.count() == 1


@pytest.mark.parametrize("asked", ["", "?date=never", "?date=2026-13-01", "?date=0000-01-01", "?day=2026-01-01"])
def test_journal_of_an_invalid_day_is_400(asked: str, may_api: Client) -> None:
    assert may_api.get(f"/api/v1/journal{asked}").status_code == 400


def test_journal_files_of_invalid_days_are_refused(may_web: Client, ana_web: Client, ana_api: Client) -> None:
    for asked in ("from=never", "from=2026-02-01&to=2026-01-01", "from=2020-01-01&to=2022-01-01"):
        assert may_web.get(f"/reports/journal/days.csv?{asked}").status_code == 400
    assert may_web.get("/reports/journal/days.doc?from=2020-01-01&to=2020-01-01").status_code == 404
    for path in ("/reports/journal", "/reports/journal/accounts", "/reports/journal/days.csv"):
        assert ana_web.get(path).status_code == 403
    assert ana_api.get("/api/v1/journal?date=2026-01-01").status_code == 403


def test_manager_edits_the_account_numbers(may_web: Client, may: User) -> None:
    page = may_web.get("/reports/journal/accounts?chart=skr04").content.decode()
    assert 'value="1600"' in page
    assert not AccountNumber.objects.exists()
    form = {
        f"{kind}_{n}": value
        for n, account in enumerate(accounts.edited("skr04"))
        for kind, value in (("number", account.number), ("key", account.tax_key))
    }
    assert may_web.post("/reports/journal/accounts", form).status_code == 302
    assert accounts.Numbers().of("cash").number == "1600"
    for wrong in ("12", "abcd", "1\x00000", "9" * 400, ""):
        refused = may_web.post("/reports/journal/accounts", {**form, "number_0": wrong})
        assert refused.status_code == 400
    assert accounts.Numbers().of("cash").number == "1600"
