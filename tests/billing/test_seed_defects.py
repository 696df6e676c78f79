"""Defects D01 to D22 of the first version: money, stock, points and the drawer."""

from datetime import date
from decimal import Decimal as D
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.models import User
from billing.drawer import cash_by_hand, counting, shifts
from billing.models import Bill, Register, Shift
from billing.pricing import Item, Terms, quote
from inventory.models import Product, Stock
from members import consents, points
from members.models import Member
from reports.audit import ledgers
from tests import cast
from tests.at_once import at_once
from tests.cast import PIN
from tests.counter import sell
from tests.proof import assert_books_are_right


def post(client: Client, *lines: tuple[Product, str], **more: Any) -> Any:
    body = {
        "lines": [{"product": product.pk, "quantity": quantity} for product, quantity in lines],
        "payments": [{"method": "cash", "amount": "200.00"}],
        **more,
    }
    key = str(body.pop("key", uuid4()))
    return client.post("/api/v1/bills", body, content_type="application/json", headers={"Idempotency-Key": key})


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.fixture
def hundred_points(vera: Member, may: User) -> Member:
    points.adjust(vera.pk, D("100.00"), by=may, reason="welcome")
    return vera


def test_seed_d01_three_times_one_tenth_over_is_exact() -> None:
    assert quote([Item(D("1.1"), D(3))], Terms()).total == D("3.30")
    assert quote([Item(D("19.99"), D(1))], Terms(vip_rate=D("0.15"))).total == D("16.99")


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "1e400", "-0.01", "sNaN"])
def test_seed_d02_impossible_amount_is_refused(
    ana_api: Client, tea: Product, hundred_points: Member, amount: str
) -> None:
    for asked in (
        post(ana_api, (tea, amount)),
        post(ana_api, (tea, "1"), member=hundred_points.pk, points=amount),
        post(ana_api, (tea, "1"), payments=[{"method": "cash", "amount": amount}]),
        post(ana_api, (tea, "1"), shown_total=amount),
    ):
        assert refused(asked)[0] == 400
    assert not Bill.objects.exists()


def test_seed_d03_two_lines_of_one_product_count_together(ana_api: Client, tea: Product) -> None:
    assert refused(post(ana_api, (tea, "6"), (tea, "6"))) == (409, "needs_approval")
    assert Stock.objects.get(pk=tea.pk).quantity == 10
    assert post(ana_api, (tea, "6"), (tea, "4")).status_code == 201
    assert Stock.objects.get(pk=tea.pk).quantity == 0


@pytest.mark.django_db(transaction=True)
def test_seed_d04_d15_last_units_are_sold_once(tea: Product, ana: User) -> None:
    for n in range(12):
        cast.till(f"R{n}")
        shifts.open_shift(f"R{n}", opening_float=D(0), by=ana)
    answers = at_once([lambda n=n: sell((tea, "1"), by=ana, register=f"R{n}", cash="12.50") for n in range(12)])
    assert sorted(type(answer).__name__ for answer in answers) == ["Bill"] * 10 + ["NeedsApproval"] * 2
    assert_books_are_right()


def test_seed_d06_changed_price_stops_a_sale_that_showed_the_old_one(ana_api: Client, tea: Product) -> None:
    Product.objects.filter(pk=tea.pk).update(price="13.00")
    answer = post(ana_api, (tea, "1"), shown_total="12.50")
    assert refused(answer) == (409, "total_changed")
    assert answer.json()["facts"]["total"] == "13.00"


def test_seed_d07_product_taken_off_sale_is_not_sold(ana_api: Client, tea: Product) -> None:
    Product.objects.filter(pk=tea.pk).update(is_active=False)
    assert refused(post(ana_api, (tea, "1"))) == (409, "not_for_sale")
    assert not Bill.objects.exists()


def test_seed_d08_empty_sale_takes_no_bill_number(ana_api: Client, tea: Product) -> None:
    assert refused(post(ana_api))[0] == 400
    assert post(ana_api, (tea, "1")).json()["number"] == "API-000001"


def test_seed_d09_points_beyond_the_price_are_not_spent(
    ana_api: Client, ana: User, tea: Product, hundred_points: Member
) -> None:
    consent = consents.give(hundred_points.pk, PIN, by=ana)
    answer = post(ana_api, (tea, "1"), member=hundred_points.pk, points="100.00", consent=consent)
    assert refused(answer) == (409, "points_exceed_due")
    assert Member.objects.get(pk=hundred_points.pk).points == 100


def test_seed_d10_sale_that_spends_points_still_earns_points(
    ana_api: Client, ana: User, tea: Product, hundred_points: Member
) -> None:
    consent = consents.give(hundred_points.pk, PIN, by=ana)
    bill = post(ana_api, (tea, "1"), member=hundred_points.pk, points="1.00", consent=consent).json()
    assert (bill["total"], bill["points_spent"], bill["points_earned"]) == ("10.62", "1.00", "1.44")


def test_seed_d11_points_are_earned_on_what_was_paid(ana_api: Client, vera: Member) -> None:
    ten = cast.product("Ten", "10.00")
    bill = post(ana_api, (ten, "1"), member=vera.pk).json()
    assert (bill["total"], bill["points_earned"]) == ("8.50", "1.27")


def test_seed_d14_points_without_a_member_are_refused(ana_api: Client, tea: Product) -> None:
    assert refused(post(ana_api, (tea, "1"), points="1.00"))[0] == 400


def test_seed_d16_database_refuses_a_second_open_shift(shift: Shift, ana: User) -> None:
    with pytest.raises(IntegrityError, match="one_open_shift_per_register"), transaction.atomic():
        Shift.objects.create(register=shift.register, business_date=date(2026, 1, 1), opened_by=ana)


def test_seed_d17_drawer_holds_only_cash_and_its_shift_ends_with_a_count(
    shift: Shift, tea: Product, milk: Product, ana: User
) -> None:
    sell((tea, "1"), by=ana, cash="20.00")
    sell((milk, "1"), by=ana, card="2.00")
    cash_by_hand.move_cash(shift.pk, kind="pay_out", amount=D("10.00"), reason="window cleaner", by=ana)
    z = counting.close_shift(shift.pk, counted=D("102.50"), by=ana)
    assert [row["amount"] for row in z.document["tenders"]] == ["20.00", "2.00"]
    assert (z.document["cash"]["expected"], z.document["cash"]["difference"]) == ("102.50", "0.00")
    assert_books_are_right()


@pytest.mark.parametrize("column", ["cashier_id", "register_id", "shift_id", "number", "sequence", "key", "terms_id"])
def test_seed_d18_database_refuses_an_incomplete_bill(shift: Shift, tea: Product, ana: User, column: str) -> None:
    sell((tea, "1"), by=ana, cash="12.50")
    names = [field.column for field in Bill._meta.concrete_fields if field.column != "id"]
    values = ["NULL" if name == column else name for name in names]
    with (
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match=f'"{column}".*not-null'),
        transaction.atomic(),
    ):
        cursor.execute(f"INSERT INTO billing_bill ({', '.join(names)}) SELECT {', '.join(values)} FROM billing_bill")


def test_seed_d19_same_post_twice_is_one_bill(ana_api: Client, tea: Product) -> None:
    key = uuid4()
    first, second = post(ana_api, (tea, "1"), key=key), post(ana_api, (tea, "1"), key=key)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Bill.objects.count() == 1


def test_seed_d20_bill_of_a_key_can_be_looked_up(ana_api: Client, tea: Product) -> None:
    key = uuid4()
    assert ana_api.get(f"/api/v1/bills/by-key/{key}").status_code == 404
    bill = post(ana_api, (tea, "1"), key=key).json()
    assert ana_api.get(f"/api/v1/bills/by-key/{key}").json() == bill


def test_seed_d22_every_ledger_records_when_and_who() -> None:
    by_table = {model._meta.db_table: {field.name for field in model._meta.fields} for model in apps.get_models()}
    parts = (
        "billline",
        "billtax",
        "billseal",
        "payment",
        "outagesale",
        "importedbill",
        "billsignature",
        "cashsignature",
    )
    parts_of_a_bill = {f"billing_{part}" for part in parts}
    lines = (
        "countline",
        "countlisting",
        "goodsreceiptline",
        "supplierreturnline",
        "transferline",
        "transferarrivalline",
    )
    parts_of_documents = {f"inventory_{line}" for line in lines}
    # written by PostgreSQL or the worker, so they name no person
    by_the_database = {"pos_ledgerrewriting", "inventory_pricechange", "reports_dayseal", "reports_journalday"}
    for table in set(ledgers.TABLES) - parts_of_a_bill - parts_of_documents - by_the_database:
        assert by_table[table] & {"at", "changed_at", "set_at"}, table
        assert by_table[table] & {"by", "actor", "cashier", "changed_by", "set_by", "asker", "shift"}, table


def test_seed_d51_minimal_body_sells(ana_api: Client, tea: Product) -> None:
    assert post(ana_api, (tea, "1")).json()["member"] is None
    assert Register.objects.get(code="API").last_sale == 1
