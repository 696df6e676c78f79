"""A location with one of each document, and every deed that a key bound to another location is refused there."""

from decimal import Decimal as D
from typing import Any

from django.utils import timezone

from accounts.models import User
from billing.drawer import shifts
from billing.models import Basket, Register
from inventory.buying import orders, receiving, returns
from inventory.buying.orders import Ordered
from inventory.buying.receiving import Came
from inventory.counting import entries, sheets
from inventory.models import Location, Product, Supplier
from inventory.shelf import stock
from inventory.transfers import transfers
from tests.counter import sell


def documents(may: User, tea: Product, store: Location, mill: Supplier) -> dict[str, Any]:
    """One of each, of the store room."""
    stock.receive(tea, D(30), by=may, location=store.pk)
    sheet = sheets.open_sheet(by=may, location=store.pk)
    entry = entries.count(sheet, tea.pk, D(30), by=may)
    wanted = [Ordered(tea.pk, D(6), cost=D(5))]
    drafts = [orders.create(mill.pk, wanted, by=may, location=store.pk) for _ in range(3)]
    orders.send(drafts[2].number, by=may)
    receipt = receiving.book([Came(tea.pk, D(4))], by=may, supplier=mill.pk, location=store.pk)
    returns.send_back({tea.pk: D(1)}, by=may, reason="stale", supplier=mill.pk, location=store.pk)
    sent = [transfers.send({tea.pk: D(1)}, by=may, origin=None, target=store.pk) for _ in range(4)]
    transfers.receive(sent[3].number, {tea.pk: D(1)}, by=may)
    register = Register.objects.create(code="R9", name="Till of the store", location=store, printer_host="127.0.0.1")
    shift = shifts.open_shift("R9", opening_float=D(100), by=may)
    bill = sell((tea, "2"), by=may, register="R9", card="25.00")
    baskets = [Basket.objects.create(register=register, cashier=may) for _ in range(2)]
    return {
        "tea": tea.pk,
        "mill": mill.pk,
        "count": sheet.number,
        "entry": entry.pk,
        "receipt": receipt.number,
        **{f"order{n}": order.number for n, order in enumerate(drafts)},
        **{f"sent{n}": transfer.number for n, transfer in enumerate(sent)},
        "shift": shift.pk,
        "bill": bill.number,
        "basket": baskets[0].pk,
        "other": baskets[1].pk,
    }


def deeds(of: dict[str, Any]) -> list[tuple[str, str, str, Any]]:
    """Operation, method, path and body: each at the store room."""
    lines = [{"product": of["tea"], "quantity": "1"}]
    here, at, paid = {"location": "STORE"}, {"register": "R9"}, [{"method": "card", "amount": "12.50"}]
    back = {"reason": "sent back", "register": "R9"}
    returned = [{"line": 1, "quantity": "1"}]
    swap = {"returned": returned, "lines": lines, **at}
    late = {"sold_at": timezone.now().isoformat(), "shown_total": "12.50", "payments": paid}
    basket = f"baskets/{of['basket']}"
    return [
        ("location", "GET", "locations/store", None),
        ("product_edit", "PATCH", f"products/{of['tea']}", {"reorder_points": [{**here, "reorder_point": "3"}]}),
        ("product_stock_move", "POST", f"products/{of['tea']}/stock", {"kind": "delivery", "quantity": "1", **here}),
        ("count_open", "POST", "counts", here),
        ("count", "GET", f"counts/{of['count']}", None),
        ("count_entries", "GET", f"counts/{of['count']}/entries", None),
        ("count_entry", "POST", f"counts/{of['count']}/entries", {"product": of["tea"]}),
        ("count_entry_take_back", "POST", f"counts/{of['count']}/entries/{of['entry']}/take-back", None),
        ("transfer_send", "POST", "transfers", {"from": "STORE", "to": "WEST", "lines": lines}),
        ("transfer", "GET", f"transfers/{of['sent0']}", None),
        ("transfer_receive", "POST", f"transfers/{of['sent0']}/receive", {"lines": lines}),
        ("transfer_call_back", "POST", f"transfers/{of['sent1']}/call-back", {"reason": "wrong"}),
        ("transfer_give_up", "POST", f"transfers/{of['sent2']}/give-up", {"reason": "lost"}),
        ("transfer_undo", "POST", f"transfers/{of['sent3']}/undo", {"reason": "wrong"}),
        ("purchase_order_create", "POST", "purchase-orders", {"supplier": of["mill"], "lines": [], **here}),
        ("purchase_order", "GET", f"purchase-orders/{of['order0']}", None),
        ("purchase_order_edit", "PATCH", f"purchase-orders/{of['order0']}", {"note": "soon"}),
        ("purchase_order_send", "POST", f"purchase-orders/{of['order0']}/send", None),
        ("purchase_order_close", "POST", f"purchase-orders/{of['order1']}/close", None),
        ("purchase_order_pdf", "GET", f"purchase-orders/{of['order0']}/pdf", None),
        ("purchase_order_mail", "POST", f"purchase-orders/{of['order2']}/mail", {}),
        ("goods_receipt_book", "POST", "goods-receipts", {"supplier": of["mill"], "lines": lines, **here}),
        ("goods_receipt", "GET", f"goods-receipts/{of['receipt']}", None),
        ("goods_receipt_reverse", "POST", f"goods-receipts/{of['receipt']}/reverse", {"reason": "wrong"}),
        (
            "supplier_return_book",
            "POST",
            "supplier-returns",
            {"supplier": of["mill"], "lines": lines, "reason": "stale", **here},
        ),
        ("quote", "POST", "quotes", {"lines": lines, **at}),
        ("exchange_quote", "POST", f"bills/{of['bill']}/exchange-quotes", swap),
        ("sell", "POST", "bills", {"lines": lines, "payments": paid, **at}),
        ("refund", "POST", f"bills/{of['bill']}/refunds", {"lines": returned, "payments": paid, **back}),
        ("exchange", "POST", f"bills/{of['bill']}/exchanges", {"returned": returned, "lines": lines, **back}),
        ("refund_without_receipt", "POST", "refunds", {"lines": lines, **back}),
        ("late_sale", "POST", "late-sales", {**late, **at, "lines": [{**lines[0], "unit_price": "12.50"}]}),
        ("gift_card_sell", "POST", "gift-cards", {**at, "amount": "20.00", "tender": "card"}),
        ("bill_print", "POST", f"bills/{of['bill']}/prints", {"kind": "receipt", **at}),
        ("basket_open", "POST", "baskets", at),
        ("basket", "GET", basket, None),
        ("basket_change", "PATCH", basket, {"age_checked": True}),
        ("basket_scan", "POST", f"{basket}/lines", {"product": of["tea"]}),
        ("basket_line_change", "PATCH", f"{basket}/lines/1", {"quantity": "2"}),
        ("basket_gift_card_add", "POST", f"{basket}/gift-cards", {"amount": "20.00"}),
        ("basket_gift_card_remove", "DELETE", f"{basket}/gift-cards/1", None),
        ("basket_points", "PUT", f"{basket}/points", {"points": "0"}),
        ("basket_park", "POST", f"{basket}/park", {}),
        ("basket_take_over", "POST", f"baskets/{of['other']}/take-over", at),
        ("basket_resume", "POST", f"{basket}/resume", at),
        ("basket_drop", "POST", f"{basket}/drop", {}),
        ("basket_pay", "POST", f"{basket}/pay", {"payments": paid}),
        ("shift_close", "POST", f"shifts/{of['shift']}/close", {"counted": "100.00"}),
        ("shift_open", "POST", "registers/R9/shifts", {"float": "50.00"}),
    ]
