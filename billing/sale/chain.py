"""Each bill is sealed: its digest covers the bill, its lines, taxes and payments, and the digest before it.

People stand in it by their ids, so that a name may change or be erased. The database reckons the digest within the
statement that writes the bill; the audit reckons it anew. Who owns the database can make all of them anew: what proves
them is the signed seal of the day (`reports/sealing`).
"""

VERSION = 1  # raised when the columns change
BILL = (
    "register_id kind sequence number key @at business_date shift_id cashier_id member_id terms_id original_id "
    "exchange_id tax_included subtotal discount vip_discount manual_discount tax total cards_sold points_spent "
    "points_earned cash_rounding change reason age_checked"
)
LINE = (
    "position product_id sku name sold_by quantity list_price unit_price priced_by_id price_reason label_price "
    "discount_percent line_discount bill_discount manual_discount net tax_name tax_rate tax unit_cost original_id "
    "to_shelf note oversold"
)
TAX = "rate base tax"
PAYMENT = "position method amount reference carried_from"


def columns(row: str, names: str) -> str:
    """The columns as SQL; `@` marks a time, which is written in UTC whatever the session's zone."""
    moment = "to_char({}.{} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    return ", ".join(moment.format(row, name[1:]) if name[0] == "@" else f"{row}.{name}" for name in names.split())


def below(table: str, names: str, order: str) -> str:
    return (
        f"(SELECT coalesce(jsonb_agg(jsonb_build_array({columns('r', names)}) ORDER BY r.{order}), '[]') "
        f"FROM {table} r WHERE r.bill_id = bill.id)"
    )


def document(lines: str, taxes: str, payments: str) -> str:
    """SQL for what is sealed of the row `bill`, as bytes; the arguments name what its rows are read from."""
    parts = [below(lines, LINE, "position"), below(taxes, TAX, "rate"), below(payments, PAYMENT, "position")]
    whole = f"jsonb_build_array({VERSION}, jsonb_build_array({columns('bill', BILL)}), {', '.join(parts)})"
    return f"convert_to({whole}::text, 'UTF8')"


def digest(lines: str, taxes: str, payments: str) -> str:
    """SQL for the digest of the row `bill` after that of `before`."""
    return f"sha256(coalesce(before.digest, '') || {document(lines, taxes, payments)})"


BEFORE = """
    LEFT JOIN billing_bill last ON last.register_id = bill.register_id AND last.kind = bill.kind
                               AND last.sequence = bill.sequence - 1
    LEFT JOIN billing_billseal before ON before.bill_id = last.id
"""
IN_THE_BOOKS = ("billing_billline", "billing_billtax", "billing_payment")
STORED = digest(*IN_THE_BOOKS)
# within the statement that writes a bill, whose parts have these names
WRITE = f"""
    INSERT INTO billing_billseal (bill_id, digest)
    SELECT bill.id, {digest("lines", "taxes", "payments")} FROM bill {BEFORE}
"""
# for bills that were written in bulk or before there were seals, one after the other
SEAL_UNSEALED = f"""
    DO $$
    DECLARE one bigint;
    BEGIN
        FOR one IN SELECT id FROM billing_bill b
                    WHERE NOT EXISTS (SELECT FROM billing_billseal s WHERE s.bill_id = b.id)
                    ORDER BY register_id, kind, sequence LOOP
            INSERT INTO billing_billseal (bill_id, digest)
            SELECT bill.id, {STORED} FROM billing_bill bill {BEFORE} WHERE bill.id = one;
        END LOOP;
    END $$
"""
