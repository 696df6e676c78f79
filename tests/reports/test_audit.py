"""The audit finds nothing in a busy shop, and each violation planted in it."""

import json
from decimal import Decimal as D
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from billing import baskets, credit, drawer, exchanges, giftcards, refunds, sales, without_receipt
from billing.exchanges import Exchange
from billing.mirror import Wish
from billing.models import Bill, CashKind, Register
from billing.order import Order, Tendered, Wanted
from billing.rests import Returned
from billing.without_receipt import Claim, Claimed
from inventory.models import Product, Stock, TaxRate
from members import consents, points
from members.models import Member
from reports import audit
from reports.audit import ledgers
from tests.cast import PIN
from tests.counter import sell
from tests.ledgers import ledgers_unlocked, plant
from tests.proof import assert_books_are_right, broken
from tests.reports.test_audit_outage import PLANTED as OF_OUTAGES

CARD_KEY = UUID("6f1c0000-0000-4000-8000-000000000001")


def sold_out_of_a_basket(register: Register, product: Product, by: User) -> None:
    basket = baskets.start(register, by)
    baskets.add(basket.pk, product.pk)
    basket.refresh_from_db()
    paid = [Tendered("cash", D("20.00"))]
    baskets.pay(basket.pk, paid, version=basket.version, shown_total=None, register=register.code, by=by)


def refunded_in_full(sale: Bill, by: User) -> None:
    back = [Returned(line.position, line.quantity) for line in sale.lines.all()]
    paid = [Tendered("card", D("10.00")), Tendered("cash", sale.total - sale.points_spent - D("10.00"))]
    refunds.refund(Wish(uuid4(), sale.number, back, paid, "did not like it", "R1"), cashier=by)


@pytest.fixture
def busy_shop(ana: User, may: User, r1: Register, tea: Product, milk: Product, cheese: Product, vera: Member) -> None:
    """Two closed shifts and an open one: tax, VIP, points, change, card, a basket, an API sale, a refund."""
    Product.objects.filter(pk=tea.pk).update(tax_rate=TaxRate.objects.create(name="full", rate="0.19"))
    Product.objects.filter(pk=milk.pk).update(tax_rate=TaxRate.objects.create(name="less", rate="0.07"))
    points.adjust(vera.pk, D("50.00"), by=may, reason="welcome")
    first = drawer.open_shift("R1", opening_float=D("100.00"), by=ana)
    sell((tea, "2"), (milk, "3"), by=ana, cash="50.00")
    sell((cheese, "0.350"), by=ana, member=vera.pk, card="5.95")
    drawer.move_cash(first.pk, kind=CashKind.PAY_IN, amount=D("20.00"), reason="coins", by=ana)
    pieces = {D("50.00"): 3}
    drawer.close_shift(first.pk, counted=D("150.00"), by=ana, reason="miscounted", pieces=pieces)
    second = drawer.open_shift("R1", opening_float=D("50.00"), by=ana)
    sold_out_of_a_basket(r1, tea, ana)
    drawer.close_shift(second.pk, counted=D("62.50"), by=ana)
    drawer.open_shift("R1", opening_float=D("50.00"), by=ana)
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
    giftcards.sell(CARD_KEY, register="R1", amount=D("20.00"), tender="cash", by=ana)
    with_card = [Tendered("gift_card", D("2.00"), credit.code_for(CARD_KEY))]
    sales.sell(Order(uuid4(), [Wanted(D(1), milk.pk)], with_card), cashier=ana)


FIRST, LAST, CARD, WITH_POINTS, REFUND = "R1-000001", "R1-000006", "R1-000004", "R1-000005", "R1-R000001"
OF = "(SELECT id FROM billing_bill WHERE number = '{}')"
OPEN = (
    "(SELECT s.id FROM billing_shift s JOIN billing_register r ON r.id = s.register_id "
    "WHERE closed_at IS NULL AND code = '{}')"
)
MILK = "(SELECT id FROM inventory_product WHERE name = 'Milk')"
MOVE = (
    "INSERT INTO inventory_stockmovement (product_id, kind, quantity, reference, reason, by_id) "
    "SELECT id, '{}', {}, '{}', '', (SELECT min(id) FROM accounts_user) FROM inventory_product WHERE name = 'Milk'"
)
A_UNIT_MORE_REFUNDED = [
    f"UPDATE billing_billline SET net = net - 1 WHERE position = 1 AND bill_id = {OF.format(REFUND)}",
    f"UPDATE billing_billtax SET base = base - 1 WHERE rate = 0.19 AND bill_id = {OF.format(REFUND)}",
    f"UPDATE billing_payment SET amount = amount - 1 WHERE position = 2 AND bill_id = {OF.format(REFUND)}",
    f"UPDATE billing_cashmovement SET amount = amount - 1 WHERE bill_id = {OF.format(REFUND)}",
    f"UPDATE billing_bill SET subtotal = subtotal - 1, total = total - 1 WHERE number = '{REFUND}'",
]
PLANTED = {
    "I01": [f"UPDATE inventory_stock SET quantity = quantity + 1 WHERE product_id = {MILK}"],
    "I02": [
        "ALTER TABLE inventory_stock DROP CONSTRAINT stock_not_below_zero",
        MOVE.format("write_off", -1000, "flood"),
        f"UPDATE inventory_stock SET quantity = quantity - 1000 WHERE product_id = {MILK}",
    ],
    "I01.bills": [MOVE.format("sale", -1, f"bill {LAST}"), MOVE.format("count", 1, "hidden")],
    "I03": ["UPDATE members_member SET points = points + 1 WHERE name = 'Vera Vogel'"],
    "I04": [f"UPDATE members_pointsentry SET reference = 'bill X' WHERE reference = 'bill {LAST}'"],
    "I04.rule": [
        f"UPDATE billing_bill SET points_earned = points_earned + 1 WHERE number = '{LAST}'",
        f"UPDATE members_pointsentry SET amount = amount + 1 WHERE reference = 'bill {LAST}'",
        "UPDATE members_member SET points = points + 1 WHERE name = 'Vera Vogel'",
    ],
    "I09": [
        f"UPDATE billing_bill SET points_earned = points_earned - 1 WHERE number = '{REFUND}'",
        f"UPDATE members_pointsentry SET amount = amount - 1 WHERE reference = 'bill {REFUND}' AND kind = 'taken_back'",
        "UPDATE members_member SET points = points - 1 WHERE name = 'Vera Vogel'",
    ],
    "I05.lines": [
        (
            "UPDATE billing_billline SET unit_price = unit_price + 1, list_price = list_price + 1 "
            f"WHERE bill_id = {OF.format(LAST)}"
        )
    ],
    "I05.price": [f"UPDATE billing_billline SET discount_percent = 50 WHERE bill_id = {OF.format(LAST)}"],
    "I05": [f"UPDATE billing_bill SET subtotal = subtotal + 1, discount = discount + 1 WHERE number = '{LAST}'"],
    "I05.vip": [
        (
            "UPDATE billing_billline SET bill_discount = bill_discount - 1, line_discount = line_discount + 1 "
            f"WHERE bill_id = {OF.format(LAST)}"
        ),
        f"UPDATE billing_bill SET vip_discount = vip_discount - 1 WHERE number = '{LAST}'",
    ],
    "I05.terms": ["UPDATE pos_storesettings SET prices_include_tax = false"],
    "I06": [f"UPDATE billing_billtax SET base = base + 1 WHERE bill_id = {OF.format(LAST)}"],
    "I07": [f"UPDATE billing_payment SET amount = amount + 1 WHERE bill_id = {OF.format(CARD)}"],
    "I08": A_UNIT_MORE_REFUNDED,
    "I08.lines": [
        f"UPDATE billing_billline SET quantity = quantity - 1 WHERE position = 2 AND bill_id = {OF.format(REFUND)}"
    ],
    "I08.receipt": [
        (
            "UPDATE billing_billline SET unit_price = unit_price + 100, "
            "priced_by_id = (SELECT min(id) FROM accounts_user) "
            f"WHERE bill_id = {OF.format('R1-R000003')}"
        )
    ],
    "I28": [
        "UPDATE billing_payment SET carried_from = 'card' WHERE method = 'exchange' AND amount > 0",
    ],
    "I10": [
        "UPDATE billing_shift SET expected = expected + 1 WHERE counted = 62.50",
        (
            "UPDATE billing_zreport SET document = jsonb_set(jsonb_set(document, '{cash,expected}', '\"63.50\"'), "
            "'{cash,difference}', '\"-1.00\"') WHERE number = 2"
        ),
    ],
    "I10.bills": [f"UPDATE billing_cashmovement SET amount = amount + 1 WHERE bill_id = {OF.format(LAST)}"],
    "I11": [
        "ALTER TABLE billing_bill DROP CONSTRAINT bill_in_a_shift_of_its_register",
        f"UPDATE billing_bill SET shift_id = {OPEN.format('API')} WHERE number = '{CARD}'",
    ],
    "I11.cash": [
        (
            f"UPDATE billing_cashmovement SET at = at - interval '1 day' WHERE kind = 'float' "
            f"AND shift_id = {OPEN.format('R1')}"
        )
    ],
    "I11.shifts": [
        "DROP INDEX one_open_shift_per_register",
        (
            "INSERT INTO billing_shift (register_id, business_date, opened_by_id, difference_reason, pieces) "
            "SELECT register_id, business_date, opened_by_id, '', '[]' "
            f"FROM billing_shift WHERE id = {OPEN.format('R1')}"
        ),
        (
            "INSERT INTO billing_cashmovement (shift_id, kind, amount, reason, by_id) "
            "SELECT id, 'float', 0, '', opened_by_id FROM billing_shift ORDER BY id DESC LIMIT 1"
        ),
    ],
    "I12": ["UPDATE billing_zreport SET document = jsonb_set(document, '{sales}', '99') WHERE number = 1"],
    "I12.counts": ["UPDATE billing_zreport SET document = jsonb_set(document, '{reprints}', '1') WHERE number = 1"],
    "I12.cashiers": [
        "UPDATE billing_zreport SET document = jsonb_set(document, '{cashiers,0,total}', '\"1.00\"') WHERE number = 1"
    ],
    "I12.pieces": [
        "UPDATE billing_shift SET pieces = jsonb_set(pieces, '{0,1}', '2') WHERE counted = 150",
        (
            "UPDATE billing_zreport SET document = jsonb_set(document, '{cash,pieces,0,count}', '2') "
            "WHERE document->'cash'->>'counted' = '150.00'"
        ),
    ],
    "I12.taxes": [
        "UPDATE billing_zreport SET document = jsonb_set(document, '{taxes,0,base}', '\"0.01\"') WHERE number = 1"
    ],
    "I12.tenders": ["UPDATE billing_zreport SET document = jsonb_set(document, '{tenders}', '[]') WHERE number = 1"],
    "I12.grand": [
        "UPDATE billing_zreport SET document = jsonb_set(document, '{grand_total}', '\"1.00\"') WHERE number = 2"
    ],
    "I12.cards": [
        "UPDATE billing_zreport SET document = jsonb_set(document, '{stored_value,sold}', '\"9.00\"') WHERE number = 2"
    ],
    "I16": ["UPDATE billing_zreport SET document = jsonb_set(document, '{cash,movements}', '[]') WHERE number = 1"],
    "I24": ["UPDATE billing_storedvalue SET balance = balance + 1"],
    "I24.bills": [
        "UPDATE billing_storedvalueentry SET amount = amount - 1 WHERE kind = 'redeem'",
        "UPDATE billing_storedvalue SET balance = balance - 1 WHERE kind = 'gift_card'",
    ],
    "I24.sold": ["UPDATE billing_storedvalueentry SET tender_id = 'card' WHERE kind = 'issue'"],
    "I13": ["UPDATE billing_register SET last_sale = last_sale + 1 WHERE code = 'R1'"],
    "I13.z": ["UPDATE billing_register SET last_z = last_z + 1 WHERE code = 'R1'"],
    "I14": [
        (
            f"UPDATE billing_bill SET at = (SELECT at - interval '1 microsecond' "
            f"FROM billing_bill WHERE number = '{CARD}') "
            f"WHERE number = '{WITH_POINTS}'"
        )
    ],
    "I15": [f"UPDATE billing_bill SET business_date = business_date - 1 WHERE number = '{LAST}'"],
    "I18": [
        "ALTER TABLE billing_bill DROP CONSTRAINT billing_bill_key_key",
        f"UPDATE billing_bill SET key = (SELECT key FROM billing_bill WHERE number = '{CARD}') WHERE number = '{LAST}'",
    ],
    "I17": [f"UPDATE billing_basket SET bill_id = {OF.format(LAST)}"],
    "I20": ["UPDATE accounts_approvalrule SET allow_up_to = 10 WHERE action = 'refund' AND role = 'cashier'"],
    "I20.cash": [
        (
            "INSERT INTO billing_cashmovement (shift_id, kind, amount, reason, by_id) "
            f"SELECT id, 'pay_out', -50.01, 'window cleaner', opened_by_id "
            f"FROM billing_shift WHERE id = {OPEN.format('R1')}"
        )
    ],
    "I20.shifts": [
        "UPDATE billing_shift SET counted = counted - 20.01 WHERE counted = 62.50",
        (
            "UPDATE billing_zreport SET document = jsonb_set(jsonb_set(document, '{cash,counted}', '\"42.49\"'), "
            "'{cash,difference}', '\"-20.01\"') WHERE number = 2"
        ),
        (
            "INSERT INTO accounts_approval "
            "(deed, action, size, facts, asker_id, approver_id, request_id, is_remote, reference) "
            "SELECT 'denied', 'cash_difference', 20.01, '{}', s.closed_by_id, m.id, NULL, false, 'shift ' || s.id "
            "FROM billing_shift s, accounts_user m WHERE s.counted = 42.49 AND m.username = 'may'"
        ),
    ],
    "I20.own": [
        "ALTER TABLE accounts_approval DROP CONSTRAINT approver_is_not_the_asker",
        (
            "INSERT INTO accounts_approval (deed, action, size, facts, asker_id, approver_id, is_remote, reference) "
            "SELECT 'denied', 'vip', 1, '{}', id, id, false, '' FROM accounts_user WHERE username = 'ana'"
        ),
    ],
    "I26": [
        (
            f"UPDATE billing_payment SET reference = 'visa 4111-1111 11111111' "
            f"WHERE bill_id = {OF.format(LAST)} AND position = 1"
        )
    ],
}


# Whoever rewrites a Z may rewrite the digests after it too: only a seal on paper tells.
FORGED_CHAIN = """
    WITH RECURSIVE chain (id, register_id, number, digest) AS (
        SELECT id, register_id, number, sha256(convert_to(number || ' ' || document::text, 'UTF8'))
          FROM billing_zreport WHERE number = 1
        UNION ALL
        SELECT z.id, z.register_id, z.number,
               sha256(c.digest || convert_to(z.number || ' ' || z.document::text, 'UTF8'))
          FROM chain c JOIN billing_zreport z ON z.register_id = c.register_id AND z.number = c.number + 1
    )
    UPDATE billing_zreport z SET digest = chain.digest FROM chain WHERE chain.id = z.id
"""


def told(*arguments: str) -> Any:
    out = StringIO()
    call_command("audit", *arguments, stdout=out)
    return out.getvalue()


def test_busy_shop_has_nothing_to_hide(busy_shop: None) -> None:
    assert_books_are_right()


@pytest.mark.parametrize("code", PLANTED)
def test_planted_violation_is_found_and_nothing_else(busy_shop: None, code: str) -> None:
    plant([*PLANTED[code], *([] if code == "I16" else [FORGED_CHAIN])])
    assert list(broken()) == [code]


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
def test_z_changed_in_whatever_place_breaks_the_chain(busy_shop: None, change: str) -> None:
    plant([f"UPDATE billing_zreport SET {change} WHERE number = 2"])
    assert broken()["I16"] == ["R1 Z 2"]


def test_z_taken_out_of_the_middle_breaks_the_chain(busy_shop: None) -> None:
    plant(["DELETE FROM billing_zreport WHERE number = 1"])
    assert broken()["I16"] == ["R1 Z 2"]


@pytest.mark.parametrize("table", ledgers.TABLES)
@pytest.mark.parametrize("state", ["DISABLE", "ENABLE", "ENABLE REPLICA"])
def test_ledger_whose_trigger_can_be_passed_is_found(db: None, table: str, state: str) -> None:
    plant([])
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} {state} TRIGGER append_only")
    assert broken() == {"I19": [f"{table} DELETE", f"{table} UPDATE"]}


def test_ledger_open_to_truncate_is_found(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER append_only_truncate ON billing_bill")
    assert broken() == {"I19": ["billing_bill TRUNCATE"]}


def test_trigger_that_lets_rewriting_pass_is_found(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
        )
    assert list(broken()) == ["I19"]


def test_every_invariant_is_planted() -> None:
    codes = [invariant.code for invariant in audit.INVARIANTS]
    assert len(codes) == len(set(codes))
    assert set(codes) == {*PLANTED, *OF_OUTAGES, "I19", "I19.hint"}


def test_every_ledger_of_the_database_is_audited(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid "
            "WHERE f.proname = 'refuse_rewriting' ORDER BY 1"
        )
        assert [table for (table,) in cursor.fetchall()] == ledgers.TABLES


@pytest.mark.django_db(transaction=True)
def test_command_is_content_with_right_books() -> None:
    assert "The books are right" in told()
    assert json.loads(told("--json"))["broken"] == 0


@pytest.mark.django_db(transaction=True)
def test_command_names_the_offenders_and_fails(tea: Product) -> None:
    Stock.objects.update(quantity=3)
    with pytest.raises(CommandError) as failed:
        told()
    assert failed.value.returncode == 1
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("audit", "--json", stdout=out)
    (found,) = [row for row in json.loads(out.getvalue())["invariants"] if not row["ok"] and not row["hint"]]
    assert (found["code"], found["count"], found["offenders"]) == ("I01", 1, [f"product {tea.pk}"])


@pytest.mark.django_db(transaction=True)
def test_row_once_rewritten_is_hinted_at_without_failing(tea: Product) -> None:
    with ledgers_unlocked(), connection.cursor() as cursor:
        cursor.execute("UPDATE inventory_stockmovement SET reason = 'oops'")
        cursor.execute("SELECT pg_stat_force_next_flush()")
    (hint,) = [found for found in audit.findings() if found.invariant.hint]
    assert "inventory_stockmovement" in hint.offenders
    assert not hint.is_broken


@pytest.mark.django_db(transaction=True)
def test_audit_sees_one_moment_and_writes_nothing(tea: Product) -> None:
    with audit.one_moment(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')")
        assert cursor.fetchone() == ("repeatable read", "on")


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
def test_card_numbers_are_told_from_other_digits(busy_shop: None, words: str, is_card: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with ledgers_unlocked():
            cursor.execute("UPDATE billing_shift SET difference_reason = %s WHERE closed_at IS NOT NULL", [words])
    assert ("I26" in broken()) is is_card
