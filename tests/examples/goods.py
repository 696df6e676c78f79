from base64 import b64decode

from tests.examples import Step

PNG = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")
ROW = {"sku": "OAT-1", "name": "Oat biscuits", "price": "2.40", "barcodes": ["4000417025005"]}
ONE = [{"product": "{product_create[id]}", "quantity": "2"}]
PATTERN = {"name": "Cheese by weight", "prefix": "27", "kind": "weight", "item_digits": 5, "value_digits": 5}
CATALOGUE: list[Step] = [
    ("category", "GET", "categories/{category_create[id]}", None),
    ("category_edit", "PATCH", "categories/{category_create[id]}", {"position": 2}),
    ("tax_rate", "GET", "tax-rates/{tax_rate_create[id]}", None),
    ("tax_rate_edit", "PATCH", "tax-rates/{tax_rate_create[id]}", {"rate": "0.08"}),
    ("product_cost", "GET", "products/{product_create[id]}/cost", None),
    ("product_image_put", "PUT", "products/{product_create[id]}/image", {"file": PNG}),
    ("products_bulk", "POST", "products/bulk", {"rows": [ROW, {"sku": "OAT-2", "name": "Oat bar"}]}),
    ("stock_bulk", "POST", "stock/bulk", {"rows": [{"sku": "OAT-1", "counted": "50"}]}),
    ("import_create", "POST", "imports", {"kind": "products", "file": b"sku,name,price\nOAT-3,Oat cake,3.20\n"}),
    ("imports", "GET", "imports?page_size=1", None),
    ("import", "GET", "imports/{import_create[id]}", None),
    ("import_undo", "POST", "imports/{import_create[id]}/undo", None),
    ("labels_sheet", "POST", "labels", {"lines": [{"product": "{product_create[id]}", "count": 3}]}),
    ("label_pattern_create", "POST", "label-patterns", PATTERN),
    ("label_pattern", "GET", "label-patterns/{label_pattern_create[id]}", None),
    ("label_try", "POST", "label-patterns/try", {"code": "2700001012340"}),
    ("label_pattern_change", "PATCH", "label-patterns/{label_pattern_create[id]}", {"is_active": False}),
    ("label_patterns", "GET", "label-patterns?page_size=1", None),
]
COUNTS: list[Step] = [
    ("counts", "GET", "counts", None),
    ("count_entries", "GET", "counts/{count_open[number]}/entries", None),
    ("count_entry_take_back", "POST", "counts/{count_open[number]}/entries/{count_entry[id]}/take-back", None),
    (
        "count_recount",
        "POST",
        "counts/{count_open[number]}/recounts",
        {"products": ["{product_create[id]}"]},
    ),
    ("", "POST", "counts/{count_open[number]}/entries", {"barcode": "4000417025005", "quantity": "49"}),
    ("count_book", "POST", "counts/{count_open[number]}/book", {"accept_outliers": True}),
    ("count_undo", "POST", "counts/{count_open[number]}/undo", {"reason": "counted the wrong shelf"}),
    ("second", "POST", "counts", {"title": "Tea"}),
    ("count_drop", "POST", "counts/{second[number]}/drop", {"reason": "not today"}),
    ("reason_create", "POST", "reasons", {"deed": "write_off", "code": "mice", "text": "Mice"}),
    ("reason", "GET", "reasons/{reason_create[id]}", None),
    ("reason_edit", "PATCH", "reasons/{reason_create[id]}", {"text": "Mice again"}),
    ("reasons", "GET", "reasons?page_size=2", None),
]
TRANSFERS: list[Step] = [
    ("locations", "GET", "locations", None),
    ("location_edit", "PATCH", "locations/WEST", {"name": "West Street 4"}),
    ("transfer_send", "POST", "transfers", {"to": "WEST", "lines": ONE, "note": "by bicycle"}),
    ("transfer", "GET", "transfers/{transfer_send[number]}", None),
    ("transfer_receive", "POST", "transfers/{transfer_send[number]}/receive", {"lines": ONE}),
    ("transfer_undo", "POST", "transfers/{transfer_send[number]}/undo", {"reason": "the wrong shop"}),
    ("back", "POST", "transfers", {"to": "WEST", "lines": ONE}),
    ("transfer_call_back", "POST", "transfers/{back[number]}/call-back", {"reason": "the van broke down"}),
    ("lost", "POST", "transfers", {"to": "WEST", "lines": ONE}),
    ("transfer_give_up", "POST", "transfers/{lost[number]}/give-up", {"reason": "never arrived"}),
    ("transfers", "GET", "transfers?page_size=1", None),
]
ARTICLE = {"product": "{product_create[id]}", "code": "B-12", "pack_name": "box", "pack_size": "12", "cost": "1.10"}
SUPPLIER = "{supplier_create[id]}"
BUYING: list[Step] = [
    ("supplier", "GET", f"suppliers/{SUPPLIER}", None),
    ("suppliers", "GET", "suppliers?page_size=1", None),
    ("supplier_article_put", "POST", f"suppliers/{SUPPLIER}/articles", ARTICLE),
    ("supplier_articles", "GET", f"suppliers/{SUPPLIER}/articles", None),
    (
        "purchase_order_create",
        "POST",
        "purchase-orders",
        {"supplier": SUPPLIER, "lines": [{"product": "{product_create[id]}", "packs": "2"}]},
    ),
    ("purchase_order", "GET", "purchase-orders/{purchase_order_create[number]}", None),
    ("purchase_order_edit", "PATCH", "purchase-orders/{purchase_order_create[number]}", {"note": "before noon"}),
    ("purchase_order_send", "POST", "purchase-orders/{purchase_order_create[number]}/send", None),
    (
        "purchase_order_mail",
        "POST",
        "purchase-orders/{purchase_order_create[number]}/mail",
        {"address": "orders@example.org"},
    ),
    (
        "goods_receipt_book",
        "POST",
        "goods-receipts",
        {"order": "{purchase_order_create[number]}", "note_number": "D-77", "lines": ONE},
    ),
    ("purchase_order_close", "POST", "purchase-orders/{purchase_order_create[number]}/close", None),
    ("purchase_orders", "GET", "purchase-orders?page_size=1", None),
    ("goods_receipt", "GET", "goods-receipts/{goods_receipt_book[number]}", None),
    ("goods_receipts", "GET", "goods-receipts?page_size=1", None),
    (
        "goods_receipt_reverse",
        "POST",
        "goods-receipts/{goods_receipt_book[number]}/reverse",
        {"reason": "booked twice"},
    ),
    ("supplier_return_book", "POST", "supplier-returns", {"supplier": SUPPLIER, "lines": ONE, "reason": "stale"}),
    ("supplier_returns", "GET", "supplier-returns?page_size=1", None),
]
STEPS = [*CATALOGUE, *COUNTS, *TRANSFERS, *BUYING]
