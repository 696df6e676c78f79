"""Violates each invariant once, directly in the database."""

from billing.sale.chain import SEAL_UNSEALED
from reports.rollups.sources import PRODUCTS

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
CRISPS = "(SELECT id FROM inventory_product WHERE name = 'Crisps')"
CRISPS_APPROVED, CRISPS_ALLOWED = "API-000003", "API-000004"
A_UNIT_MORE_REFUNDED = [
    f"UPDATE billing_billline SET net = net - 1 WHERE position = 1 AND bill_id = {OF.format(REFUND)}",
    f"UPDATE billing_billtax SET base = base - 1 WHERE rate = 0.19 AND bill_id = {OF.format(REFUND)}",
    f"UPDATE billing_payment SET amount = amount - 1 WHERE position = 2 AND bill_id = {OF.format(REFUND)}",
    f"UPDATE billing_cashmovement SET amount = amount - 1 WHERE bill_id = {OF.format(REFUND)}",
    f"UPDATE billing_bill SET subtotal = subtotal - 1, total = total - 1 WHERE number = '{REFUND}'",
]
PLANTED = {
    "I01": [f"UPDATE inventory_stock SET quantity = quantity + 1 WHERE product_id = {MILK}"],
    "I29": [
        MOVE.format("count", 1, "count C-000001"),
        f"UPDATE inventory_stock SET quantity = quantity + 1 WHERE product_id = {MILK}",
    ],
    "I29.lines": ["UPDATE inventory_countentry SET quantity = quantity + 1"],
    "I29.books": ["UPDATE inventory_countentry SET last_movement = 0"],
    "I34": [
        f"INSERT INTO inventory_pricechange (product, before, after) SELECT {MILK}, 1, 999999",
    ],
    "I02": [
        "ALTER TABLE inventory_stock DROP CONSTRAINT stock_not_below_zero",
        MOVE.format("write_off", -1000, "flood"),
        f"UPDATE inventory_stock SET quantity = quantity - 1000 WHERE product_id = {MILK}",
    ],
    "I02.marks": [
        f"UPDATE inventory_stockmovement SET oversold = 0 WHERE product_id = {CRISPS}",
        f"UPDATE billing_billline SET oversold = 0 WHERE product_id = {CRISPS}",
        MOVE.replace("Milk", "Crisps").format("delivery", 3, "hidden"),
        f"UPDATE inventory_stock SET oversold = 0, quantity = quantity + 3 WHERE product_id = {CRISPS}",
    ],
    "I02.count": [f"UPDATE inventory_stock SET oversold = oversold + 1 WHERE product_id = {CRISPS}"],
    "I02.lines": [f"UPDATE billing_billline SET oversold = 0 WHERE bill_id = {OF.format(CRISPS_ALLOWED)}"],
    "I01.bills": [MOVE.format("sale", -1, f"bill {LAST}"), MOVE.format("count", 1, "hidden")],
    "I03": ["UPDATE members_member SET points = points + 1 WHERE name = 'Vera Vogel'"],
    "I03.moved": [
        """
        INSERT INTO members_pointsentry (member_id, kind, amount, reference, by_id)
        SELECT id, 'moved', 1, 'merge 1', (SELECT min(id) FROM accounts_user)
          FROM members_member WHERE name = 'Vera Vogel'
        """,
        "UPDATE members_member SET points = points + 1 WHERE name = 'Vera Vogel'",
    ],
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
    "I08.weights": [
        f"UPDATE billing_billline SET sold_by = 'weight' WHERE position = 1 AND bill_id = {OF.format(REFUND)}"
    ],
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
    "I40": ["INSERT INTO reports_rolledday (day, bills) SELECT business_date, count(*) FROM billing_bill GROUP BY 1"],
    "I40.month": [
        "INSERT INTO reports_rolledmonth (month, bills) VALUES ('2001-01-01', 0)",
        (
            f"INSERT INTO reports_monthproduct (month, product, sold_by, {', '.join(PRODUCTS.sums)}) "
            f"VALUES ('2001-01-01', 1, 'piece'{', 1' * len(PRODUCTS.sums)})"
        ),
    ],
    "I40.until": [
        "INSERT INTO reports_rolleduntil (until, bills) VALUES ('2001-01-01', 0)",
        "INSERT INTO reports_cohort (until, first, members, spent) VALUES ('2001-01-01', '2000-12-01', 1, 1)",
    ],
    "I40.shelf": ["INSERT INTO reports_keptstand (moment) VALUES (shop_now() + interval '1 day')"],
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
        "UPDATE billing_storedvalue SET balance = balance - 1 WHERE kind = 'gift_card' AND balance < 20",
    ],
    "I24.issued": [
        "UPDATE billing_storedvalueentry SET amount = amount + 1 WHERE kind = 'issue' AND bill_id IS NOT NULL",
        "UPDATE billing_storedvalue SET balance = balance + 1 WHERE balance = 30",
    ],
    "I24.sold": ["UPDATE billing_storedvalueentry SET tender_id = 'card' WHERE kind = 'issue' AND bill_id IS NULL"],
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
    "I16.bills": [f"DELETE FROM billing_billseal WHERE bill_id = {OF.format(LAST)}"],
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
    "I20.together": [
        (
            "INSERT INTO billing_cashmovement (shift_id, kind, amount, reason, by_id) "
            f"SELECT id, 'drop', -50, 'safe bag', opened_by_id "
            f"FROM billing_shift, generate_series(1, 4) WHERE id = {OPEN.format('R1')}"
        )
    ],
    "I20.others": [
        (
            "INSERT INTO billing_cashmovement (shift_id, kind, amount, reason, by_id) "
            f"SELECT s.id, 'drop', -5, 'safe bag', u.id FROM billing_shift s, accounts_user u "
            f"WHERE s.id = {OPEN.format('R1')} AND u.role = 'cashier' AND u.id <> s.opened_by_id LIMIT 1"
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
    "I20.stock": [
        f"UPDATE accounts_approval SET size = size + 1 WHERE deed = 'used' AND reference = 'bill {CRISPS_APPROVED}'"
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


# Whoever can rewrite a Z report can also rewrite the digests after it: only a printed digest would reveal it.
FORGED_Z_CHAIN = """
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

FORGED_CHAINS = [FORGED_Z_CHAIN, "DELETE FROM billing_billseal", SEAL_UNSEALED]
