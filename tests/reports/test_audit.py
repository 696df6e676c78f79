"""The audit finds nothing in a busy shop, and finds each violation planted in it."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal as D
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from accounts.approvals.approvals import NeedsApproval
from accounts.models import Role, User
from billing.basket import baskets, paying
from billing.codes import card_spelling
from billing.drawer import cash_by_hand, counting, shifts
from billing.models import Bill, BillSeal, CashKind, Register
from billing.order import Order, Tendered, Wanted
from billing.returns import exchanges, refunds, without_receipt
from billing.returns.exchanges import Exchange
from billing.returns.refund_bill import Wish
from billing.returns.refundable import Returned
from billing.returns.without_receipt import Claim, Claimed
from billing.sale import sales
from billing.stored_value import gift_cards
from inventory.counting import booking, entries, sheets
from inventory.models import Product, TaxRate
from members import consents, points
from reports import audit
from reports.audit import guards, ledgers
from tests import cast
from tests.approving import granted
from tests.cast import PIN
from tests.counter import order, sell
from tests.inventory.test_buying_pages import PLANTED as OF_BUYING
from tests.inventory.test_locations import PLANTED as OF_LOCATIONS
from tests.inventory.test_transfers import OF_TRANSFERS
from tests.kept import kept
from tests.ledgers import ledgers_unlocked, plant
from tests.proof import assert_books_are_right, broken
from tests.reports.planted import FIRST, FORGED_CHAINS, OF, PLANTED
from tests.reports.test_audit_history import PLANTED as OF_HISTORY
from tests.reports.test_audit_outage import PLANTED as OF_OUTAGES

OF_THE_DATABASE = {"I19.rule", "I19.hint", "I19.guard", "I19.role", "I19.alone"}
CARD_KEY = UUID("6f1c0000-0000-4000-8000-000000000001")


def sold_out_of_a_basket(register: Register, product: Product, by: User) -> None:
    basket = baskets.start(register, by)
    baskets.add(basket.pk, product.pk)
    basket.refresh_from_db()
    paid = [Tendered("cash", D("20.00"))]
    paying.pay(basket.pk, paid, version=basket.version, shown_total=None, register=register.code, by=by)


def refunded_in_full(sale: Bill, by: User) -> None:
    back = [Returned(line.position, line.quantity) for line in sale.lines.all()]
    paid = [Tendered("card", D("10.00")), Tendered("cash", sale.total - sale.points_spent - D("10.00"))]
    refunds.refund(Wish(uuid4(), sale.number, back, paid, "did not like it", "R1"), cashier=by)


@pytest.fixture(scope="module")
def busy_shop_kept(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with kept(django_db_blocker, sell_this_and_that):
        yield


@pytest.fixture
def busy_shop(busy_shop_kept: None, db: None) -> None:
    """Built once for all tests."""


def sell_this_and_that() -> None:
    """Two closed shifts and an open one: tax, VIP, points, change, card, a basket, an API sale, a refund."""
    ana, may, r1 = cast.person("ana", name="Ana"), cast.person("may", role=Role.MANAGER, name="May"), cast.till("R1")
    tea = cast.product("Green tea", "12.50", "10", barcode="4006381333931")
    milk = cast.product("Milk", "2.00", "100", barcode="4011800525224")
    cheese = cast.product("Cheese", "20.00", "5", sold_by="weight")
    vera = cast.MemberFactory.create(name="Vera Vogel", email="vera@example.org", is_vip=True)
    Product.objects.filter(pk=tea.pk).update(tax_rate=TaxRate.objects.create(name="full", rate="0.19"))
    Product.objects.filter(pk=milk.pk).update(tax_rate=TaxRate.objects.create(name="less", rate="0.07"))
    points.adjust(vera.pk, D("50.00"), by=may, reason="welcome")
    first = shifts.open_shift("R1", opening_float=D("100.00"), by=ana)
    sell((tea, "2"), (milk, "3"), by=ana, cash="50.00")
    sell((cheese, "0.350"), by=ana, member=vera.pk, card="5.95")
    cash_by_hand.move_cash(first.pk, kind=CashKind.PAY_IN, amount=D("20.00"), reason="coins", by=ana)
    pieces = {D("50.00"): 3}
    counting.close_shift(first.pk, counted=D("150.00"), by=ana, reason="miscounted", pieces=pieces)
    second = shifts.open_shift("R1", opening_float=D("50.00"), by=ana)
    sold_out_of_a_basket(r1, tea, ana)
    counting.close_shift(second.pk, counted=D("62.50"), by=ana)
    shifts.open_shift("R1", opening_float=D("50.00"), by=ana)
    sell((milk, "1"), by=ana, card="2.00")
    consent = consents.give(vera.pk, PIN, by=ana)
    with_points = {"member": vera.pk, "points": D("4.00"), "consent": consent}
    sale = sell((tea, "2"), (milk, "1"), (cheese, "0.500"), by=ana, card="10.00", cash="50.00", **with_points)
    sell((tea, "1"), by=ana, member=vera.pk, card="5.00", cash="10.00")
    sell((milk, "2"), by=ana, register="API", cash="4.00")
    refunded_in_full(sale, ana)
    key = uuid4()
    swapped = Wish(key, FIRST, [Returned(1, D(1))], [Tendered("cash", D("10.50"))], "wrong one", "R1")
    taken = Order(key, [Wanted(D(1), milk.pk)], [], register="R1")
    exchanges.exchange(Exchange(swapped, taken), cashier=ana)
    without_receipt.refund(Claim(uuid4(), [Claimed(D(1), tea.pk)], "a gift", "R1"), cashier=may)
    gift_cards.sell(CARD_KEY, register="R1", amount=D("20.00"), tender="cash", by=ana)
    with_card = [Tendered("gift_card", D("2.00"), card_spelling.code_for(CARD_KEY))]
    sales.sell(Order(uuid4(), [Wanted(D(1), milk.pk)], with_card), cashier=ana)
    sold_without_stock(ana, may)
    beside_goods = [Tendered("card", D(32))]
    sales.sell(Order(uuid4(), [Wanted(D(1), milk.pk)], beside_goods, cards=[D(30)]), cashier=ana)
    counted_and_sold(ana, may)


def counted_and_sold(ana: User, may: User) -> None:
    """A stocktake booked after a sale, and another undone."""
    jam = cast.product("Jam", "3.00", "9")
    for found in ("8", "6"):
        sheet = sheets.open_sheet(by=may)
        entries.count(sheet, jam.pk, D(found), by=ana)
        sell((jam, "1"), by=ana, cash="3.00")
        booked = booking.book(sheet, by=may)
    booking.undo(booked.sheet, reason="the wrong shelf", by=may)


def sold_without_stock(ana: User, may: User) -> None:
    """Sold by a cashier with a manager's approval, and by the manager."""
    crisps = cast.product("Crisps", "1.00", "0")
    asked = order((crisps, "1"), register="API", cash="1.00")
    with pytest.raises(NeedsApproval) as needed:
        sales.sell(asked, cashier=ana)
    sales.sell(replace(asked, approvals=[granted(needed.value, ana)]), cashier=ana)
    sell((crisps, "2"), by=may, register="API", cash="2.00")


def told(*arguments: str) -> Any:
    out = StringIO()
    call_command("audit", *arguments, stdout=out)
    return out.getvalue()


def test_audit_of_a_busy_shop_finds_nothing(busy_shop: None) -> None:
    assert_books_are_right()


@pytest.mark.parametrize("code", PLANTED)
def test_planted_violation_is_found_and_nothing_else(busy_shop: None, code: str) -> None:
    plant([*PLANTED[code], *([] if code.startswith("I16") else FORGED_CHAINS)])
    found = broken()
    if any("DROP " in statement for statement in PLANTED[code]):
        found.pop("I19.guard")  # dropping the guard to plant the violation is reported as well
    assert list(found) == [code]


@pytest.mark.parametrize(
    "change",
    [
        "document = jsonb_set(document, '{opened_by}', '\"ben\"')",
        "document = document - 'shop'",
        "document = jsonb_set(document, '{taxes,0,rate}', '\"0.190\"')",
        "digest = sha256('')",
        "digest = sha256(convert_to(number || ' ' || document::text, 'UTF8'))",
    ],
)
def test_change_of_any_part_of_a_z_breaks_the_chain(busy_shop: None, change: str) -> None:
    plant([f"UPDATE billing_zreport SET {change} WHERE number = 2"])
    assert broken()["I16"] == ["R1 Z 2"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE billing_billline SET name = 'Grey tea' WHERE position = 1",
        "UPDATE billing_billline SET unit_cost = 0.01 WHERE position = 1",
        "UPDATE billing_billtax SET rate = rate + 0.001",
        "UPDATE billing_payment SET reference = '4711'",
        "UPDATE billing_bill SET at = at + interval '1 second'",
    ],
)
def test_change_of_any_part_of_a_bill_breaks_its_seal(busy_shop: None, change: str) -> None:
    joined = " AND " if "WHERE" in change else " WHERE "
    column = "id" if "billing_bill SET" in change else "bill_id"
    plant([f"{change}{joined}{column} = {OF.format(FIRST)}"])
    assert broken()["I16.bills"] == [f"bill {FIRST}"]


def test_replaced_seal_of_a_bill_breaks_the_next_one(busy_shop: None) -> None:
    plant([f"UPDATE billing_billseal SET digest = sha256('') WHERE bill_id = {OF.format(FIRST)}"])
    assert broken() == {"I16.bills": [f"bill {FIRST}", "bill R1-000002"]}


def test_bills_written_before_there_were_seals_get_the_same(busy_shop: None) -> None:
    before = dict(BillSeal.objects.values_list("pk", "digest"))
    plant(FORGED_CHAINS)
    assert dict(BillSeal.objects.values_list("pk", "digest")) == before


def test_z_removed_from_the_middle_breaks_the_chain(busy_shop: None) -> None:
    plant(["DELETE FROM billing_zreport WHERE number = 1"])
    assert broken()["I16"] == ["R1 Z 2"]


@pytest.mark.parametrize("table", ledgers.TABLES)
@pytest.mark.parametrize("state", ["DISABLE", "ENABLE", "ENABLE REPLICA"])
def test_ledger_with_a_weakened_trigger_is_found(db: None, table: str, state: str) -> None:
    plant([])
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} {state} TRIGGER append_only")
    found = broken()
    found.pop("I19.rule", None)  # a disabled trigger is reported there as well
    assert found == {"I19": [f"{table} DELETE", f"{table} UPDATE"]}


def test_ledger_open_to_truncate_is_found(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER append_only_truncate ON billing_bill")
    assert broken() == {"I19": ["billing_bill TRUNCATE"]}


def test_trigger_that_allows_rewriting_is_found(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
        )
    assert list(broken()) == ["I19"]


@pytest.mark.parametrize("deed", ["INSERT", "UPDATE", "DELETE"])
def test_rule_that_discards_writes_is_found(db: None, deed: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE RULE quiet AS ON {deed} TO billing_payment DO INSTEAD NOTHING")
    assert broken() == {"I19.rule": ["billing_payment rule quiet"]}


@pytest.mark.parametrize("state", ["DISABLE", "ENABLE REPLICA"])
def test_disabled_guard_of_a_basket_is_found(db: None, state: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE billing_basket {state} TRIGGER paid_basket_is_weighed")
    found = broken()
    found.pop("I19.guard", None)
    assert found == {"I19.rule": ["billing_basket paid_basket_is_weighed"]}


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DROP TRIGGER paid_basket_is_weighed ON billing_basket", "billing_basket paid_basket_is_weighed"),
        ("ALTER TABLE billing_basket DISABLE TRIGGER USER", "billing_basket paid_basket_is_weighed"),
        (
            "ALTER TABLE accounts_approval DROP CONSTRAINT approver_is_not_the_asker",
            "accounts_approval approver_is_not_the_asker",
        ),
        (
            """
            ALTER TABLE accounts_approval DROP CONSTRAINT approver_is_not_the_asker,
                ADD CONSTRAINT approver_is_not_the_asker CHECK (approver_id <> asker_id) NOT VALID
            """,
            "accounts_approval approver_is_not_the_asker",
        ),
        ("ALTER TABLE inventory_stock DISABLE TRIGGER note_update", "inventory_stock note_update"),
        ("DROP TRIGGER note_insert ON billing_bill", "billing_bill note_insert"),
        ("DROP INDEX username_unique_whatever_its_case", "accounts_user username_unique_whatever_its_case"),
        ("ALTER TABLE billing_bill DROP CONSTRAINT billing_bill_key_key", "billing_bill key is unique"),
        ("ALTER TABLE billing_billline DROP COLUMN bill_id CASCADE", "billing_billline bill_id leads to billing_bill"),
    ],
)
def test_guard_that_is_missing_or_off_is_named(db: None, statement: str, found: str) -> None:
    (guard,) = [invariant for invariant in audit.INVARIANTS if invariant.code == "I19.guard"]
    with connection.cursor() as cursor:
        cursor.execute(guard.sql, {})
        assert cursor.fetchall() == []
        cursor.execute(statement)
        cursor.execute(guard.sql, {})
        assert (found,) in cursor.fetchall()


def test_weakened_function_of_a_guard_is_named(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION refuse_unweighed() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
        )
    assert broken() == {"I19.guard": ["billing_basket paid_basket_is_weighed"]}


def test_every_constraint_of_the_shop_is_on_the_list_of_guards(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid "
            "WHERE contype IN ('c', 'f') AND relnamespace = current_schema()::regnamespace "
            "AND conname !~ '_(check|fk_[a-z_]+)$' AND conrelid::regclass::text !~ '^(django|auth)_'"
        )
        assert set(cursor.fetchall()) <= set(guards.constraints())


def test_every_trigger_of_the_shop_is_on_the_list_of_guards(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname, f.proname FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid "
            "WHERE NOT tgisinternal AND f.prosrc ~ 'RAISE' AND f.proname <> 'refuse_rewriting' ORDER BY 1"
        )
        assert cursor.fetchall() == guards.TRIGGERS


def test_every_invariant_has_a_planted_violation() -> None:
    codes = [invariant.code for invariant in audit.INVARIANTS]
    assert len(codes) == len(set(codes))
    elsewhere = {*OF_OUTAGES, *OF_BUYING, *OF_LOCATIONS, *OF_TRANSFERS, *OF_HISTORY}
    assert set(codes) == {*PLANTED, *elsewhere, "I19", *OF_THE_DATABASE}


def test_every_ledger_of_the_database_is_audited(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid "
            "WHERE f.proname = 'refuse_rewriting' ORDER BY 1"
        )
        assert [table for (table,) in cursor.fetchall()] == ledgers.TABLES


@pytest.mark.parametrize(
    ("words", "is_card"),
    [
        ("4111111111111111", True),
        ("paid 5500-0000 0000 0004 twice", True),
        ("4111111111111112", False),
        ("T123", False),
        ("9780201379624", False),
        ("41111111111111111111111111", False),
    ],
)
def test_card_numbers_are_distinguished_from_other_digits(busy_shop: None, words: str, is_card: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with ledgers_unlocked():
            cursor.execute("UPDATE billing_shift SET difference_reason = %s WHERE closed_at IS NOT NULL", [words])
    assert ("I26" in broken()) is is_card
