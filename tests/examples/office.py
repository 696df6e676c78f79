from tests.at_once import wait_for_tests_beside
from tests.examples import Step

DAYS = "from={sell[business_date]}&to={sell[business_date]}"
DATE = "{sell[business_date]}"
HOOK, KEY = "webhooks/{webhook_make[id]}", "keys/{key_make[id]}"
VIEW = {"name": "By category", "query": "by=category", "is_shared": True}
FIGURES: list[Step] = [
    *(
        (f"report_{name.replace('-', '_')}", "GET", f"reports/{name}?{DAYS}", None)
        for name in ("assortment", "cashiers", "members-by-month", "purchased-products", "shrinkage", "transactions")
    ),
    ("report_monthly_sold_products", "GET", "reports/monthly-sold-products?year=2026", None),
    ("report_monthly_transactions", "GET", "reports/monthly-transactions?year=2026", None),
    ("report_out_of_stock", "GET", "reports/out-of-stock", None),
    ("report_oversold", "GET", "reports/oversold", None),
    ("report_view_save", "POST", "reports/views", VIEW),
    ("report_view_change", "PATCH", "reports/views/{report_view_save[id]}", {"is_shared": False}),
    ("report_views", "GET", "reports/views", None),
    ("journal", "GET", f"journal?date={DATE}", None),
    ("journal_accounts", "GET", "journal/accounts", None),
    ("journal_accounts_set", "PATCH", "journal/accounts", {"accounts": [{"role": "cash", "number": "1600"}]}),
    ("tax_export_create", "POST", "tax-exports", {"first": DATE, "last": DATE}),
    ("tax_export", "GET", "tax-exports/{tax_export_create[id]}", None),
    ("tax_exports", "GET", "tax-exports", None),
]
MACHINES: list[Step] = [
    ("root", "GET", "", None),
    ("", "", wait_for_tests_beside, None),
    ("snapshot", "GET", "snapshot?types=category", None),
    ("", "PATCH", "categories/{category_create[id]}", {"position": 3}),
    ("", "", wait_for_tests_beside, None),
    ("changes", "GET", "changes?types=category&after={snapshot[cursor]}", None),
    ("key", "GET", KEY, None),
    ("keys", "GET", "keys", None),
    ("key_change", "PATCH", KEY, {"registers": ["API"], "locations": ["-"], "most_per_sale": "200.00"}),
    ("key_rotate", "POST", f"{KEY}/rotate", {"overlap_hours": 24}),
    ("webhook_make", "POST", "webhooks", {"url": "https://shop.example.org/pos", "types": ["stock", "bill"]}),
    ("webhook", "GET", HOOK, None),
    ("webhooks", "GET", "webhooks", None),
    ("webhook_change", "PATCH", HOOK, {"types": ["stock", "product"]}),
    ("webhook_test", "POST", f"{HOOK}/test", None),
    ("webhook_deliveries", "GET", f"{HOOK}/deliveries", None),
    ("webhook_redeliver", "POST", f"{HOOK}/redeliver", {"after": "{snapshot[cursor]}"}),
    ("webhook_rotate", "POST", f"{HOOK}/rotate", {"overlap_hours": 24}),
    ("settings_change", "PATCH", "settings", {"receipt_footer": "Thank you!"}),
    ("settings_history", "GET", "settings/history?page_size=1", None),
    ("samples_put_up", "POST", "samples", None),
    ("backups", "GET", "backups", None),
    ("doctor", "GET", "doctor", None),
]
STEPS = [*FIGURES, *MACHINES]
