"""Sales rung up while the server was away: each becomes one bill, or waits whole for a manager."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.dateparse import parse_datetime

from accounts import audit
from accounts.models import User
from billing import drawer, sales
from billing.models import Bill, OutageProblem, OutageSale, Register, Shift
from billing.order import Order, Tendered, Wanted
from inventory import stock
from inventory.models import Product
from pos.clock import Now
from pos.errors import ManagersOnly, Refused
from pos.money import rounded

Content = dict[str, Any]


class AlreadyReported(Refused):
    code = "outage_problem"
    message = "This sale waits for a manager."


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a sale: its bill, or the problem a manager has to look at."""

    bill: Bill | None = None
    problem: OutageProblem | None = None


@dataclass(frozen=True, slots=True)
class RungUp:
    """A sale as the till kept it: list prices of its catalogue, paid in cash."""

    key: UUID
    content: Content

    @property
    def lines(self) -> list[Wanted]:
        return [Wanted(Decimal(line["quantity"]), line["product"]) for line in self.content["lines"]]

    @property
    def total(self) -> Decimal:
        return Decimal(self.content["total"])

    @property
    def at(self) -> datetime:
        at = parse_datetime(self.content["at"])
        assert at is not None
        return at

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(json.dumps(self.content, sort_keys=True).encode()).digest()

    def order(self, lines: list[Wanted], shown_total: Decimal | None) -> Order:
        cash = [Tendered("cash", amount)] if (amount := Decimal(self.content["cash"])) else []
        return Order(
            key=self.key, register=self.content["register"], lines=lines, payments=cash, shown_total=shown_total
        )


def post(sale: RungUp, *, by: User) -> Posted:
    """Sell it, exactly once, at the open shift of its register; what cannot be sold as it stands is kept as a problem.

    Without an open shift it is refused, and the till keeps it.
    """
    if known := already_posted(sale):
        return known
    register = Register.objects.filter(code=sale.content["register"]).first()
    if register is None or not Shift.objects.filter(register=register, closed_at=None).exists():
        raise drawer.NoOpenShift(register=sale.content["register"])
    found = differences(sale)
    if not register.outage_sales:
        found.append("This register may not sell in an outage.")
    if found:
        return report(sale, register, found, by)
    try:
        return Posted(sales.sell(sale.order(sale.lines, sale.total), cashier=by, closing=remember(sale)).bill)
    except (drawer.NoOpenShift, sales.KeyReused, AlreadyReported):
        if known := already_posted(sale):
            return known
        raise
    except Refused as refusal:
        return report(sale, register, [refusal.message], by)


def already_posted(sale: RungUp) -> Posted | None:
    """The first answer again; other content under the same key is refused."""
    problem = OutageProblem.objects.select_related("bill").filter(key=sale.key).first()
    bill = Bill.objects.select_related("outage").filter(key=sale.key).first()
    if problem is None and bill is None:
        return None
    kept = problem.digest if problem else bill.outage.digest if bill and hasattr(bill, "outage") else b""
    if bytes(kept) != sale.digest:
        raise sales.KeyReused()
    return Posted(bill, None if bill else problem)


def differences(sale: RungUp) -> list[str]:
    """What the till's catalogue said otherwise than the shop does now."""
    goods = stock.look(line["product"] for line in sale.content["lines"])
    found = []
    for line in sale.content["lines"]:
        now = goods.get(line["product"])
        if now is None:
            found.append(f"{line['name']} is not known.")
        elif now.price != Decimal(line["price"]):
            found.append(f"{now.name} was sold at {line['price']}; its price is now {rounded(now.price)}.")
    return found


def remember(sale: RungUp, settled: Callable[[Bill], list[str]] | None = None) -> Callable[[Bill], None]:
    """Inside the sale: mark the bill. A sale already reported is sold by a manager alone."""

    def closing(bill: Bill) -> None:
        if settled is None and OutageProblem.objects.filter(key=sale.key).exists():
            raise AlreadyReported()
        found = settled(bill) if settled else []
        if bill.shift.opened_at > sale.at:
            found = [*found, f"It was rung up before this shift was opened, at {sale.at:%Y-%m-%d %H:%M %Z}."]
        if bill.total != sale.total:
            found = [*found, f"The customer saw {sale.total}; the bill says {bill.total}."]
        OutageSale.objects.create(
            bill=bill,
            provisional_number=sale.content["number"],
            digest=sale.digest,
            rung_up_by=sale.content["by"],
            rung_up_at=sale.at,
            shown_total=sale.total,
            differences=found,
        )

    return closing


@transaction.atomic
def report(sale: RungUp, register: Register, found: list[str], by: User) -> Posted:
    drawer.lock(register.code)
    if known := already_posted(sale):
        return known
    return Posted(
        problem=OutageProblem.objects.create(
            key=sale.key, register=register, posted_by=by, content=sale.content, digest=sale.digest, differences=found
        )
    )


def settle(problem_id: int, *, by: User, correct_stock: bool = False) -> Bill:
    """Sell it at the prices the customer paid, a manager answering for them; once.

    `correct_stock` first counts what the books lack of goods that have left the shop.
    """
    if not by.is_manager:
        raise ManagersOnly()
    problem = OutageProblem.objects.select_related("register").get(pk=problem_id)
    sale = RungUp(problem.key, problem.content)
    if correct_stock:
        count_what_left(problem, by)

    def settled(bill: Bill) -> list[str]:
        OutageProblem.objects.filter(pk=problem.pk).update(settled_at=Now(), settled_by=by, bill=bill)
        audit.record(by, "outage.accepted", problem, bill=bill.number, corrected=correct_stock)
        return problem.differences

    if sold := Bill.objects.filter(key=problem.key).first():
        return sold
    order = sale.order(at_paid_prices(sale), None)
    return sales.sell(order, cashier=by, closing=remember(sale, settled)).bill


def at_paid_prices(sale: RungUp) -> list[Wanted]:
    goods = stock.look(line["product"] for line in sale.content["lines"])
    reason = f"paid in the outage, {sale.content['number']}"
    lines = []
    for line, asked in zip(sale.content["lines"], sale.lines, strict=True):
        now, paid = goods.get(line["product"]), Decimal(line["price"])
        other = now is not None and now.price != paid
        lines.append(replace(asked, unit_price=paid, price_reason=reason) if other else asked)
    return lines


@transaction.atomic
def count_what_left(problem: OutageProblem, by: User) -> None:
    """Bring the shelf's figure up to what was carried out. Nothing once the sale is in the books."""
    drawer.lock(problem.register.code, also_off=True)
    held = OutageProblem.objects.get(pk=problem.pk)
    if held.settled_at is not None:
        return
    counts = sales.counted(RungUp(held.key, held.content).lines)
    goods = stock.lock(counts)
    products = Product.objects.in_bulk(goods)
    for number, wanted in sorted(counts.items()):
        if number in goods and goods[number].quantity < wanted and not goods[number].allow_negative:
            stock.count(products[number], wanted, by=by, reason=f"sold in the outage: {held}")
