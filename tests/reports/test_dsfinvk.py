"""The export for the tax office passes the package's validator, and its sums equal the Z's and the journal's."""

import csv
import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal as D
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from dsfinvk.validate import validate_zip  # type: ignore[import-untyped]

from accounts.models import User
from billing.drawer import cash_by_hand
from billing.models import Bill, Shift
from billing.order import Order, Tendered, Wanted
from billing.returns import exchanges
from billing.returns.exchanges import Exchange
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from pos import calendar, clock
from pos.models import StoreSettings
from reports.journal import days
from reports.tax_office import vat
from reports.tax_office.closing import parts
from tests import cast
from tests.counter import sell
from tests.reports.shop_day import Day, goods

Rows = dict[str, list[dict[str, str]]]


def number(text: str) -> D:
    return D(text.replace(".", "").replace(",", "."))


def read(file: Path) -> Rows:
    with ZipFile(file) as archived:
        names = [name for name in archived.namelist() if name.endswith(".csv")]
        return {
            name.removesuffix(".csv"): list(csv.DictReader(StringIO(archived.read(name).decode()), delimiter=";"))
            for name in names
        }


def summed(rows: list[dict[str, str]], amount: str, *by: str) -> dict[tuple[str, ...], D]:
    found: dict[tuple[str, ...], D] = defaultdict(D)
    for row in rows:
        found[tuple(row[name] for name in by)] += number(row[amount])
    return found


def a_day_with_everything(by: User) -> None:
    """Random sales, cards, points, refunds and split payments; always an exchange, a discount and cash by hand."""
    dice = random.Random(12)
    StoreSettings.change(
        by="may", require_pin_for_points=False, shop_address="Am Markt 1\n10115 Berlin", tax_number="DE 123456789"
    )
    shelf = goods(dice)
    day = Day(dice, by, shelf, [cast.MemberFactory.create()])
    key, bill = uuid4(), sell((shelf[0], "2"), by=by, cash="500.00", discount_percent=D(10))
    given = [Tendered("cash", D(500))]
    back = Wish(key, bill.number, [Returned(1, D(1), to_stock=True)], [], "too small")
    exchanges.exchange(Exchange(back, Order(key, [Wanted(D(3), shelf[0].pk)], given, register="R1")), cashier=by)
    day.card()
    day.happen(50)
    for kind in ("pay_in", "pay_out", "drop", "no_sale"):
        cash_by_hand.move_cash(bill.shift_id, kind=kind, amount=D(3), reason="stamps", by=by)
    day.close()


def exported(day: date, file: Path) -> Rows:
    call_command("export_dsfinvk", day.isoformat(), day.isoformat(), str(file), stderr=StringIO(), stdout=StringIO())
    return read(file)


@pytest.mark.django_db
def test_day_is_valid_and_its_sums_equal_the_z_and_the_journal(
    may: User, tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DEBUG = True
    settings.SIGNING_DEVICE, settings.SIGNING_FOLDER = "simulated", str(tmp_path / "device")
    today = calendar.today() - timedelta(days=1)
    with clock.set_to(calendar.beginning(today, 12)):
        a_day_with_everything(may)
    rows = exported(today, tmp_path / "day.zip")
    capsys.readouterr()
    assert validate_zip(tmp_path / "day.zip") == []
    assert capsys.readouterr().out == "", "the validator prints what it finds in a field"

    zs = {shift.register.code: shift.z for shift in Shift.objects.select_related("register", "z")}
    assert set(zs) == {row["Z_KASSE_ID"] for row in rows["cashpointclosing"]} == {"R1", "R2"}
    revenue = [row for row in rows["businesscases"] if row["GV_TYP"] == "Umsatz"]
    counted = summed(rows["cash_per_currency"], "ZAHLART_BETRAG_WAEH", "Z_KASSE_ID")
    for code, z in zs.items():
        assert summed(revenue, "Z_UMS_BRUTTO", "Z_KASSE_ID")[code,] == D(z.document["total"])
        for tax in z.document["taxes"]:
            of_key = [row for row in revenue if row["UST_SCHLUESSEL"] == str(vat.key_of(D(tax["rate"])))]
            assert summed(of_key, "Z_UMS_NETTO", "Z_KASSE_ID")[code,] == D(tax["base"])
            assert summed(of_key, "Z_UST", "Z_KASSE_ID")[code,] == D(tax["tax"])
        assert counted[code,] == D(z.document["cash"]["counted"])
    assert_agrees_with_the_journal(rows, days.of(today))
    assert_bons_add_up(rows)
    signed = {row["BON_ID"]: row for row in rows["transactions_tse"]}
    assert set(signed) == set(Bill.objects.values_list("number", flat=True))
    assert {row["TSE_TA_FEHLER"] for row in signed.values()} == {"SIMULATED"}
    assert {row["TSE_ID"] for row in signed.values()} == {row["TSE_ID"] for row in rows["tse"]} == {"1"}
    assert all(row["TSE_VORGANGSDATEN"].startswith("Beleg^") and row["TSE_TA_SIG"] for row in signed.values())
    closing = rows["cashpointclosing"][0]
    address = closing["STRASSE"], closing["PLZ"], closing["ORT"], closing["USTID"], closing["STNR"]
    assert address == ("Am Markt 1", "10115", "Berlin", "DE123456789", "")
    assert {row["UST_SCHLUESSEL"] for row in rows["vat"]} == {"1", "2", "5", "6"}


def assert_agrees_with_the_journal(rows: Rows, journal: dict[str, Any]) -> None:
    booked: dict[str, D] = defaultdict(D)
    for line in (line for entry in journal["entries"] for line in entry["lines"]):
        booked[line["role"]] += D(line["debit"]) - D(line["credit"])
    cases = summed(rows["businesscases"], "Z_UMS_BRUTTO", "GV_TYP", "GV_NAME")
    of_kind = summed(rows["businesscases"], "Z_UMS_BRUTTO", "GV_TYP")
    assert {kind for (kind,) in of_kind} >= {
        *("Umsatz", "MehrzweckgutscheinKauf", "MehrzweckgutscheinEinloesung", "Anfangsbestand", "Geldtransit"),
        *("Einzahlung", "Auszahlung", "DifferenzSollIst"),
    }
    assert of_kind["Umsatz",] == -booked["revenue"] - booked["tax"]
    assert of_kind["Einzahlung",] == -booked["pay_in"]
    assert of_kind["Auszahlung",] == -booked["pay_out"]
    assert of_kind["Geldtransit",] == -booked["safe"]
    assert of_kind["DifferenzSollIst",] == -booked["over"] - booked["short"]
    # the journal also has the points that sales earned
    spent = sum(amount for (_kind, name), amount in cases.items() if name == "Points")
    assert spent == -booked["points"] - booked["points_granted"]
    vouchers = of_kind["MehrzweckgutscheinKauf",] + of_kind["MehrzweckgutscheinEinloesung",] - spent
    corrected = booked["cards_corrected"]
    assert vouchers == -booked["gift_card"] - booked["store_credit"] - corrected
    paid = summed(rows["payment"], "Z_ZAHLART_BETRAG", "ZAHLART_TYP", "ZAHLART_NAME")
    assert paid["Unbar", "Card"] == booked["tender"] and paid["Unbar", "Exchange"] == 0
    assert paid["Bar", "Cash"] == booked["cash"]


def assert_bons_add_up(rows: Rows) -> None:
    """Headers, taxes, positions, payments and the closing agree; each row belongs to a Bon."""
    place = ("Z_KASSE_ID", "Z_NR", "BON_ID")
    heads = summed(rows["transactions"], "UMS_BRUTTO", *place)
    assert len(heads) == len(rows["transactions"])
    for file, column in (
        *(("transactions_vat", "BON_BRUTTO"), ("lines_vat", "POS_BRUTTO"), ("datapayment", "BASISWAEH_BETRAG")),
    ):
        found = summed(rows[file], column, *place)
        assert {bon: total for bon, total in heads.items() if total} == {bon: n for bon, n in found.items() if n}
    prices = summed(rows["itemamounts"], "PF_BRUTTO", *place, "POS_ZEILE")
    lines = summed(rows["lines_vat"], "POS_BRUTTO", *place, "POS_ZEILE")
    assert prices and all(lines[line] == amount for line, amount in prices.items())
    assert {row["TYP"] for row in rows["itemamounts"]} == {"base_amount", "discount"}
    known = {row["BON_ID"] for row in rows["transactions"]}
    refunds = Bill.objects.filter(original__isnull=False).values_list("number", "original__number")
    assert {(row["BON_ID"], row["REF_BON_ID"]) for row in rows["references"]} >= set(refunds)
    assert all(row["BON_ID"] in known and row["REF_BON_ID"] in known for row in rows["references"])
    opened = next(row for row in rows["transactions"] if row["BON_TYP"] == "AVSonstige")
    assert (opened["UMS_BRUTTO"], opened["BON_NOTIZ"]) == ("0,00", "stamps")


@pytest.mark.django_db
def test_period_without_a_closed_shift_is_refused_and_leaves_no_file(shift: Shift, tmp_path: Path) -> None:
    today = calendar.today()
    for first, last, why in ((today, today, "No shift"), (today, today - timedelta(days=1), "before the first")):
        with pytest.raises(CommandError, match=why):
            call_command("export_dsfinvk", first.isoformat(), last.isoformat(), str(tmp_path / "a.zip"))
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "a.zip").write_text("mine")
    with pytest.raises(CommandError, match="is there already"):
        call_command("export_dsfinvk", today.isoformat(), today.isoformat(), str(tmp_path / "a.zip"))


def test_tax_rate_outside_the_standard_gets_its_own_key_and_name() -> None:
    for rate, key in (("0.19", 1), ("0.07", 2), ("0", 6), ("0.2", 21_000), ("0.08875", 9_875)):
        assert vat.key_of(D(rate)) == key
        assert vat.rate_of(key) == D(rate)
    assert vat.name_of(21_000) == "Rate of 20%"


def test_address_is_split_into_its_parts_where_possible() -> None:
    assert parts("Am Markt 1\r\n D-10115  Berlin ") == ("Am Markt 1", "10115", "Berlin")
    assert parts("12 High Street, Leeds") == ("12 High Street, Leeds", "", "")
