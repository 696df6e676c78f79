"""Addresses that exist: each parameter of a route is filled with a row made for it."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import uuid4

from accounts.approvals import approvals
from accounts.models import Action, User
from billing.basket import baskets
from billing.codes import unknown_codes
from billing.models import OutageProblem, Register, Shift, UnknownScan
from billing.stored_value import gift_cards
from billing.views.outage import take
from inventory.buying import drafts, orders, receiving, suppliers
from inventory.models import Category, Product, Supplier, TaxRate
from members.models import Member
from tests import outage
from tests.counter import sell


@dataclass
class Shop:
    """The value of each parameter; `of_route` has the routes with values of their own."""

    by_name: dict[str, Any]
    of_route: dict[str, Any] = field(default_factory=dict)

    def address(self, route: str) -> str:
        def filled(found: re.Match[str]) -> str:
            name = found[1]
            own = [value for prefix, value in self.of_route.items() if route.startswith(prefix)]
            return str(own[0] if own and name in ("pk", "number") else self.by_name.get(name, 1))

        return re.sub(r"<(?:\w+:)?(\w+)>", filled, route)


def opened(shift: Shift, tea: Product, vera: Member, by: User) -> Shop:
    register = Register.objects.get(code="R1")
    bill = sell((tea, "1"), by=by, cash="20.00", register="R1")
    basket = baskets.current(register, by)
    line = baskets.add(basket.pk, tea.pk, by=by)
    unknown_codes.note("no such code", register=register, by=by)
    supplier = suppliers.enter(Supplier(), by=by, name="Leaf & Co")
    article = suppliers.put_article(supplier, tea.pk, by=by, code="T-1")
    order = orders.create(supplier.pk, [orders.Ordered(tea.pk, Decimal(2))], by=by)
    receipt = receiving.book([receiving.Came(tea.pk, Decimal(3))], by=by, supplier=supplier.pk)
    drafts.scan(by, tea.sku)
    question, _ = approvals.ask(Action.PAY_OUT, asker=by, facts={"amount": 300}, size=Decimal(300))
    return Shop(
        {
            "basket_id": basket.pk,
            "line_id": line.pk,
            "product_id": tea.pk,
            "request_id": question.pk,
            "shift_id": shift.pk,
            "scan_id": UnknownScan.objects.get().pk,
            "problem_id": waiting_problem(tea, by).pk,
            "card_id": gift_card(by),
            "code": "R1",
            "supplier_id": supplier.pk,
            "article_id": article.pk,
            "key": bill.key,
            "path": "products/none.webp",
            "number": bill.number,
            "pk": 1,
            "object_id": 1,
        },
        {
            "/buying/orders": order.number,
            "/buying/receipts": receipt.number,
            "/api/v1/purchase-orders": order.number,
            "/api/v1/goods-receipts": receipt.number,
            "/api/v1/suppliers": supplier.pk,
            "/api/v1/users": by.pk,
            "/api/v1/products": tea.pk,
            "/api/v1/categories": Category.objects.create(name="Leaves").pk,
            "/api/v1/tax-rates": TaxRate.objects.create(name="full", rate=Decimal("0.19")).pk,
            "/api/v1/approvals": question.pk,
            "/api/v1/members": vera.pk,
            "/members": vera.number,
            "/admin/inventory/product": tea.pk,
        },
    )


def waiting_problem(tea: Product, by: User) -> OutageProblem:
    take({**outage.asked((tea, "1")), "at": "never"}, by)
    return OutageProblem.objects.latest("pk")


def gift_card(by: User) -> int:
    sold = gift_cards.sell(uuid4(), register="R1", amount=Decimal(25), tender="cash", by=by)
    return sold.entry.card_id
