"""Checks that the ledgers cannot be rewritten, and that they hold no card numbers."""

from reports.audit import guards
from reports.audit.invariant import Invariant

TABLES = [
    "accounts_approval",
    "accounts_approvalrule",
    "accounts_auditentry",
    "billing_bill",
    "billing_billline",
    "billing_billseal",
    "billing_billsignature",
    "billing_billtax",
    "billing_cashmovement",
    "billing_cashsignature",
    "billing_historyimport",
    "billing_importedbill",
    "billing_outagesale",
    "billing_payment",
    "billing_receiptprint",
    "billing_storedvalueentry",
    "billing_zreport",
    *[f"inventory_count{table}" for table in ("deed", "entry", "line", "listing", "recount", "sheet")],
    "inventory_goodsreceipt",
    "inventory_goodsreceiptline",
    "inventory_pricechange",
    "inventory_stockmovement",
    "inventory_supplierreturn",
    "inventory_supplierreturnline",
    "inventory_transfer",
    "inventory_transferarrival",
    "inventory_transferarrivalline",
    "inventory_transferline",
    "members_pointsentry",
    "members_tierchange",
    "pos_donedeed",
    "pos_ledgerrewriting",
    "pos_storesettings",
    "reports_dayseal",
    "reports_journalday",
]
WRITTEN_BY_HAND = {
    "accounts_auditentry": ["subject", "facts::text"],
    "billing_basket": ["label"],
    "billing_bill": ["reason"],
    "billing_cashmovement": ["reason"],
    "billing_outageproblem": ["reason"],
    "billing_payment": ["reference"],
    "billing_shift": ["difference_reason"],
    "billing_storedvalueentry": ["reference", "reason"],
    "inventory_countdeed": ["reason"],
    "inventory_countsheet": ["title"],
    "inventory_goodsreceipt": ["note_number", "reason"],
    "inventory_stockmovement": ["reference", "reason"],
    "inventory_supplierreturn": ["reason", "credit_note"],
    "inventory_transfer": ["note"],
    "inventory_transferarrival": ["reason"],
    "members_pointsentry": ["reason"],
}
LISTED = ", ".join(f"('{table}')" for table in TABLES)
MANY_DIGITS = "length({0}) - length(translate({0}, '0123456789', '')) >= 13"
TEXTS = " UNION ALL ".join(
    f"SELECT '{table} ' || id AS place, {column} AS words FROM {table} WHERE {MANY_DIGITS.format(column)}"
    for table, columns in WRITTEN_BY_HAND.items()
    for column in columns
)

INVARIANTS = [
    Invariant(
        "I19",
        "every ledger refuses UPDATE, DELETE and TRUNCATE, whatever the session's replication role",
        f"""
        SELECT ledger || ' ' || deed
          FROM (VALUES {LISTED}) l (ledger)
         CROSS JOIN (VALUES ('UPDATE', 16 | 2 | 1), ('DELETE', 8 | 2 | 1), ('TRUNCATE', 32 | 2)) d (deed, bits)
         WHERE NOT EXISTS (
               SELECT FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid
                WHERE t.tgrelid = to_regclass(ledger) AND t.tgtype & bits = bits
                  AND t.tgenabled = 'A' AND t.tgqual IS NULL
                  AND f.proname = 'refuse_rewriting' AND f.prosrc ~ 'RAISE EXCEPTION'
                  AND f.prosrc !~* 'RETURN|EXCEPTION\\s+WHEN')
        """,
    ),
    Invariant(
        "I19.rule",
        "no rule rewrites or swallows what is written to a table, and no table's guard is switched off",
        """
        SELECT c.relname || ' rule ' || r.rulename
          FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
         WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
         UNION ALL
        SELECT c.relname || ' ' || t.tgname
          FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
         WHERE c.relnamespace = current_schema()::regnamespace AND t.tgenabled IN ('D', 'R')
        """,
    ),
    Invariant(
        "I19.hint",
        "no row of a ledger was ever updated or deleted, as the database counted, here and where it was restored from",
        f"""
        SELECT ledger FROM pos_ledgerrewriting WHERE rows > 0 AND why = ''
         UNION
        SELECT s.relname
          FROM pg_stat_user_tables s JOIN (VALUES {LISTED}) l (ledger) ON s.relid = to_regclass(l.ledger)
          LEFT JOIN LATERAL (SELECT counted FROM pos_ledgerrewriting r WHERE r.ledger = l.ledger
                              ORDER BY r.id DESC LIMIT 1) noted ON true
         WHERE s.n_tup_upd + s.n_tup_del > 0 AND s.n_tup_upd + s.n_tup_del <> coalesce(noted.counted, 0)
        """,
    ),
    *guards.INVARIANTS,
    Invariant(
        "I26",
        "no card number stands in a reference, a reason or a note",
        rf"""
        SELECT place
          FROM ({TEXTS}) t
         CROSS JOIN LATERAL regexp_matches(words, '(?:^|[^0-9])([2-6](?:[ -]?[0-9]){{12,18}})(?![0-9])', 'g') AS found
         CROSS JOIN LATERAL (SELECT reverse(regexp_replace(found[1], '[^0-9]', '', 'g')) AS digits) d
         WHERE (SELECT sum(CASE WHEN i %% 2 = 0 THEN n * 2 / 10 + n * 2 %% 10 ELSE n END)
                  FROM (SELECT i, substr(digits, i, 1)::int AS n FROM generate_series(1, length(digits)) i) s) %% 10 = 0
        """,
    ),
]
