from accounts.models import User
from billing.codes import unknown_codes
from billing.models import JobState, OutboundJob, Register
from tests.examples import Step


def scan_what_nobody_knows() -> None:
    unknown_codes.note("4000000000006", register=Register.objects.get(code="R1"), by=User.objects.get(username="may"))


def fail_the_jobs() -> None:
    OutboundJob.objects.update(state=JobState.FAILED, error="nobody answered")


LINES = [{"barcode": "4006381333931", "quantity": "1"}]
CARD = [{"method": "card", "amount": "12.50"}]
BACK = [{"line": 1, "quantity": "1", "to_stock": True}]
SWAP = {"returned": BACK, "lines": LINES, "payments": [], "reason": "another flavour", "register": "R1"}
LATE = {"sold_at": "{shift[opened_at]}", "receipt": "K7", "shown_total": "12.50", "payments": CARD}
SHOWN = {"barcode": "4006381333931", "quantity": "1", "unit_price": "12.50"}
CHEAPER = {"lines": [{**SHOWN, "unit_price": "9.00"}], "payments": [{"method": "card", "amount": "9.00"}]}
WAITS = {**LATE, **CHEAPER, "shown_total": "9.00"}
PROBLEM = "outage-problems/{outage_problems[results][0][id]}"

BASKETS: list[Step] = [
    ("", "POST", "registers/R1/shifts", {"float": "100.00"}),
    ("open", "POST", "baskets", {"register": "R1"}),
    ("basket", "GET", "baskets/{open[id]}", None),
    ("scanned", "POST", "baskets/{open[id]}/lines", {"code": "4006381333931"}),
    ("basket_line_change", "PATCH", "baskets/{open[id]}/lines/{scanned[added]}", {"quantity": "2", "note": "gift"}),
    ("", "POST", "members/{member_register[id]}/points", {"amount": "10.00", "reason": "opening day"}),
    ("basket_change", "PATCH", "baskets/{open[id]}", {"member": "{member_register[id]}"}),
    ("basket_points", "PUT", "baskets/{open[id]}/points", {"points": "1.00", "pin": "384756"}),
    ("basket_gift_card_add", "POST", "baskets/{open[id]}/gift-cards", {"amount": "20.00"}),
    ("", "", scan_what_nobody_knows, None),
    ("unknown_codes", "GET", "unknown-codes", None),
    ("unknown_code_attach", "POST", "unknown-codes/{unknown_codes[results][0][id]}/attach", {"product": "OAT-1"}),
    ("basket_take_over", "POST", "baskets/{open[id]}/take-over", {"register": "R1"}),
    ("basket_drop", "POST", "baskets/{open[id]}/drop", {}),
]
BILLS: list[Step] = [
    ("bills", "GET", "bills?page_size=1", None),
    ("sold", "POST", "bills", {"register": "R1", "lines": LINES, "payments": CARD}),
    ("exchange_quote", "POST", "bills/{sold[number]}/exchange-quotes", {"returned": BACK, "lines": LINES}),
    ("exchange", "POST", "bills/{sold[number]}/exchanges", SWAP),
    ("bill_mail", "POST", "bills/{sold[number]}/mail", {"address": "mara@example.org"}),
    ("bill_print", "POST", "bills/{sold[number]}/prints", {"kind": "receipt", "register": "R1"}),
    ("bill_prints", "GET", "bills/{sold[number]}/prints", None),
    ("bill_signature", "GET", "bills/{sold[number]}/signature", None),
    ("jobs", "GET", "jobs?page_size=1", None),
    ("job", "GET", "jobs/{bill_mail[id]}", None),
    ("", "", fail_the_jobs, None),
    ("job_retry", "POST", "jobs/{bill_mail[id]}/retry", None),
    ("refund_without_receipt", "POST", "refunds", {"register": "R1", "lines": LINES, "reason": "lost the receipt"}),
    ("gift_card_look_up", "POST", "gift-cards/look-up", {"code": "{gift_card_sell[code]}"}),
    (
        "gift_card_adjust",
        "POST",
        "gift-cards/{gift_card_look_up[id]}/adjustments",
        {"amount": "5.00", "reason": "goodwill"},
    ),
    ("gift_card_block", "POST", "gift-cards/{gift_card_look_up[id]}/block", {"blocked": True, "reason": "lost"}),
]
LATE_SALES: list[Step] = [
    ("late_sale", "POST", "late-sales", {**LATE, "lines": [SHOWN]}),
    ("late_sale 202", "POST", "late-sales", {**WAITS, "receipt": "K8"}),
    ("bill_by_key 202", "GET", "bills/by-key/{late_sale 202[key]}", None),
    ("outage_problems", "GET", "outage-problems?page_size=1", None),
    ("outage_problem", "GET", PROBLEM, None),
    (
        "outage_problem_settle",
        "POST",
        "outage-problems/{outage_problems[results][0][id]}/settle",
        {"correct_stock": True},
    ),
    ("", "POST", "late-sales", {**WAITS, "receipt": "K9"}),
    ("both", "GET", "outage-problems", None),
    ("outage_problem_close", "POST", "outage-problems/{both[results][1][id]}/close", {"reason": "rung up by hand"}),
]
REGISTERS: list[Step] = [
    ("register_create", "POST", "registers", {"code": "R2", "name": "By the door"}),
    ("register_change", "PATCH", "registers/R2", {"name": "Back door"}),
    ("register_favourites_set", "PUT", "registers/R2/favourites", {"products": ["{product_create[id]}"]}),
    ("register_screen", "GET", "registers/R2/customer-screen", None),
    ("tender", "GET", "tenders/card", None),
    ("tender_put", "PUT", "tenders/voucher", {"name": "Voucher of the town", "kind": "other"}),
]
STEPS = [*BASKETS, *BILLS, *LATE_SALES, *REGISTERS]
